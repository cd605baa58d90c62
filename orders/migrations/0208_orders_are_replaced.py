"""The status of an order whose lost units are sent again with another one."""

from django.db import migrations, models

STATUSES = [
    ("received", "Received"),
    ("on_hold", "On hold"),
    ("backordered", "Backordered"),
    ("in_progress", "In progress"),
    ("packed", "Packed"),
    ("partly_shipped", "Partly shipped"),
    ("shipped", "Shipped"),
    ("out_for_delivery", "Out for delivery"),
    ("partly_delivered", "Partly delivered"),
    ("delivered", "Delivered"),
    ("undelivered", "Undelivered"),
    ("replaced", "Replaced"),
    ("partly_returned", "Partly returned"),
    ("returned", "Returned"),
    ("cancelled", "Cancelled"),
    ("nothing_to_ship", "Nothing to ship"),
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0207_check_what_is_replaced")]

    operations = [
        migrations.AlterField(
            "order",
            "status",
            models.CharField(choices=STATUSES, default="received", max_length=20),
        ),
    ]
