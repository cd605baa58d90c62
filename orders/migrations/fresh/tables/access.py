"""API keys, answers kept under the keys of requests, and applications of sellers."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.access
import orders.keys

TABLES = [
    migrations.CreateModel(
        name="ApiKey",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("name", models.CharField(max_length=80)),
            (
                "prefix",
                models.CharField(
                    help_text="The first characters, to recognise a key by.", max_length=12
                ),
            ),
            ("key_hash", models.BinaryField(max_length=32, unique=True)),
            (
                "scopes",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=20),
                    default=orders.access.all_scopes,
                    size=None,
                ),
            ),
            ("created_at", models.DateTimeField(auto_now_add=True)),
            ("revoked_at", models.DateTimeField(blank=True, null=True)),
            (
                "channel",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="api_keys",
                    to="orders.saleschannel",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="api_keys",
                    to="orders.seller",
                ),
            ),
            ("expires_at", models.DateTimeField(blank=True, help_text="Empty: never.", null=True)),
            (
                "last_used_at",
                models.DateTimeField(blank=True, help_text="To the minute.", null=True),
            ),
            (
                "replaced_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="orders.apikey",
                ),
            ),
            (
                "revoked_because",
                models.CharField(
                    blank=True,
                    choices=[("in_url", "It was sent in a URL, which logs and proxies keep.")],
                    db_default="",
                    help_text="Empty: its seller revoked it.",
                    max_length=12,
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "expires_at__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "expires_at__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                    ),
                    name="an_api_key_expires_readably",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SellerApplication",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("business", models.CharField(max_length=80)),
            ("name", models.CharField(max_length=80)),
            ("email", models.EmailField(max_length=254)),
            ("note", models.CharField(blank=True, max_length=500)),
            ("created_at", models.DateTimeField(auto_now_add=True)),
            ("decided_at", models.DateTimeField(blank=True, null=True)),
            (
                "decided_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "invitation",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="application",
                    to="orders.invitation",
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("decided_at", None), ("decided_by", None), ("invitation", None)),
                        models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                        _connector="OR",
                    ),
                    name="who_decided_an_application_is_known",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="IdempotencyKey",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "seller", "key", blank=True, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("key", models.CharField(max_length=200)),
            ("request_hash", models.BinaryField(max_length=32)),
            ("answer", models.JSONField()),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "seller",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="orders.seller",
                ),
            ),
            ("status", models.PositiveSmallIntegerField(db_default=201)),
        ],
        options={
            "indexes": [
                django.contrib.postgres.indexes.BrinIndex(
                    fields=["created_at"], name="answer_by_age"
                )
            ],
        },
    ),
]
