"""The words of an order in a job also say what is left of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0092_lines_of_open_returns"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bulkrow",
            name="words",
            field=models.CharField(
                blank=True, help_text="Why it was not done, or what is left.", max_length=250
            ),
        ),
    ]
