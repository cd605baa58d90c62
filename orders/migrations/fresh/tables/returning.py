"""How things are returned: reasons, photos, repairs."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Problem",
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
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    to="orders.orderline",
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="problems",
                    to="orders.order",
                ),
            ),
            (
                "package",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.package"
                ),
            ),
            (
                "replacement",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="The order in which it is sent again.",
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="replaces_for",
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
                    condition=models.Q(("answered_at__isnull", True)),
                    fields=["seller", "reported_at"],
                    name="problem_open",
                ),
                models.Index(
                    condition=models.Q(("answer", "refund"), ("settled_at__isnull", True)),
                    fields=["seller", "answered_at"],
                    name="problem_to_refund",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("answered_at__isnull", True)),
                    fields=("package", "line"),
                    name="one_problem_of_a_line_is_open",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("answered_at__isnull", True), ("line__isnull", True)),
                    fields=("package",),
                    name="one_problem_of_a_parcel_is_open",
                ),
                models.CheckConstraint(
                    condition=models.Q(("quantity__gte", 1), ("quantity__lte", 1000000)),
                    name="a_problem_is_of_some_units",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("answer", ""), ("answered_at__isnull", True)),
                        models.Q(
                            models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)
                        ),
                        _connector="OR",
                    ),
                    name="a_problem_is_answered_in_one_way",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ProblemPhoto",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("image", models.BinaryField()),
            ("width", models.PositiveSmallIntegerField()),
            ("height", models.PositiveSmallIntegerField()),
            (
                "problem",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="photos",
                    to="orders.problem",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "order_return",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="photos",
                    to="orders.return",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("order_return__isnull", False)),
                    fields=["order_return"],
                    name="photo_of_return",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("order_return__isnull", True), ("problem__isnull", False)),
                        models.Q(("order_return__isnull", False), ("problem__isnull", True)),
                        _connector="OR",
                    ),
                    name="a_photo_is_of_one_thing",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("height__gte", 1),
                        ("height__lte", 800),
                        ("width__gte", 1),
                        ("width__lte", 800),
                    ),
                    name="a_photo_fits_on_a_screen",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ReturnReason",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("position", models.PositiveSmallIntegerField(help_text="Lower stands first.")),
            (
                "meaning",
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
            ("words", models.JSONField(help_text="By language, as customers read them.")),
            (
                "skus",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                ),
            ),
            (
                "photo",
                models.CharField(
                    choices=[
                        ("never", "Not asked for"),
                        ("may", "May be added"),
                        ("must", "Has to be added"),
                    ],
                    default="never",
                    max_length=5,
                ),
            ),
            (
                "comment",
                models.CharField(
                    choices=[
                        ("never", "Not asked for"),
                        ("may", "May be added"),
                        ("must", "Has to be added"),
                    ],
                    default="may",
                    max_length=5,
                ),
            ),
            ("is_on", models.BooleanField(default=True)),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [models.Index(fields=["seller", "position"], name="return_reason_by_place")],
        },
    ),
    migrations.CreateModel(
        name="Repair",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("quantity", models.PositiveIntegerField()),
            (
                "status",
                models.CharField(
                    choices=[
                        ("aside", "Set aside"),
                        ("waiting", "To repair"),
                        ("repaired", "Repaired"),
                        ("failed", "Not repaired, goes back"),
                        ("refunded", "Not repaired, refunded"),
                        ("sent", "Sent"),
                    ],
                    default="aside",
                    max_length=8,
                ),
            ),
            ("is_failed", models.BooleanField(default=False)),
            ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
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
                    condition=models.Q(("status__in", ("sent", "refunded")), _negated=True),
                    fields=["seller", "found_at"],
                    name="repair_unfinished",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("quantity__gte", 1), ("quantity__lte", 1000000)),
                    name="a_repair_is_of_some_units",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("sent_as__isnull", False), ("status", "sent")),
                        models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_as__isnull", True)
                        ),
                        _connector="OR",
                    ),
                    name="what_is_sent_after_a_repair_has_its_order",
                ),
            ],
        },
    ),
]
