"""Check that each file is of a seller or of a warehouse, now that the rule is there."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0055_locations_are_closed"),
        ("orders", "0096_files_of_warehouses"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE orders_import VALIDATE CONSTRAINT a_file_is_of_a_seller_or_a_warehouse",
            migrations.RunSQL.noop,
        ),
    ]
