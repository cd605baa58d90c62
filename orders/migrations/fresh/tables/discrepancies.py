"""What came back otherwise than announced."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Discrepancy",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "code",
                models.CharField(
                    blank=True, help_text="What was read, as it was read.", max_length=120
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("wrong", "Not in the return"),
                        ("extra", "More than approved"),
                        ("unknown", "Not in the catalogue"),
                        ("missing", "Missing"),
                        ("empty", "The parcel was empty"),
                        ("unannounced", "Nobody announced it"),
                        ("late", "Found after the decision"),
                    ],
                    max_length=11,
                ),
            ),
            ("quantity", models.PositiveIntegerField()),
            (
                "status",
                models.CharField(
                    choices=[("open", "Open"), ("decided", "Decided"), ("done", "Done")],
                    default="open",
                    max_length=8,
                ),
            ),
            (
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
                    ],
                    max_length=9,
                ),
            ),
            ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "decided_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "line",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="discrepancies",
                    to="orders.orderline",
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="discrepancies",
                    to="orders.order",
                ),
            ),
            (
                "order_return",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="discrepancies",
                    to="orders.return",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "verbose_name_plural": "discrepancies",
            "indexes": [
                models.Index(
                    condition=models.Q(("status", "done"), _negated=True),
                    fields=["seller", "found_at"],
                    name="discrepancy_unfinished",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("quantity__gte", 1), ("quantity__lte", 1000000)),
                    name="a_discrepancy_is_of_some_units",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("decision", ""), ("status", "open")),
                        models.Q(
                            models.Q(("status", "open"), _negated=True),
                            models.Q(("decision", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="a_discrepancy_ends_in_a_decision",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind__in", ("missing", "empty")), _negated=True),
                        ("line__isnull", False),
                        _connector="OR",
                    ),
                    name="what_is_missing_has_a_line",
                ),
            ],
        },
    ),
]
