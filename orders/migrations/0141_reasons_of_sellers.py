"""Reasons of returns in words of a seller's own."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_returnreason ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_returnreason
USING (orders_returnreason.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_returnreason.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_returnreason"
MEANINGS = [
    ("too_large", "Too large"),
    ("too_small", "Too small"),
    ("not_as_shown", "Not as described"),
    ("damaged", "Arrived damaged"),
    ("wrong", "Wrong product"),
    ("changed_mind", "Changed my mind"),
    ("undeliverable", "Undeliverable"),
    ("unannounced", "Not announced"),
]
ASKS = [("never", "Not asked for"), ("may", "May be added"), ("must", "Has to be added")]


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0140_why_a_shipment_leaves_there"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnReason",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orders.keys.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(help_text="Lower stands first.")),
                ("meaning", models.CharField(choices=MEANINGS, max_length=20)),
                ("words", models.JSONField(help_text="By language, as customers read them.")),
                (
                    "skus",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("photo", models.CharField(choices=ASKS, default="never", max_length=5)),
                ("comment", models.CharField(choices=ASKS, default="may", max_length=5)),
                ("is_on", models.BooleanField(default=True)),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["seller", "position"], name="return_reason_by_place")
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
