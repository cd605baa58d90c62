"""When a shop was asked what it holds: of two answers the older changes nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0068_photos_of_problems")]

    operations = [
        migrations.AddField(
            "shoporder",
            "shop_holds_at",
            models.DateTimeField(
                null=True, blank=True, help_text="When the shop was asked for them."
            ),
        ),
    ]
