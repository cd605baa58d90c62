"""What a seller refunds of a return, how and within how many days."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0103_checklist_put_away"),
    ]

    operations = [
        migrations.AddField(
            "seller",
            "refund_days",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text="Within which a refund is paid; empty: none is promised.",
                null=True,
            ),
        ),
        migrations.AddField(
            "seller",
            "refund_method",
            models.CharField(
                db_default="payment",
                default="payment",
                help_text="payment, or credit.",
                max_length=7,
            ),
        ),
        migrations.AddField(
            "seller",
            "refunds_shipping",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Where a whole order comes back, also where the law does not ask for it.",
            ),
        ),
        migrations.AddField(
            "seller",
            "return_fee",
            models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="For a return of the customer's choice; minor units.",
            ),
        ),
        migrations.AddField(
            "seller",
            "return_fee_currency",
            models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        AddConstraintNotValid(
            "seller",
            models.CheckConstraint(
                condition=Q(return_fee=0) | Q(return_fee__gt=0) & ~Q(return_fee_currency=""),
                name="a_fee_for_returns_has_its_currency",
            ),
        ),
    ]
