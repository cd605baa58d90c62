"""What customers want of the delivery of their orders."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

import orders.keys
from orders.values.moments import FIRST, LAST

POLICY = """
ALTER TABLE orders_wish ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_wish
USING (orders_wish.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_wish.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_wish"


class Migration(migrations.Migration):
    dependencies = [("orders", "0063_tell_shops_of_lost_parcels")]

    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orders.keys.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("day", "Another day"),
                            ("neighbour", "Neighbour"),
                            ("safe_place", "Safe place"),
                            ("note", "Note for the courier"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=80)),
                (
                    "on",
                    models.DateField(blank=True, help_text="Not before this day.", null=True),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[("withdrawn", "Withdrawn"), ("superseded", "Superseded")],
                        max_length=10,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="orders.order",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["order", "kind"],
                        condition=Q(ended_at__isnull=True),
                        name="one_wish_of_a_kind_is_in_force",
                    ),
                    models.CheckConstraint(
                        name="a_wished_day_is_a_readable_one",
                        condition=Q(kind="day", on__isnull=False)
                        & Q(on__gte=FIRST.date(), on__lt=LAST.date())
                        | ~Q(kind="day") & Q(on__isnull=True),
                    ),
                    models.CheckConstraint(
                        name="a_wish_ends_in_one_way",
                        condition=Q(end="", ended_at__isnull=True)
                        | ~Q(end="") & Q(ended_at__isnull=False),
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
