"""Packages and what is in them."""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Package",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("number", models.CharField(max_length=80)),
            (
                "status",
                models.CharField(
                    choices=[
                        ("packing", "Packing"),
                        ("packed", "Packed"),
                        ("labelled", "Labelled"),
                        ("handed_over", "Handed over"),
                        ("in_transit", "In transit"),
                        ("out_for_delivery", "Out for delivery"),
                        ("attempt_failed", "Attempt failed"),
                        ("at_pickup_point", "At a pickup point"),
                        ("delivered", "Delivered"),
                        ("returning", "Returning"),
                        ("returned", "Returned"),
                        ("lost", "Lost"),
                        ("damaged", "Damaged"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="packing",
                    max_length=20,
                ),
            ),
            (
                "carrier",
                models.CharField(
                    blank=True, help_text="Code of the carrier; set with the label.", max_length=20
                ),
            ),
            ("tracking_number", models.CharField(blank=True, max_length=40)),
            ("weight_grams", models.PositiveIntegerField(blank=True, null=True)),
            (
                "courier_name",
                models.CharField(
                    blank=True, help_text="First name, on the day only.", max_length=80
                ),
            ),
            ("stops_before", models.PositiveSmallIntegerField(blank=True, null=True)),
            (
                "received_by",
                models.CharField(blank=True, help_text="A name or a safe place.", max_length=80),
            ),
            (
                "handed_to",
                models.CharField(
                    blank=True,
                    choices=[
                        ("receiver", "Recipient"),
                        ("neighbour", "Neighbour"),
                        ("safe_place", "Safe place"),
                    ],
                    help_text="Empty until delivered.",
                    max_length=10,
                ),
            ),
            (
                "pickup_point",
                models.CharField(
                    blank=True,
                    help_text="Where the customer collects it: name and street.",
                    max_length=120,
                ),
            ),
            (
                "pickup_until",
                models.DateField(
                    blank=True, help_text="The last day to collect it there.", null=True
                ),
            ),
            (
                "failure",
                models.CharField(
                    blank=True,
                    choices=[
                        ("not_home", "Nobody home"),
                        ("refused", "Parcel refused"),
                        ("address_wrong", "Wrong address"),
                        ("damaged", "Parcel damaged"),
                    ],
                    help_text="Why the last attempt failed.",
                    max_length=20,
                ),
            ),
            ("handed_over_at", models.DateTimeField(blank=True, null=True)),
            ("delivered_at", models.DateTimeField(blank=True, null=True)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="packages",
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
                "shipment",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="packages",
                    to="orders.shipment",
                ),
            ),
            (
                "inside",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="The box in which it goes out: that one is labelled and scanned, for both.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="inner",
                    to="orders.package",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    fields=["seller", "tracking_number"], name="package_by_tracking_number"
                ),
                models.Index(
                    condition=models.Q(("inside__isnull", False)),
                    fields=["inside"],
                    name="package_in_box",
                ),
                models.Index(
                    models.F("seller"),
                    models.OrderBy(models.F("id"), descending=True),
                    name="package_by_age",
                ),
                models.Index(
                    condition=models.Q(("delivered_at__isnull", False)),
                    fields=["seller", "delivered_at"],
                    name="package_delivered",
                ),
                models.Index(
                    condition=models.Q(
                        ("status__in", ("attempt_failed", "at_pickup_point", "returning"))
                    ),
                    fields=["seller"],
                    name="package_not_delivered",
                ),
                models.Index(
                    models.F("handed_over_at"),
                    condition=models.Q(
                        ("status__in", ("handed_over", "in_transit", "attempt_failed"))
                    ),
                    name="package_to_go_out",
                ),
                models.Index(
                    models.F("delivered_at"),
                    condition=models.Q(("pickup_point", ""), _negated=True),
                    name="package_collected",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(
                        models.Q(("tracking_number", ""), _negated=True), ("inside__isnull", True)
                    ),
                    fields=("carrier", "tracking_number"),
                    name="a_tracking_number_names_one_box",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("inside__isnull", True),
                        models.Q(
                            models.Q(("tracking_number", ""), _negated=True),
                            ("weight_grams__isnull", True),
                            models.Q(("inside", models.F("id")), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="what_is_in_a_box_has_its_number_and_no_weight",
                ),
                models.UniqueConstraint(
                    fields=("shipment", "number"), name="a_package_number_is_used_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("pickup_until__gte", datetime.date(1970, 1, 1)),
                        ("pickup_until__lt", datetime.date(9000, 1, 1)),
                    ),
                    name="a_parcel_is_kept_until_a_readable_day",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("handed_to", ""), ("delivered_at__isnull", False), _connector="OR"
                    ),
                    name="only_what_is_delivered_was_handed_to_somebody",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("pickup_point", ""), ("pickup_until__isnull", True)),
                        models.Q(
                            models.Q(("pickup_point", ""), _negated=True),
                            ("pickup_until__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="a_pickup_point_has_a_last_day",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("status", "packing")),
                    fields=("shipment",),
                    name="one_open_box_per_shipment",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PackageLine",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("quantity", models.PositiveIntegerField()),
            (
                "package",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="orders.package",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "shipment_line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="package_lines",
                    to="orders.shipmentline",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("package", "shipment_line"), name="a_line_is_once_in_a_package"
                )
            ],
        },
    ),
]
