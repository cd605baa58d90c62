"""Returned units that are repaired for their customer."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

import orders.keys

POLICY = """
ALTER TABLE orders_repair ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_repair
USING (orders_repair.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_repair.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_repair"
STATUSES = [
    ("aside", "Set aside"),
    ("waiting", "To repair"),
    ("repaired", "Repaired"),
    ("failed", "Not repaired, goes back"),
    ("refunded", "Not repaired, refunded"),
    ("sent", "Sent"),
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0151_products_in_any_letters")]

    operations = [
        migrations.CreateModel(
            name="Repair",
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
                ("quantity", models.PositiveIntegerField()),
                ("status", models.CharField(choices=STATUSES, default="aside", max_length=8)),
                ("is_failed", models.BooleanField(default=False)),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repairs",
                        to="orders.order",
                    ),
                ),
                (
                    "order_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repairs",
                        to="orders.return",
                    ),
                ),
                (
                    "return_line",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repairs",
                        to="orders.returnline",
                    ),
                ),
                (
                    "sent_as",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repair",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["seller", "found_at"],
                        name="repair_unfinished",
                        condition=~Q(status__in=("sent", "refunded")),
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="a_repair_is_of_some_units",
                        condition=Q(quantity__gte=1, quantity__lte=1_000_000),
                    ),
                    models.CheckConstraint(
                        name="what_is_sent_after_a_repair_has_its_order",
                        condition=Q(status="sent", sent_as__isnull=False)
                        | ~Q(status="sent") & Q(sent_as__isnull=True),
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
