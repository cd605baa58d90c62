"""Copies of what was sent about an order, erased with its person."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_sentcopy ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_sentcopy
USING (orders_sentcopy.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_sentcopy.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_sentcopy"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0101_picking_by_waves"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentCopy",
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
                (
                    "message",
                    models.BigIntegerField(help_text="The id of the message.", unique=True),
                ),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("subject", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                (
                    "html",
                    models.TextField(blank=True, help_text="Empty where the channel has none."),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent_copies",
                        to="orders.order",
                    ),
                ),
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
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["sent_at"], name="sent_copy_by_age"
                    )
                ]
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
