"""Why a shipment leaves its warehouse, of a seller that has several, and to which a return goes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # Each table is locked in a transaction of its own.
    atomic = False
    dependencies = [("orders", "0139_sellers_see_their_warehouses")]

    operations = [
        migrations.AddField(
            "shipment",
            "chosen",
            models.JSONField(
                blank=True,
                editable=False,
                help_text="Why it leaves this warehouse, where the seller has several.",
                null=True,
            ),
        ),
        migrations.AddField(
            "return",
            "warehouse",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.warehouse",
            ),
        ),
    ]
