"""Calls of shops, kept as they came until they are worked off."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_call ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_call
USING (orders_call.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_call.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_call"


class Migration(migrations.Migration):
    dependencies = [("orders", "0017_what_shops_say")]

    operations = [
        migrations.CreateModel(
            name="Call",
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
                    "topic",
                    models.CharField(
                        blank=True,
                        help_text="What the call says it is about; mostly not signed.",
                        max_length=60,
                    ),
                ),
                ("body", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To be worked off"),
                            ("done", "Done"),
                            ("refused", "Not understood"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=250)),
                (
                    "problems",
                    models.JSONField(blank=True, default=list, help_text="[[field path, problem]]"),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="To be worked off from then on.",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.saleschannel",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="calls",
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
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["due_at"], name="call_due"
                    ),
                    models.Index(
                        condition=models.Q(("state", "refused")),
                        fields=["seller", "received_at"],
                        name="call_refused",
                    ),
                    models.Index(fields=["channel", "-received_at"], name="call_of_channel"),
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["received_at"], name="call_by_age"
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
