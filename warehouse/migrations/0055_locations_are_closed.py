"""A location can be closed: nobody puts goods there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0052_waves"),
    ]

    operations = [
        migrations.AddField(
            model_name="location",
            name="closed_at",
            field=models.DateTimeField(
                blank=True, help_text="Since then nobody puts goods here.", null=True
            ),
        ),
    ]
