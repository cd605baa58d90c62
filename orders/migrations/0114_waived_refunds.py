"""Refunds that a seller waives, and which were ticked off by hand."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0111_check_fees_of_sellers")]

    operations = [
        migrations.RemoveConstraint("refund", "a_paid_refund_has_its_moment"),
        migrations.AddField(
            "refund",
            "is_by_hand",
            models.BooleanField(
                db_default=False, default=False, help_text="The seller ticked it off, and said how."
            ),
        ),
        migrations.AlterField(
            "charge",
            "owed",
            models.BigIntegerField(
                default=0, help_text="The sum of its refunds, or what was paid of each."
            ),
        ),
        migrations.AlterField(
            "refund",
            "status",
            models.CharField(
                choices=[("owed", "Owed"), ("paid", "Paid"), ("waived", "Waived")],
                default="owed",
                max_length=6,
            ),
        ),
        AddConstraintNotValid(
            "refund",
            models.CheckConstraint(
                condition=Q(status="paid", paid_at__isnull=False)
                | (
                    ~Q(status="paid") & Q(paid_at=None, paid=None, shop_refund="", is_by_hand=False)
                ),
                name="only_a_paid_refund_has_its_moment",
            ),
        ),
    ]
