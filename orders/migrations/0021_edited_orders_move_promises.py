"""A reason of promises that moved because products were added to the order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0020_changes_of_orders"),
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
                ],
                db_default="",
                default="",
                help_text="Why it stands in for another one.",
                max_length=16,
            ),
        ),
    ]
