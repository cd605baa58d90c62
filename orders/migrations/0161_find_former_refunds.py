"""The former refunds of a return are found; what holds of new rows holds of all."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0160_more_refunds_of_a_return")]

    operations = [
        migrations.AlterField(  # of its choices: no statement
            "push",
            "what",
            models.CharField(
                choices=[
                    ("sent", "Parcel sent"),
                    ("unsent", "Parcel not sent after all"),
                    ("delivered", "Parcel delivered"),
                    ("cancelled", "Order cancelled"),
                    ("undelivered", "Parcel not delivered after all"),
                    ("removed", "Units cancelled"),
                    ("returned", "Units returned"),
                    ("lost", "Parcel lost"),
                    ("found", "Parcel found again"),
                    ("refund", "Refund due"),
                ],
                max_length=12,
            ),
        ),
        ValidateConstraint("refund", "a_refund_adds_up_with_all_its_parts"),
        ValidateConstraint("refund", "goodwill_is_never_below_zero"),
        ValidateConstraint("refund", "a_refund_is_of_one_return"),
        AddIndexConcurrently(
            "refund",
            models.Index(
                fields=["former_of"],
                name="refund_former",
                condition=Q(former_of__isnull=False),
            ),
        ),
    ]
