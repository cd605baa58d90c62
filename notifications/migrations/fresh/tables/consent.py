"""Sender addresses of sellers, and what customers want to hear."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

import notifications.models.channels
import notifications.models.delivery
import orders.keys

TABLES = [
    migrations.CreateModel(
        name="SendingDomain",
        fields=[
            (
                "seller",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="sending_domain",
                    serialize=False,
                    to="orders.seller",
                ),
            ),
            (
                "address",
                models.EmailField(
                    help_text="The whole address, such as orders@shop.example.", max_length=254
                ),
            ),
            (
                "token",
                models.CharField(default=notifications.models.channels.new_token, max_length=64),
            ),
            ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("verified_at", models.DateTimeField(blank=True, null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("verified_at__isnull", False)),
                    fields=("address",),
                    name="a_verified_address_is_of_one_seller",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Preference",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "channel",
                models.CharField(
                    choices=notifications.models.delivery.channel_choices, max_length=8
                ),
            ),
            ("recipient", models.CharField(help_text="In small letters.", max_length=254)),
            (
                "off",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                ),
            ),
            ("is_off", models.BooleanField(default=False)),
            ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "chosen_for",
                models.ForeignKey(
                    blank=True,
                    help_text="On whose page it was chosen.",
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="orders.order",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.seller"
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "recipient", "channel"),
                    name="one_preference_per_address_and_channel",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("recipient", django.db.models.functions.text.Lower("recipient"))
                    ),
                    name="preference_in_small_letters",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PushSubscription",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("endpoint", models.CharField(max_length=1000)),
            ("p256dh", models.CharField(help_text="Its public key, base64url.", max_length=100)),
            ("auth", models.CharField(help_text="Its shared secret, base64url.", max_length=40)),
            ("language", models.CharField(default="en", max_length=8)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            (
                "order",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="push_subscriptions",
                    to="orders.order",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True)),
                    fields=("order", "endpoint"),
                    name="one_subscription_per_order_and_browser",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("language", ""),
                        ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"),
                        _connector="OR",
                    ),
                    name="a_browser_speaks_a_language",
                ),
            ],
        },
    ),
]
