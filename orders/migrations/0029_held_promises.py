"""One more reason of a new date: the order was on hold."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0028_mapping_of_channels"),
    ]

    operations = [
        migrations.AlterField(
            model_name="promise",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("stock_late", "Stock late"),
                    ("warehouse_behind", "Warehouse delay"),
                    ("carrier_delay", "Carrier delay"),
                    ("weather", "Weather"),
                    ("other", "Other"),
                    ("late", "Not done in time"),
                    ("order_changed", "Order changed"),
                    ("planned", "Planned for this day"),
                    ("held", "Was on hold"),
                ],
                db_default="",
                default="",
                help_text="Why it stands in for another one.",
                max_length=16,
            ),
        ),
    ]
