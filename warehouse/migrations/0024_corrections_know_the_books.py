"""What the books said when a correction was asked, of which one a place waits."""

from django.db import migrations, models

# Whether the books still say the same is not known of what waits: it is asked again.
ASK_AGAIN = "UPDATE warehouse_correction SET status = 'refused' WHERE status = 'waiting'"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0023_load_runs_by_scan"),
    ]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="books",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="What the books said of the location when it was asked.",
                null=True,
            ),
        ),
        migrations.RunSQL(ASK_AGAIN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "waiting")),
                fields=("product", "location"),
                name="one_correction_of_a_place_waits",
            ),
        ),
    ]
