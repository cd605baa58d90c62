"""Orders and the rules of their way."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

import orders.keys
import orders.values.search_texts

TABLES = [
    migrations.CreateModel(
        name="Order",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "reference",
                models.CharField(
                    help_text="The shop's own id of the order, as text.", max_length=120
                ),
            ),
            (
                "number",
                models.CharField(
                    help_text="What customer and seller call the order.", max_length=60
                ),
            ),
            (
                "status",
                models.CharField(
                    choices=[
                        ("received", "Received"),
                        ("on_hold", "On hold"),
                        ("backordered", "Backordered"),
                        ("in_progress", "In progress"),
                        ("packed", "Packed"),
                        ("partly_shipped", "Partly shipped"),
                        ("shipped", "Shipped"),
                        ("out_for_delivery", "Out for delivery"),
                        ("partly_delivered", "Partly delivered"),
                        ("delivered", "Delivered"),
                        ("undelivered", "Undelivered"),
                        ("partly_returned", "Partly returned"),
                        ("returned", "Returned"),
                        ("cancelled", "Cancelled"),
                        ("nothing_to_ship", "Nothing to ship"),
                    ],
                    default="received",
                    max_length=20,
                ),
            ),
            ("priority", models.SmallIntegerField(default=0, help_text="Higher goes first.")),
            (
                "customer_name",
                models.CharField(
                    blank=True, help_text="Who receives it: the name on the label.", max_length=600
                ),
            ),
            ("email", models.CharField(blank=True, max_length=254)),
            ("phone", models.CharField(blank=True, help_text="E.164, or empty.", max_length=20)),
            ("company", models.CharField(blank=True, max_length=255)),
            (
                "street",
                models.CharField(
                    blank=True, help_text="Lines separated by line breaks.", max_length=600
                ),
            ),
            ("postcode", models.CharField(blank=True, max_length=255)),
            ("city", models.CharField(blank=True, max_length=255)),
            ("region", models.CharField(blank=True, max_length=255)),
            ("country", models.CharField(blank=True, max_length=2)),
            ("language", models.CharField(default="en", max_length=8)),
            ("time_zone", models.CharField(help_text="Of the place of delivery.", max_length=40)),
            ("currency", models.CharField(blank=True, max_length=3)),
            (
                "note",
                models.CharField(
                    blank=True, help_text="The customer's words to the packer.", max_length=5000
                ),
            ),
            ("is_gift", models.BooleanField(default=False)),
            ("shipments_made", models.PositiveSmallIntegerField(default=0)),
            ("token_revision", models.PositiveSmallIntegerField(default=1)),
            ("tracking_hash", models.BinaryField(max_length=32, unique=True)),
            (
                "ship_by",
                models.DateTimeField(help_text="The promise by which work is put in order."),
            ),
            ("placed_at", models.DateTimeField()),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "channel",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="orders",
                    to="orders.saleschannel",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="orders",
                    to="orders.seller",
                ),
            ),
            (
                "buyer_name",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    help_text="Who bought it and is written to; empty: the one who receives it.",
                    max_length=600,
                ),
            ),
            (
                "ships_as",
                models.CharField(
                    choices=[
                        ("as_available", "As available"),
                        ("together", "All together"),
                        ("complete", "All or nothing"),
                    ],
                    db_default="as_available",
                    default="as_available",
                    help_text="What happens where only a part of it is in stock.",
                    max_length=12,
                ),
            ),
            (
                "service",
                models.JSONField(
                    blank=True,
                    editable=False,
                    help_text="The service by which it was promised, as it was then; see orders/services.",
                    null=True,
                ),
            ),
            (
                "tags",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=30),
                    blank=True,
                    db_default=[],
                    default=list,
                    help_text="Words of the seller, to find it by; no customer sees them.",
                    size=None,
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("seller"),
                    models.OrderBy(models.F("created_at"), descending=True),
                    models.OrderBy(models.F("id"), descending=True),
                    name="order_by_age",
                ),
                models.Index(
                    models.F("seller"),
                    models.F("status"),
                    models.OrderBy(models.F("created_at"), descending=True),
                    models.OrderBy(models.F("id"), descending=True),
                    name="order_by_status",
                ),
                models.Index(fields=["seller", "number"], name="order_by_number"),
                models.Index(
                    models.F("seller"),
                    django.contrib.postgres.indexes.OpClass(
                        django.db.models.functions.text.Upper("number"), name="text_pattern_ops"
                    ),
                    name="order_by_number_prefix",
                ),
                models.Index(fields=["seller", "email"], name="order_by_email"),
                django.contrib.postgres.indexes.GinIndex(
                    django.contrib.postgres.indexes.OpClass(
                        orders.values.search_texts.Plain("customer_name"), name="gin_trgm_ops"
                    ),
                    name="order_by_plain_customer",
                ),
                models.Index(
                    models.F("seller"),
                    django.contrib.postgres.indexes.OpClass(
                        django.db.models.functions.text.Reverse(
                            "phone", output_field=models.CharField()
                        ),
                        name="text_pattern_ops",
                    ),
                    name="order_by_end_of_phone",
                ),
                models.Index(
                    models.F("seller"),
                    django.db.models.functions.text.Upper(
                        django.db.models.functions.text.Replace(
                            "postcode", models.Value(" "), models.Value("")
                        )
                    ),
                    name="order_by_postcode",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "channel", "reference"),
                    name="the_same_order_twice_is_one_order",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "placed_at__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "placed_at__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "ship_by__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "ship_by__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                    ),
                    name="an_order_has_readable_moments",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                    ),
                    name="an_order_goes_to_a_country",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("language", ""),
                        ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"),
                        _connector="OR",
                    ),
                    name="an_order_is_in_a_language",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="RoutingRule",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("name", models.CharField(max_length=80)),
            ("position", models.PositiveSmallIntegerField(help_text="Lower goes first.")),
            ("is_active", models.BooleanField(default=True)),
            ("deleted_at", models.DateTimeField(blank=True, null=True)),
            (
                "countries",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                ),
            ),
            (
                "postcodes",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=10),
                    blank=True,
                    default=list,
                    help_text="How a postcode begins: in capitals, without blanks.",
                    size=None,
                ),
            ),
            ("currency", models.CharField(blank=True, help_text="Of the value.", max_length=3)),
            (
                "value_from",
                models.BigIntegerField(blank=True, help_text="In minor units.", null=True),
            ),
            ("value_to", models.BigIntegerField(blank=True, null=True)),
            ("units_from", models.PositiveIntegerField(blank=True, null=True)),
            ("units_to", models.PositiveIntegerField(blank=True, null=True)),
            ("is_gift", models.BooleanField(blank=True, null=True)),
            ("has_note", models.BooleanField(blank=True, null=True)),
            ("priority", models.SmallIntegerField(blank=True, null=True)),
            (
                "ships_as",
                models.CharField(
                    blank=True,
                    choices=[
                        ("as_available", "As available"),
                        ("together", "All together"),
                        ("complete", "All or nothing"),
                    ],
                    max_length=12,
                ),
            ),
            ("hold", models.CharField(blank=True, help_text="Why it is held.", max_length=250)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "channel",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.saleschannel",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="routing_rules",
                    to="orders.seller",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("deleted_at__isnull", True)),
                    fields=["seller", "position"],
                    name="rule_in_force",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("priority__isnull", False),
                        models.Q(("ships_as", ""), _negated=True),
                        models.Q(("hold", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="a_rule_does_something",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("value_from__isnull", True), ("value_to__isnull", True)),
                        models.Q(("currency", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="a_value_has_its_currency",
                ),
            ],
        },
    ),
]
