"""How shops are told what happened to their orders."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_shoplink ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_shoplink
USING (orders_shoplink.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_shoplink.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_shoplink"


class Migration(migrations.Migration):
    dependencies = [("orders", "0022_find_holds_that_end")]

    operations = [
        migrations.CreateModel(
            name="ShopLink",
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
                    "address",
                    models.CharField(help_text="URL of the shop, without a path.", max_length=200),
                ),
                ("token", models.TextField(help_text="Encrypted; what the shop lets us in with.")),
                ("is_active", models.BooleanField(default=True)),
                ("read_transaction", models.BigIntegerField(default=0)),
                ("read_event", models.UUIDField(blank=True, null=True)),
                ("linked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="link",
                        to="orders.saleschannel",
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
                "abstract": False,
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
