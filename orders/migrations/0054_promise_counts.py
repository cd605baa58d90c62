"""How many promises were settled on a day in which way: a page need not read them all."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

POLICY = """
ALTER TABLE orders_promisecount ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_promisecount
USING (orders_promisecount.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_promisecount.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_promisecount"


class Migration(migrations.Migration):
    dependencies = [("orders", "0053_holds_of_shops")]

    operations = [
        migrations.CreateModel(
            name="PromiseCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("settled_on", models.DateField()),
                ("kind", models.CharField(max_length=8)),
                (
                    "outcome",
                    models.CharField(
                        help_text="kept, early, moved, broken, missed, …", max_length=9
                    ),
                ),
                ("carrier", models.CharField(blank=True, max_length=20)),
                ("is_of_shipment", models.BooleanField()),
                ("number", models.IntegerField()),
                ("is_sum", models.BooleanField(default=False)),
                (
                    "courier",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
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
            options={
                "indexes": [
                    models.Index(fields=["seller", "settled_on"], name="promise_counts"),
                    models.Index(
                        condition=models.Q(("is_sum", False)),
                        fields=["id"],
                        name="promise_counts_to_add_up",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
