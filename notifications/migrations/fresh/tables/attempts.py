"""Attempts to send, and who sends."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Attempt",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("number", models.PositiveSmallIntegerField()),
            ("provider", models.CharField(max_length=40)),
            ("started_at", models.DateTimeField()),
            ("duration_ms", models.PositiveIntegerField()),
            (
                "outcome",
                models.CharField(
                    choices=[
                        ("planned", "Planned"),
                        ("held", "Held"),
                        ("claimed", "Claimed"),
                        ("sent", "Sent"),
                        ("delivered", "Delivered"),
                        ("retrying", "Retrying"),
                        ("failed", "Failed"),
                        ("unknown", "Outcome unknown"),
                        ("suppressed", "Suppressed"),
                        ("superseded", "Superseded"),
                    ],
                    max_length=12,
                ),
            ),
            ("answer", models.CharField(blank=True, max_length=300)),
            (
                "message",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="attempts",
                    to="notifications.message",
                ),
            ),
        ],
        options={
            "indexes": [
                django.contrib.postgres.indexes.BrinIndex(
                    fields=["started_at"], name="attempt_by_age"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Worker",
        fields=[
            ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
            ("beat_at", models.DateTimeField(default=django.utils.timezone.now)),
        ],
    ),
    migrations.CreateModel(
        name="ChannelCircuit",
        fields=[
            ("channel", models.CharField(max_length=8, primary_key=True, serialize=False)),
            ("tokens", models.FloatField(default=0.0)),
            ("filled_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("failures", models.PositiveSmallIntegerField(default=0)),
            ("open_until", models.DateTimeField(blank=True, null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Installation",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "identity",
                models.CharField(help_text="Cluster, time line and database.", max_length=120),
            ),
            ("paused_at", models.DateTimeField(blank=True, null=True)),
            ("paused_because", models.CharField(blank=True, max_length=200)),
        ],
    ),
]
