"""How many messages to customers of a day came to which outcome: pages of numbers read these."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

POLICY = """
ALTER TABLE notifications_messagecount ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON notifications_messagecount
USING (notifications_messagecount.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (notifications_messagecount.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON notifications_messagecount"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0009_texts_on_request"),
        ("orders", "0094_what_was_snoozed"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "day",
                    models.DateField(
                        help_text="On which they were planned, by the seller's calendar."
                    ),
                ),
                ("channel", models.CharField(max_length=8)),
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
                ("number", models.PositiveIntegerField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "day", "channel", "outcome"),
                        name="messages_of_a_day_are_counted_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
        AddIndexConcurrently(
            model_name="message",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["created_at"], name="message_by_age"
            ),
        ),
    ]
