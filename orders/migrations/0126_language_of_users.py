"""A person chooses the language in which pages speak."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0122_postage_of_returns"),
    ]

    operations = [
        migrations.AddField(
            "user",
            "language",
            models.CharField(
                max_length=2,
                blank=True,
                default="",
                db_default="",
                help_text="In which pages speak, where they know it; empty: as the browser asks.",
            ),
        ),
    ]
