"""A product has a category: a word of its seller."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0192_find_returns_to_hand_in")]

    operations = [
        migrations.AddField(
            "product",
            "category",
            models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
