"""Badges of workers with their PINs, and the shared devices that take them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Badge",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("code_hash", models.BinaryField(max_length=32, unique=True)),
            ("pin", models.CharField(help_text="Hashed.", max_length=128)),
            (
                "is_given_pin",
                models.BooleanField(
                    default=True,
                    help_text="A lead knows it: its person chooses another one at first.",
                ),
            ),
            ("tries", models.PositiveSmallIntegerField(default=0)),
            ("not_before", models.DateTimeField(blank=True, null=True)),
            (
                "locked_at",
                models.DateTimeField(blank=True, help_text="A lead unlocks it.", null=True),
            ),
            ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ("last_used_at", models.DateTimeField(blank=True, null=True)),
            (
                "user",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="badge",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "abstract": False,
        },
    ),
    migrations.CreateModel(
        name="Device",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("name", models.CharField(max_length=40)),
            ("token_hash", models.BinaryField(max_length=32, unique=True)),
            ("enrolled_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ("seat", models.UUIDField(blank=True, null=True)),
            ("seen_at", models.DateTimeField(blank=True, null=True)),
            ("locked_at", models.DateTimeField(blank=True, null=True)),
            (
                "warehouse",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.warehouse",
                ),
            ),
            (
                "worker",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("revoked_at__isnull", True)),
                    fields=("warehouse", "name"),
                    name="a_device_name_is_used_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("seat__isnull", True), ("worker__isnull", False), _connector="OR"
                    ),
                    name="a_seat_has_a_worker",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="BadgeDevice",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("tries", models.PositiveSmallIntegerField(default=0)),
            ("not_before", models.DateTimeField(blank=True, null=True)),
            (
                "locked_at",
                models.DateTimeField(blank=True, help_text="A lead unlocks it.", null=True),
            ),
            ("proved_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "badge",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="devices",
                    to="warehouse.badge",
                ),
            ),
            (
                "device",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="warehouse.device",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("badge", "device"), name="a_badge_is_on_a_device_once"
                )
            ],
        },
    ),
]
