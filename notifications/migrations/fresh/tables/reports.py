"""Receipts (delivery reports), suppression lists and inbound texts."""

import datetime

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import notifications.models.delivery

TABLES = [
    migrations.CreateModel(
        name="Receipt",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            (
                "channel",
                models.CharField(
                    choices=notifications.models.delivery.channel_choices, max_length=8
                ),
            ),
            ("provider", models.CharField(max_length=40)),
            (
                "report_id",
                models.CharField(
                    help_text="The provider's id of the report, or a digest of its content.",
                    max_length=200,
                ),
            ),
            ("provider_id", models.CharField(blank=True, max_length=200)),
            (
                "key",
                models.CharField(
                    blank=True, help_text="Our own, where it came back.", max_length=200
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("delivered", "Delivered"),
                        ("deferred", "Delayed"),
                        ("bounced", "Bounced"),
                        ("failed", "Not delivered"),
                        ("complained", "Marked as spam"),
                        ("unsubscribed", "Unsubscribed"),
                    ],
                    max_length=12,
                ),
            ),
            ("detail", models.CharField(blank=True, max_length=300)),
            ("at", models.DateTimeField(help_text="When it happened, by the provider's clock.")),
            ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "message",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="receipts",
                    to="notifications.message",
                ),
            ),
            (
                "set_aside_at",
                models.DateTimeField(
                    blank=True,
                    help_text="It could not be applied: retried an hour later.",
                    null=True,
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("channel"),
                    models.F("provider_id"),
                    condition=models.Q(("message__isnull", True)),
                    name="receipt_without_message",
                ),
                django.contrib.postgres.indexes.BrinIndex(
                    fields=["received_at"], name="receipt_by_age"
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("provider", "report_id"), name="a_report_counts_only_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "at__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "at__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                    ),
                    name="a_report_is_of_a_readable_moment",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Suppression",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "channel",
                models.CharField(
                    choices=notifications.models.delivery.channel_choices, max_length=8
                ),
            ),
            ("recipient", models.CharField(help_text="In lower case.", max_length=254)),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("bounced", "The address does not exist"),
                        ("complained", "The customer marked it as spam"),
                        ("stopped", "The customer opted out"),
                        ("by_hand", "Blocked manually"),
                    ],
                    max_length=12,
                ),
            ),
            ("detail", models.CharField(blank=True, max_length=300)),
            ("since", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="suppressions",
                    to="orders.seller",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("seller"),
                    models.F("since"),
                    models.F("id"),
                    name="suppression_by_time",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "channel", "recipient"), name="an_address_is_suppressed_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="InboundText",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("provider", models.CharField(max_length=40)),
            (
                "text_id",
                models.CharField(help_text="The provider's id of the text.", max_length=200),
            ),
            ("number", models.CharField(max_length=20)),
            (
                "word",
                models.CharField(
                    choices=[("stop", "Stop"), ("start", "Start"), ("help", "Help")], max_length=8
                ),
            ),
            ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("answered_at", models.DateTimeField(blank=True, null=True)),
        ],
        options={
            "indexes": [
                models.Index(fields=["number", "received_at"], name="inbound_text_of_number")
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("provider", "text_id"), name="an_inbound_text_is_obeyed_once"
                )
            ],
        },
    ),
]
