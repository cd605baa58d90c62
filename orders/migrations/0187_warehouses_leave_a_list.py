"""A warehouse is taken off the list of a seller, and its history stays."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0186_orders_that_lie_beyond")]

    operations = [
        migrations.AddField(
            "sellerwarehouse",
            "removed_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When it was taken off the list.",
                null=True,
            ),
        ),
        AddConstraintNotValid(
            "sellerwarehouse",
            models.CheckConstraint(
                name="a_warehouse_off_the_list_takes_part_in_nothing",
                condition=Q(removed_at__isnull=True) | Q(is_paused=True, takes_returns=False),
            ),
        ),
    ]
