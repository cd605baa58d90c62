"""How long a seller keeps goods in exchange for a return, and which products for which."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0116_days_before_expiry"),
    ]

    operations = [
        migrations.AddField(
            "seller",
            "exchange_days",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text="How long goods are kept in exchange for a return; empty: no exchanges.",
                null=True,
            ),
        ),
        migrations.AddField(
            "seller",
            "exchange_skus",
            ArrayField(
                base_field=models.CharField(max_length=80),
                blank=True,
                db_default=[],
                default=list,
                help_text="Products whose SKU begins with the same of these may be exchanged for "
                "another.",
                size=None,
            ),
        ),
    ]
