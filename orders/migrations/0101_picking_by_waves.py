"""A warehouse may pick by waves: what is in none is not picked then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0100_records_of_warehouse_files")]

    operations = [
        migrations.AddField(
            model_name="warehouse",
            name="picks_by_wave",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Pickers get only what a lead has released in a wave.",
            ),
        ),
    ]
