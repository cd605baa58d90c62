"""Words of a seller by which an order is found again."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0080_search_without_accents")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="tags",
            field=ArrayField(
                base_field=models.CharField(max_length=30),
                blank=True,
                db_default=[],
                default=list,
                help_text="Words of the seller, to find it by; no customer sees them.",
                size=None,
            ),
        ),
    ]
