"""Slots are locations of a cart."""

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
    ]
