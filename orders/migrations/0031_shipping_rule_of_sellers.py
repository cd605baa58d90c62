"""The rule that a seller's new orders get: in parts, together, or whole."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0030_shipping_rule"),
    ]

    operations = [
        migrations.AddField(
            model_name="seller",
            name="ships_as",
            field=models.CharField(
                choices=[
                    ("as_available", "As available"),
                    ("together", "All together"),
                    ("complete", "All or nothing"),
                ],
                db_default="as_available",
                default="as_available",
                help_text="What happens with new orders of which only a part is in stock.",
                max_length=12,
            ),
        ),
    ]
