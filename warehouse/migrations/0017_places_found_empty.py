"""Locations that were found empty, and the warehouse of a scan."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0071_refunds_that_are_due"),
        ("warehouse", "0011_find_what_is_still_driven"),
    ]

    operations = [
        migrations.AddField(
            model_name="location",
            name="closed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Found empty: nobody picks here until it is counted.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="warehouse",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.warehouse",
            ),
        ),
    ]
