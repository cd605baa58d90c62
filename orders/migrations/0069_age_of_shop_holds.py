"""When a shop was asked what it holds: of two answers the older changes nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0056_fill_promise_counts")]

    operations = [
        migrations.AddField(
            "shoporder",
            "shop_holds_at",
            models.DateTimeField(
                null=True, blank=True, help_text="When the shop was asked for them."
            ),
        ),
    ]
