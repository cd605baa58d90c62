"""Marks on matters that need attention; single keys in lists, which a person can switch off."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_mattermark ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_mattermark
USING (orders_mattermark.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_mattermark.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_mattermark"


class Migration(migrations.Migration):
    dependencies = [("orders", "0084_bulk_rows")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="has_shortcuts",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Whether single keys do something in lists (WCAG 2.1.4).",
            ),
        ),
        migrations.CreateModel(
            name="MatterMark",
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
                ("matter", models.CharField(help_text="The kind of matter.", max_length=20)),
                (
                    "subject_id",
                    models.UUIDField(
                        help_text="What it is about: a shipment, a hold, a return ..."
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(
                        blank=True, help_text="Until when it is snoozed.", null=True
                    ),
                ),
                ("marked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "owner",
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
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["seller", "-marked_at"], name="mark_of_seller"),
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["marked_at"], name="mark_by_age"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "matter", "subject_id"), name="a_matter_is_marked_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
