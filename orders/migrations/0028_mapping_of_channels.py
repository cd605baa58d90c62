"""Where the values stand in the JSON of a shop of any other make."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0027_find_products_in_any_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="saleschannel",
            name="mapping",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="Where the values stand in a shop's own JSON; read by its adapter.",
            ),
        ),
    ]
