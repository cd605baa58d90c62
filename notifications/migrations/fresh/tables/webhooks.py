"""Webhooks: endpoints of sellers, deliveries, and attempts to post them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Endpoint",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("url", models.CharField(max_length=500)),
            ("description", models.CharField(blank=True, max_length=120)),
            (
                "kinds",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=40),
                    blank=True,
                    default=list,
                    help_text="Empty: all events.",
                    size=None,
                ),
            ),
            ("secret", models.TextField(help_text="Encrypted.")),
            (
                "previous_secret",
                models.TextField(blank=True, help_text="Signs too, until its end."),
            ),
            ("previous_until", models.DateTimeField(blank=True, null=True)),
            ("failures", models.PositiveIntegerField(default=0)),
            ("failing_since", models.DateTimeField(blank=True, null=True)),
            ("not_before", models.DateTimeField(blank=True, null=True)),
            ("paused_at", models.DateTimeField(blank=True, null=True)),
            (
                "paused_because",
                models.CharField(
                    blank=True,
                    choices=[("failed", "Every delivery has failed for five days.")],
                    help_text="Empty: its seller paused it.",
                    max_length=12,
                ),
            ),
            (
                "disabled_at",
                models.DateTimeField(
                    blank=True, help_text="Its system said that it is gone.", null=True
                ),
            ),
            ("deleted_at", models.DateTimeField(blank=True, null=True)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="endpoints",
                    to="orders.seller",
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("previous_secret", ""), ("previous_until__isnull", True)),
                        models.Q(
                            models.Q(("previous_secret", ""), _negated=True),
                            ("previous_until__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="previous_secret_has_an_end",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Delivery",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("kind", models.CharField(max_length=40)),
            ("webhook_id", models.CharField(max_length=40)),
            ("payload", models.TextField(help_text="The body, byte for byte.")),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("next_attempt_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("series", models.PositiveSmallIntegerField(default=1)),
            ("attempts_made", models.PositiveSmallIntegerField(default=0)),
            ("claimed_by", models.CharField(blank=True, max_length=80)),
            ("claimed_until", models.DateTimeField(blank=True, null=True)),
            (
                "problem",
                models.CharField(blank=True, help_text="Of the last attempt.", max_length=200),
            ),
            ("delivered_at", models.DateTimeField(blank=True, null=True)),
            ("given_up_at", models.DateTimeField(blank=True, null=True)),
            (
                "event",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.event",
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
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
                "endpoint",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deliveries",
                    to="notifications.endpoint",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("endpoint"),
                    models.F("next_attempt_at"),
                    condition=models.Q(
                        ("delivered_at__isnull", True), ("given_up_at__isnull", True)
                    ),
                    name="delivery_due",
                ),
                models.Index(
                    models.F("endpoint"),
                    condition=models.Q(("claimed_until__isnull", False)),
                    name="delivery_claimed",
                ),
                models.Index(
                    models.F("endpoint"),
                    models.OrderBy(models.F("id"), descending=True),
                    name="delivery_of_endpoint",
                ),
                models.Index(
                    models.F("endpoint"),
                    models.OrderBy(models.F("id"), descending=True),
                    condition=models.Q(("given_up_at__isnull", False)),
                    name="delivery_given_up",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("endpoint", "event"), name="one_delivery_per_endpoint_and_event"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("delivered_at__isnull", True),
                        ("given_up_at__isnull", True),
                        _connector="OR",
                    ),
                    name="a_delivery_has_one_end",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="DeliveryAttempt",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("series", models.PositiveSmallIntegerField()),
            ("number", models.PositiveSmallIntegerField()),
            ("started_at", models.DateTimeField()),
            ("latency_ms", models.PositiveIntegerField()),
            ("url", models.CharField(max_length=500)),
            ("headers", models.JSONField(default=dict, help_text="As sent.")),
            ("status_code", models.PositiveSmallIntegerField(blank=True, null=True)),
            ("answer", models.TextField(blank=True, help_text="The first few kB of it.")),
            (
                "problem",
                models.CharField(blank=True, help_text="Empty: it was taken.", max_length=200),
            ),
            (
                "delivery",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="attempts",
                    to="notifications.delivery",
                ),
            ),
        ],
        options={
            "abstract": False,
        },
    ),
]
