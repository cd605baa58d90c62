"""What shops are told, once for each event."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_push ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_push
USING (orders_push.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_push.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_push"


class Migration(migrations.Migration):
    dependencies = [("orders", "0023_shop_links")]

    operations = [
        migrations.CreateModel(
            name="Push",
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
                    "what",
                    models.CharField(
                        choices=[
                            ("sent", "Parcel sent"),
                            ("unsent", "Parcel not sent after all"),
                            ("delivered", "Parcel delivered"),
                            ("cancelled", "Order cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_id", models.UUIDField(help_text="The parcel, or the order.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Told"),
                            ("failed", "Failed"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=250)),
                (
                    "tracking_number",
                    models.CharField(
                        blank=True, help_text="Of the parcel when it happened.", max_length=40
                    ),
                ),
                (
                    "shop_id",
                    models.CharField(
                        blank=True,
                        help_text="What the shop calls what it made of this.",
                        max_length=120,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.saleschannel",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.event",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pushes",
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
                        condition=models.Q(("state", "waiting")), fields=["due_at"], name="push_due"
                    ),
                    models.Index(
                        condition=models.Q(("state", "failed")),
                        fields=["seller", "made_at"],
                        name="push_failed",
                    ),
                    models.Index(fields=["channel", "-made_at"], name="push_of_channel"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "what"), name="a_shop_is_told_once_an_event"
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
