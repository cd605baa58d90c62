"""Whether an order of which a part is in stock ships in parts, together, or whole."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0029_held_promises"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="ships_as",
            field=models.CharField(
                choices=[
                    ("as_available", "As available"),
                    ("together", "All together"),
                    ("complete", "All or nothing"),
                ],
                db_default="as_available",
                default="as_available",
                help_text="What happens where only a part of it is in stock.",
                max_length=12,
            ),
        ),
    ]
