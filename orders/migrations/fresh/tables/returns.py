"""Returns, their rules and their lines."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="ReturnRule",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("position", models.PositiveSmallIntegerField(help_text="Lower goes first.")),
            (
                "outcome",
                models.CharField(
                    choices=[
                        ("approve", "Approve"),
                        ("review", "You decide"),
                        ("refuse", "Refuse"),
                    ],
                    max_length=7,
                ),
            ),
            (
                "reasons",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                ),
            ),
            (
                "countries",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                ),
            ),
            (
                "skus",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                ),
            ),
            ("days_from", models.PositiveIntegerField(blank=True, null=True)),
            ("days_to", models.PositiveIntegerField(blank=True, null=True)),
            (
                "value_from",
                models.BigIntegerField(blank=True, help_text="In minor units.", null=True),
            ),
            ("value_to", models.BigIntegerField(blank=True, null=True)),
            ("currency", models.CharField(blank=True, help_text="Of the value.", max_length=3)),
            (
                "words",
                models.CharField(blank=True, help_text="The customer reads them.", max_length=250),
            ),
            ("deleted_at", models.DateTimeField(blank=True, null=True)),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [models.Index(fields=["seller", "position"], name="return_rule_by_place")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("value_from__isnull", True), ("value_to__isnull", True)),
                        models.Q(("currency", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="a_value_of_returns_has_its_currency",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Return",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("number", models.CharField(max_length=20, unique=True)),
            (
                "status",
                models.CharField(
                    choices=[
                        ("requested", "Requested"),
                        ("approved", "Approved"),
                        ("refused", "Refused"),
                        ("received", "Received"),
                        ("closed", "Closed"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="requested",
                    max_length=12,
                ),
            ),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("too_large", "Too large"),
                        ("too_small", "Too small"),
                        ("not_as_shown", "Not as described"),
                        ("damaged", "Arrived damaged"),
                        ("wrong", "Wrong product"),
                        ("changed_mind", "Changed my mind"),
                        ("undeliverable", "Undeliverable"),
                        ("unannounced", "Not announced"),
                    ],
                    max_length=20,
                ),
            ),
            ("comment", models.CharField(blank=True, max_length=500)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="returns",
                    to="orders.order",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            ("words", models.CharField(blank=True, db_default="", default="", max_length=250)),
            (
                "rule",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="Which decided, or left it to the seller.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.returnrule",
                ),
            ),
            ("fee", models.BigIntegerField(db_default=0, default=0)),
            (
                "exchange",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="exchange_for",
                    to="orders.order",
                ),
            ),
            ("exchange_until", models.DateField(blank=True, null=True)),
            ("postage_by", models.CharField(blank=True, db_default="", default="", max_length=8)),
            ("is_kept", models.BooleanField(db_default=False, default=False)),
            ("wish", models.CharField(blank=True, db_default="", default="", max_length=8)),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.warehouse",
                ),
            ),
            ("reason_words", models.JSONField(blank=True, db_default={}, default=dict)),
        ],
        options={
            "indexes": [
                models.Index(fields=["seller", "status", "created_at"], name="return_by_status"),
                models.Index(
                    models.F("seller"),
                    models.OrderBy(models.F("id"), descending=True),
                    name="return_by_age",
                ),
                models.Index(
                    models.F("created_at"),
                    condition=models.Q(("status", "received")),
                    name="return_arrived",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ReturnLine",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("requested", models.PositiveIntegerField()),
            ("approved", models.PositiveIntegerField(default=0)),
            ("refused", models.PositiveIntegerField(default=0)),
            ("unexpected", models.PositiveIntegerField(default=0)),
            ("received", models.PositiveIntegerField(default=0)),
            ("inspected", models.PositiveIntegerField(default=0)),
            ("restocked", models.PositiveIntegerField(default=0)),
            ("refurbished", models.PositiveIntegerField(default=0)),
            ("written_off", models.PositiveIntegerField(default=0)),
            ("sent_back", models.PositiveIntegerField(default=0)),
            (
                "line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="return_lines",
                    to="orders.orderline",
                ),
            ),
            (
                "order_return",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="orders.return",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            ("is_coming", models.BooleanField(db_default=False, default=False)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("is_coming", True)),
                    fields=("line",),
                    name="a_line_comes_back_in_one_return",
                ),
                models.UniqueConstraint(
                    fields=("order_return", "line"), name="a_line_is_once_in_a_return"
                ),
                models.CheckConstraint(
                    condition=models.Q(("requested__lte", 1000000)), name="a_request_can_be_counted"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "requested__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("approved"), "+", models.F("refused")
                            ),
                        )
                    ),
                    name="a_request_is_decided_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "received__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("approved"), "+", models.F("unexpected")
                            ),
                        )
                    ),
                    name="received_only_what_was_approved",
                ),
                models.CheckConstraint(
                    condition=models.Q(("inspected__lte", models.F("received"))),
                    name="inspected_only_what_was_received",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "inspected",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("restocked"), "+", models.F("refurbished")
                                    ),
                                    "+",
                                    models.F("written_off"),
                                ),
                                "+",
                                models.F("sent_back"),
                            ),
                        )
                    ),
                    name="each_inspected_unit_has_one_fate",
                ),
            ],
        },
    ),
]
