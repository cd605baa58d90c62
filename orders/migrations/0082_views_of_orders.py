"""Filters of the order list that sellers keep under a name."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_orderview ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_orderview
USING (orders_orderview.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_orderview.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_orderview"


class Migration(migrations.Migration):
    dependencies = [("orders", "0081_tags_of_orders")]

    operations = [
        migrations.CreateModel(
            name="OrderView",
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
                ("name", models.CharField(max_length=40)),
                (
                    "query",
                    models.CharField(help_text="The query string of the list.", max_length=1000),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose it is; empty: it is shared.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
        ),
        migrations.AddIndex(
            model_name="orderview",
            index=models.Index(fields=["seller", "created_at"], name="view_of_seller"),
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
