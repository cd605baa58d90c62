"""Products of which clearly more comes back than usual."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

import orders.keys

POLICY = """
ALTER TABLE orders_manyreturns ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_manyreturns
USING (orders_manyreturns.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_manyreturns.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_manyreturns"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0118_exchanges"),
    ]

    operations = [
        migrations.CreateModel(
            name="ManyReturns",
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
                ("delivered", models.PositiveIntegerField()),
                ("returned", models.PositiveIntegerField()),
                ("usual_delivered", models.PositiveIntegerField()),
                ("usual_returned", models.PositiveIntegerField()),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.product",
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
                "verbose_name_plural": "many returns",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(delivered__gte=1, usual_delivered__gte=1),
                        name="many_returns_are_of_what_arrived",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["seller", "since"], name="many_returns_of_seller")
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
