"""What channels call products."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_skualias ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_skualias
USING (orders_skualias.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_skualias.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_skualias"
CASCADE = django.db.models.deletion.CASCADE


class Migration(migrations.Migration):
    dependencies = [("orders", "0025_list_by_age")]

    operations = [
        migrations.CreateModel(
            name="SkuAlias",
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
                ("sku", models.CharField(max_length=80, verbose_name="SKU")),
                ("learnt_at", models.DateTimeField(auto_now_add=True)),
                (
                    "channel",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, to="orders.saleschannel"),
                ),
                (
                    "learnt_by",
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
                    "product",
                    models.ForeignKey(
                        on_delete=CASCADE, related_name="aliases", to="orders.product"
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, to="orders.seller"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "sku"), name="a_channel_means_one_product_by_a_sku"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sku", django.db.models.functions.text.Lower("sku")),
                            models.Q(("sku", ""), _negated=True),
                        ),
                        name="an_alias_is_in_small_letters",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
