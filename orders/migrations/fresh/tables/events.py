"""The history, and what is counted in it."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys
import orders.models.events

TABLES = [
    migrations.CreateModel(
        name="EventEpoch",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "position_offset",
                models.BigIntegerField(help_text="Added to the id of a transaction."),
            ),
            (
                "began_at",
                models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow()),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Event",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("kind", models.CharField(max_length=40)),
            (
                "subject_id",
                models.UUIDField(blank=True, help_text="The row it happened to.", null=True),
            ),
            ("data", models.JSONField(default=dict)),
            (
                "at",
                models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow()),
            ),
            (
                "transaction_id",
                models.BigIntegerField(
                    db_default=orders.models.events.EventPosition(), editable=False
                ),
            ),
            (
                "actor",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="Empty is the system.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="events",
                    to="orders.order",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.seller",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(models.F("order"), models.F("id"), name="event_of_order"),
                models.Index(
                    models.F("seller"),
                    models.F("transaction_id"),
                    models.F("id"),
                    name="event_by_cursor",
                ),
                models.Index(
                    models.F("seller"),
                    models.F("id"),
                    condition=models.Q(("kind", "order.called_off")),
                    name="event_called_off",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="NumbersPlace",
        fields=[
            (
                "seller",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="+",
                    serialize=False,
                    to="orders.seller",
                ),
            ),
            ("read_transaction", models.BigIntegerField(default=0)),
            ("read_event", models.UUIDField(blank=True, null=True)),
            (
                "read_at",
                models.DateTimeField(
                    blank=True, help_text="When there was nothing more.", null=True
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="NumberFact",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "number",
                models.CharField(
                    choices=[
                        ("cycle", "Accepted to handed over"),
                        ("ship", "Shipped on time"),
                        ("window", "Inside the first window"),
                        ("attempt", "First attempt"),
                        ("perfect", "Perfect orders"),
                        ("fill", "Fill rate"),
                        ("returns", "Returns"),
                    ],
                    max_length=8,
                ),
            ),
            (
                "subject_id",
                models.UUIDField(help_text="The parcel, shipment, order, line or return."),
            ),
            ("day", models.DateField()),
            ("counts_from", models.DateTimeField()),
            ("outcome", models.CharField(max_length=20)),
            (
                "value",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="Seconds that it took, or units that came back.",
                    null=True,
                ),
            ),
            ("carrier", models.CharField(blank=True, max_length=20)),
            (
                "channel",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.saleschannel",
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.order"
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["seller", "number", "day"], name="number_fact_by_day")
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("number", "subject_id"), name="a_number_counts_a_thing_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ManyReturns",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("delivered", models.PositiveIntegerField()),
            ("returned", models.PositiveIntegerField()),
            ("usual_delivered", models.PositiveIntegerField()),
            ("usual_returned", models.PositiveIntegerField()),
            ("since", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "product",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.seller"
                ),
            ),
        ],
        options={
            "verbose_name_plural": "many returns",
            "indexes": [models.Index(fields=["seller", "since"], name="many_returns_of_seller")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("delivered__gte", 1), ("usual_delivered__gte", 1)),
                    name="many_returns_are_of_what_arrived",
                )
            ],
        },
    ),
]
