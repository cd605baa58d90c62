"""The pick lists of one way with a cart have the same id."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0047_cartons")]

    operations = [
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
