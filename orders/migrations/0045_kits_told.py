"""Which whole kits a shop is told of with a parcel."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0044_lines_of_kits")]

    operations = [
        migrations.AddField(
            model_name="push",
            name="kits",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="{the shop's id of the line: kits whose last part left with the parcel}",
            ),
        ),
    ]
