"""What shops are told."""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="ShopLink",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "address",
                models.CharField(help_text="URL of the shop, without a path.", max_length=200),
            ),
            ("token", models.TextField(help_text="Encrypted; what the shop lets us in with.")),
            ("is_active", models.BooleanField(default=True)),
            ("read_transaction", models.BigIntegerField(default=0)),
            ("read_event", models.UUIDField(blank=True, null=True)),
            ("linked_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "channel",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="link",
                    to="orders.saleschannel",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            ("place", models.JSONField(blank=True, db_default={}, default=dict)),
            (
                "polls_at",
                models.DateTimeField(
                    db_default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    default=django.utils.timezone.now,
                    help_text="Is asked what has changed from then on.",
                ),
            ),
            (
                "asks_at",
                models.DateTimeField(
                    db_default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    default=django.utils.timezone.now,
                    help_text="Nobody asks it before: a worker asks it now, or it has to be left alone.",
                ),
            ),
            (
                "asked_at",
                models.DateTimeField(blank=True, help_text="When it last answered.", null=True),
            ),
            (
                "ask_tries",
                models.PositiveSmallIntegerField(
                    db_default=0, default=0, help_text="How often in a row it could not be asked."
                ),
            ),
            (
                "ask_problem",
                models.CharField(blank=True, db_default="", default="", max_length=250),
            ),
            ("fails_since", models.DateTimeField(blank=True, null=True)),
            (
                "stock_at",
                models.DateTimeField(
                    db_default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    default=django.utils.timezone.now,
                    help_text="Our stock is compared with what it was told from then on.",
                ),
            ),
            ("stock_fails_since", models.DateTimeField(blank=True, null=True)),
            (
                "stock_free_at",
                models.DateTimeField(
                    db_default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    default=django.utils.timezone.now,
                    help_text="Nobody tells it our stock before: a worker does so now, or it is left alone.",
                ),
            ),
            ("stock_places", models.JSONField(blank=True, db_default={}, default=dict)),
            (
                "stock_problem",
                models.CharField(blank=True, db_default="", default="", max_length=250),
            ),
            (
                "stock_tries",
                models.PositiveSmallIntegerField(
                    db_default=0,
                    default=0,
                    help_text="How often in a row it could not be told our stock.",
                ),
            ),
            (
                "tells_at",
                models.DateTimeField(
                    db_default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    default=django.utils.timezone.now,
                    help_text="Nobody tells it of orders before: a worker does so now.",
                ),
            ),
            ("tells_stock", models.BooleanField(db_default=False, default=False)),
        ],
        options={
            "abstract": False,
        },
    ),
    migrations.CreateModel(
        name="ToldStock",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("sku", models.CharField(max_length=80, verbose_name="SKU")),
            (
                "place",
                models.CharField(
                    blank=True,
                    help_text="The shop's id of its location, where it has several.",
                    max_length=60,
                ),
            ),
            ("units", models.PositiveIntegerField(blank=True, null=True)),
            (
                "is_sold",
                models.BooleanField(
                    default=True, help_text="The shop has a product with this SKU."
                ),
            ),
            ("problem", models.CharField(blank=True, max_length=250)),
            (
                "told_at",
                models.DateTimeField(blank=True, help_text="When it last answered.", null=True),
            ),
            (
                "due_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    help_text="Is compared with the shop from then on, changed or not.",
                ),
            ),
            (
                "channel",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to="orders.saleschannel",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="told_stock",
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
            "indexes": [
                models.Index(
                    condition=models.Q(("problem", ""), _negated=True),
                    fields=["seller", "told_at"],
                    name="stock_untold",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("channel", "sku", "place"), name="a_shop_is_told_one_stock_of_a_sku"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Push",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "what",
                models.CharField(
                    choices=[
                        ("sent", "Parcel sent"),
                        ("unsent", "Parcel not sent after all"),
                        ("delivered", "Parcel delivered"),
                        ("cancelled", "Order cancelled"),
                        ("undelivered", "Parcel not delivered after all"),
                        ("removed", "Units cancelled"),
                        ("returned", "Units returned"),
                        ("lost", "Parcel lost"),
                        ("found", "Parcel found again"),
                    ],
                    max_length=12,
                ),
            ),
            ("subject_id", models.UUIDField(help_text="The parcel, or the order.")),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("done", "Told"),
                        ("failed", "Failed"),
                        ("dismissed", "Dismissed"),
                    ],
                    default="waiting",
                    max_length=12,
                ),
            ),
            ("reason", models.CharField(blank=True, max_length=250)),
            (
                "tracking_number",
                models.CharField(
                    blank=True, help_text="Of the parcel when it happened.", max_length=40
                ),
            ),
            (
                "shop_id",
                models.CharField(
                    blank=True,
                    help_text="What the shop calls what it made of this.",
                    max_length=120,
                ),
            ),
            ("tries", models.PositiveSmallIntegerField(default=0)),
            ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("done_at", models.DateTimeField(blank=True, null=True)),
            (
                "channel",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.saleschannel",
                ),
            ),
            (
                "event",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.event",
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="pushes",
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
                "kits",
                models.JSONField(
                    blank=True,
                    db_default={},
                    default=dict,
                    help_text="{the shop's id of the line: kits whose last part left with the parcel}",
                ),
            ),
            (
                "about",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    help_text="Which units, and the refund that is due; no names.",
                    max_length=250,
                ),
            ),
            ("is_refund_due", models.BooleanField(db_default=False, default=False)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "waiting")), fields=["due_at"], name="push_due"
                ),
                models.Index(
                    condition=models.Q(("state", "failed")),
                    fields=["seller", "made_at"],
                    name="push_failed",
                ),
                models.Index(fields=["channel", "-made_at"], name="push_of_channel"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("event", "what"), name="a_shop_is_told_once_an_event"
                )
            ],
        },
    ),
]
