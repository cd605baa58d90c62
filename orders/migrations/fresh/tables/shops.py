"""Channels of shops, and their names for products."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="SkuAlias",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("sku", models.CharField(max_length=80, verbose_name="SKU")),
            ("learnt_at", models.DateTimeField(auto_now_add=True)),
            (
                "channel",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to="orders.saleschannel",
                ),
            ),
            (
                "learnt_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="aliases",
                    to="orders.product",
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
                    fields=("channel", "sku"), name="a_channel_means_one_product_by_a_sku"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("sku", django.db.models.functions.text.Lower("sku")),
                        models.Q(("sku", ""), _negated=True),
                    ),
                    name="an_alias_is_in_small_letters",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="SalesChannel",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("kind", models.CharField(max_length=20)),
            ("name", models.CharField(max_length=80)),
            (
                "secret",
                models.TextField(
                    blank=True, help_text="Encrypted; what the shop signs its calls with."
                ),
            ),
            ("is_active", models.BooleanField(default=True)),
            ("created_at", models.DateTimeField(auto_now_add=True)),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="channels",
                    to="orders.seller",
                ),
            ),
            (
                "previous_secret",
                models.TextField(
                    blank=True,
                    db_default="",
                    help_text="Encrypted; is accepted too, until its end.",
                ),
            ),
            ("previous_until", models.DateTimeField(blank=True, null=True)),
            (
                "sends_once",
                models.CharField(
                    choices=[
                        ("paid", "it is paid"),
                        ("authorised", "the payment is authorised"),
                        ("received", "it is received, paid or not"),
                    ],
                    db_default="paid",
                    default="paid",
                    max_length=12,
                ),
            ),
            (
                "mapping",
                models.JSONField(
                    blank=True,
                    db_default={},
                    default=dict,
                    help_text="Where the values stand in a shop's own JSON; read by its adapter.",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "name"), name="a_channel_name_is_used_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("previous_secret", ""), ("previous_until__isnull", True)),
                        models.Q(
                            models.Q(("previous_secret", ""), _negated=True),
                            ("previous_until__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="a_former_shop_secret_has_an_end",
                ),
            ],
        },
    ),
]
