"""Walks are paused, and what was picked of cancelled ones is put back by scan."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0035_replenish_tasks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="picklist",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("aside", "Paused"),
                    ("done", "Done"),
                    ("put_back", "To put back"),
                ],
                default="open",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="picklist",
            name="paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pickline",
            name="to_put_back",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Of a cancelled walk: units that still lie in its tote.",
            ),
        ),
    ]
