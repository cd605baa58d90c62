"""Whether and where a shop is told our stock, and the lease of the worker that tells it."""

import django.utils.timezone
from django.db import migrations, models

from orders.values.moments import FIRST


class Migration(migrations.Migration):
    dependencies = [("orders", "0049_channel_of_api_key")]

    operations = [
        migrations.AddField(
            model_name="shoplink",
            name="stock_at",
            field=models.DateTimeField(
                db_default=FIRST,
                default=django.utils.timezone.now,
                help_text="Our stock is compared with what it was told from then on.",
            ),
        ),
        migrations.AddField(
            model_name="shoplink",
            name="stock_fails_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="shoplink",
            name="stock_free_at",
            field=models.DateTimeField(
                db_default=FIRST,
                default=django.utils.timezone.now,
                help_text="Nobody tells it our stock before: a worker does so now, or it is left alone.",
            ),
        ),
        migrations.AddField(
            model_name="shoplink",
            name="stock_places",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="shoplink",
            name="stock_problem",
            field=models.CharField(blank=True, db_default="", default="", max_length=250),
        ),
        migrations.AddField(
            model_name="shoplink",
            name="stock_tries",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How often in a row it could not be told our stock.",
            ),
        ),
        migrations.AddField(
            model_name="shoplink",
            name="tells_at",
            field=models.DateTimeField(
                db_default=FIRST,
                default=django.utils.timezone.now,
                help_text="Nobody tells it of orders before: a worker does so now.",
            ),
        ),
        migrations.AddField(
            model_name="shoplink",
            name="tells_stock",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
