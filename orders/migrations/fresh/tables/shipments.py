"""Shipments, and what their customers wish."""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Shipment",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("number", models.CharField(max_length=70)),
            (
                "status",
                models.CharField(
                    choices=[
                        ("planned", "Planned"),
                        ("released", "Released"),
                        ("picking", "Picking"),
                        ("picked", "Picked"),
                        ("packed", "Packed"),
                        ("ready", "Ready"),
                        ("handed_over", "Handed over"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="planned",
                    max_length=12,
                ),
            ),
            ("priority", models.SmallIntegerField(default=0)),
            ("ship_by", models.DateTimeField()),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="shipments",
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
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.warehouse",
                ),
            ),
            (
                "is_apart",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="It was split off: what gets stock later goes elsewhere.",
                ),
            ),
            (
                "together",
                models.UUIDField(
                    blank=True,
                    help_text="Shipments with the same value go out in one box, with one label.",
                    null=True,
                ),
            ),
            (
                "wave",
                models.UUIDField(
                    blank=True,
                    editable=False,
                    help_text="The wave in which a lead has released it to be picked.",
                    null=True,
                ),
            ),
            (
                "will_miss_since",
                models.DateTimeField(
                    blank=True,
                    editable=False,
                    help_text="Since when the warehouse foresees that it is not picked by then.",
                    null=True,
                ),
            ),
            (
                "chosen",
                models.JSONField(
                    blank=True,
                    editable=False,
                    help_text="Why it leaves this warehouse, where the seller has several.",
                    null=True,
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("warehouse"),
                    models.F("ship_by"),
                    models.OrderBy(models.F("priority"), descending=True),
                    models.F("id"),
                    condition=models.Q(("status", "released")),
                    name="shipment_to_pick",
                ),
                models.Index(fields=["warehouse", "status", "ship_by"], name="shipment_by_status"),
                models.Index(
                    models.F("seller"),
                    models.OrderBy(models.F("id"), descending=True),
                    name="shipment_by_age",
                ),
                models.Index(
                    condition=models.Q(
                        (
                            "status__in",
                            ("planned", "released", "picking", "picked", "packed", "ready"),
                        )
                    ),
                    fields=["seller", "ship_by"],
                    name="shipment_to_send",
                ),
                models.Index(
                    condition=models.Q(("together__isnull", False)),
                    fields=["together"],
                    name="shipment_in_one_box",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("order", "number"), name="a_shipment_number_is_used_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "ship_by__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "ship_by__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                    ),
                    name="a_shipment_is_due_readably",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ShipmentLine",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("quantity", models.PositiveIntegerField()),
            ("picked", models.PositiveIntegerField(default=0)),
            ("packed", models.PositiveIntegerField(default=0)),
            (
                "line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="shipment_lines",
                    to="orders.orderline",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "shipment",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="orders.shipment",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("shipment", "line"), name="a_line_is_once_in_a_shipment"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("packed__lte", models.F("picked")), ("picked__lte", models.F("quantity"))
                    ),
                    name="shipment_line_counts_rise_in_order",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Wish",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("day", "Another day"),
                        ("neighbour", "Neighbour"),
                        ("safe_place", "Safe place"),
                        ("pickup", "Pickup point"),
                        ("note", "Note for the courier"),
                    ],
                    max_length=10,
                ),
            ),
            ("text", models.CharField(blank=True, max_length=120)),
            ("on", models.DateField(blank=True, help_text="Not before this day.", null=True)),
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
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "point",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="The pickup point that was chosen; the text is its name and address.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="wishes",
                    to="orders.pickuppoint",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("point__isnull", False)),
                    fields=["point"],
                    name="wish_of_a_point",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True)),
                    fields=("order", "kind"),
                    name="one_wish_of_a_kind_is_in_force",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("kind", "day"),
                            ("on__isnull", False),
                            ("on__gte", datetime.date(1970, 1, 1)),
                            ("on__lt", datetime.date(9000, 1, 1)),
                        ),
                        models.Q(models.Q(("kind", "day"), _negated=True), ("on__isnull", True)),
                        _connector="OR",
                    ),
                    name="a_wished_day_is_a_readable_one",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("end", ""), ("ended_at__isnull", True)),
                        models.Q(models.Q(("end", ""), _negated=True), ("ended_at__isnull", False)),
                        _connector="OR",
                    ),
                    name="a_wish_ends_in_one_way",
                ),
            ],
        },
    ),
]
