"""Calls of shops, the orders in them, their changes, and what could not be read."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Call",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "topic",
                models.CharField(
                    blank=True,
                    help_text="What the call says it is about; mostly not signed.",
                    max_length=60,
                ),
            ),
            ("body", models.BinaryField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "To be worked off"),
                        ("asking", "The shop is asked"),
                        ("done", "Done"),
                        ("refused", "Not understood"),
                        ("dismissed", "Dismissed"),
                    ],
                    default="waiting",
                    max_length=12,
                ),
            ),
            ("outcome", models.CharField(blank=True, max_length=250)),
            (
                "problems",
                models.JSONField(blank=True, default=list, help_text="[[field path, problem]]"),
            ),
            ("tries", models.PositiveSmallIntegerField(default=0)),
            ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "due_at",
                models.DateTimeField(
                    default=django.utils.timezone.now, help_text="To be worked off from then on."
                ),
            ),
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
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="calls",
                    to="orders.order",
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
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "waiting")), fields=["due_at"], name="call_due"
                ),
                models.Index(
                    condition=models.Q(("state", "asking")),
                    fields=["channel", "due_at"],
                    name="call_asking",
                ),
                models.Index(
                    condition=models.Q(("state", "refused")),
                    fields=["seller", "received_at"],
                    name="call_refused",
                ),
                models.Index(fields=["channel", "-received_at"], name="call_of_channel"),
                django.contrib.postgres.indexes.BrinIndex(
                    fields=["received_at"], name="call_by_age"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ShopOrder",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("reference", models.CharField(max_length=120)),
            (
                "version",
                models.CharField(
                    blank=True,
                    help_text="Sorts what the shop said; empty: nothing whole yet.",
                    max_length=120,
                ),
            ),
            (
                "payment",
                models.CharField(
                    blank=True,
                    choices=[
                        ("paid", "paid"),
                        ("authorised", "authorised, not yet captured"),
                        ("unpaid", "not paid yet"),
                        ("held", "the shop holds the order"),
                        ("voided", "voided"),
                        ("refunded", "refunded"),
                    ],
                    max_length=12,
                ),
            ),
            (
                "held_for",
                models.CharField(
                    blank=True,
                    help_text="The payment for which it was last put on hold.",
                    max_length=12,
                ),
            ),
            ("is_cancelled", models.BooleanField(default=False)),
            ("lines", models.JSONField(default=dict)),
            ("removed", models.JSONField(default=dict)),
            (
                "taken",
                models.JSONField(
                    default=dict,
                    help_text="Units of lines that came here from it: others were added here.",
                ),
            ),
            (
                "fields",
                models.JSONField(
                    default=dict,
                    help_text="What it said of address and contact, each as a keyed hash.",
                ),
            ),
            ("differences", models.JSONField(default=list)),
            ("differs_at", models.DateTimeField(blank=True, null=True)),
            (
                "accepted",
                models.JSONField(
                    default=list,
                    help_text="The differences that a person has settled; not shown again.",
                ),
            ),
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
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="in_shop",
                    to="orders.order",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "shop_holds",
                models.JSONField(
                    blank=True,
                    db_default=[],
                    default=list,
                    help_text="Why the shop does not want it sent now, or not from here; no names.",
                ),
            ),
            (
                "shop_holds_at",
                models.DateTimeField(
                    blank=True, help_text="When the shop was asked for them.", null=True
                ),
            ),
            (
                "paid_back",
                models.JSONField(
                    blank=True,
                    db_default={},
                    default=dict,
                    help_text="{the shop's id of a refund: its amount in minor units}, where it says so.",
                ),
            ),
            (
                "looked_at",
                models.DateTimeField(
                    blank=True,
                    help_text="When a task last looked whether its units are put back.",
                    null=True,
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("differs_at__isnull", False)),
                    fields=["seller", "differs_at"],
                    name="shop_order_differs",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "channel", "reference"), name="a_shop_order_is_known_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="OrderChange",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("field", models.CharField(max_length=20)),
            ("before", models.CharField(blank=True, max_length=5000)),
            ("after", models.CharField(blank=True, max_length=5000)),
            (
                "event",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="orders.event",
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="changes",
                    to="orders.order",
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
            "constraints": [
                models.UniqueConstraint(
                    fields=("event", "field"), name="an_event_changes_a_field_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SentCopy",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("message", models.BigIntegerField(help_text="The id of the message.", unique=True)),
            ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("subject", models.TextField(blank=True)),
            ("text", models.TextField(blank=True)),
            ("html", models.TextField(blank=True, help_text="Empty where the channel has none.")),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="sent_copies",
                    to="orders.order",
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
            "indexes": [
                django.contrib.postgres.indexes.BrinIndex(
                    fields=["sent_at"], name="sent_copy_by_age"
                )
            ],
        },
    ),
]
