"""What customers report of their parcels, and what sellers answered."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import orders.keys
from orders.values.counts import MOST_UNITS

POLICY = """
ALTER TABLE orders_problem ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_problem
USING (orders_problem.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_problem.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_problem"


def _to(model, on_delete=django.db.models.deletion.CASCADE, **options):
    return models.ForeignKey(on_delete=on_delete, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("orders", "0066_promises_that_customers_chose")]

    operations = [
        migrations.CreateModel(
            name="Problem",
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
                            ("missing", "Missing from the parcel"),
                            ("damaged", "Arrived damaged"),
                            ("wrong", "Wrong product"),
                            ("not_arrived", "Parcel not arrived"),
                        ],
                        max_length=11,
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                ("words", models.CharField(blank=True, max_length=500)),
                ("reported_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("replacement", "Sent again"),
                            ("refund", "Refund"),
                            ("return", "To be sent back"),
                            ("words", "Answered"),
                        ],
                        max_length=11,
                    ),
                ),
                ("answer_words", models.CharField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the seller has paid a refund back, in the shop.",
                        null=True,
                    ),
                ),
                (
                    "answered_by",
                    _to(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.PROTECT,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("line", _to("orders.orderline", db_index=False)),
                ("order", _to("orders.order", related_name="problems")),
                ("package", _to("orders.package", db_index=False)),
                (
                    "replacement",
                    _to(
                        "orders.order",
                        django.db.models.deletion.SET_NULL,
                        blank=True,
                        db_index=False,
                        help_text="The order in which it is sent again.",
                        null=True,
                        related_name="replaces_for",
                    ),
                ),
                (
                    "seller",
                    _to("orders.seller", django.db.models.deletion.PROTECT, db_index=False),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(answered_at__isnull=True),
                        fields=["seller", "reported_at"],
                        name="problem_open",
                    ),
                    models.Index(
                        condition=Q(answer="refund", settled_at__isnull=True),
                        fields=["seller", "answered_at"],
                        name="problem_to_refund",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(answered_at__isnull=True),
                        fields=["package", "line"],
                        name="one_problem_of_a_line_is_open",
                    ),
                    models.CheckConstraint(
                        condition=Q(quantity__gte=1, quantity__lte=MOST_UNITS),
                        name="a_problem_is_of_some_units",
                    ),
                    models.CheckConstraint(
                        condition=Q(answer="", answered_at__isnull=True)
                        | ~Q(answer="") & Q(answered_at__isnull=False),
                        name="a_problem_is_answered_in_one_way",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
