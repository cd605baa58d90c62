"""What is decided of goods that do not come, and for which others were sent in exchange."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("orders", "0208_orders_are_replaced")]

    operations: ClassVar = [
        migrations.AlterField(  # of its choices: no statement
            "discrepancy",
            "decision",
            models.CharField(
                blank=True,
                choices=[
                    ("accept", "Take into the return"),
                    ("keep", "Keep, into stock"),
                    ("send_back", "Send back"),
                    ("discard", "Discard"),
                    ("credit", "Refund all the same"),
                    ("no_credit", "Do not refund"),
                    ("arrived", "Arrived after all"),
                    ("free", "Leave it as an exchange"),
                    ("sold", "Close as sold"),
                    ("exchanged", "Take into the exchange"),
                ],
                max_length=9,
            ),
        )
    ]
