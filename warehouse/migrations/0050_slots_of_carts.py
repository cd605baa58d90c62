"""Slots are locations of a cart; the pick lists of one way with a cart have the same id."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0049_carts"),
    ]

    operations = [
        migrations.AddField(
            model_name="location",
            name="cart",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Of a tote that is a slot of this cart.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="places",
                to="warehouse.cart",
            ),
        ),
        migrations.AddField(
            model_name="picklist",
            name="cart_walk",
            field=models.UUIDField(
                blank=True,
                editable=False,
                help_text="The same of all that are picked into the slots of a cart on one way.",
                null=True,
            ),
        ),
    ]
