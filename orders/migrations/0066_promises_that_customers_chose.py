"""A promise may stand in for another because its customer chose the day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0065_wishes")]

    operations = [
        migrations.AlterField(
            "promise",
            "reason",
            models.CharField(
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
                    ("wished", "Customer's choice"),
                ],
                db_default="",
                default="",
                help_text="Why it stands in for another one.",
                max_length=16,
            ),
        ),
    ]
