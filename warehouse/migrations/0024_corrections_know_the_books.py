"""What the books said when a correction was asked; one of a product in a location waits.

What waits from before is refused: whether the books still say the same is not known.
"""

from django.db import migrations, models

ONE_WAITS = """
CREATE UNIQUE INDEX CONCURRENTLY one_correction_of_a_place_waits
ON warehouse_correction (product_id, location_id) WHERE status = 'waiting'
"""
MANY_WAIT = "DROP INDEX CONCURRENTLY one_correction_of_a_place_waits"
ASK_AGAIN = "UPDATE warehouse_correction SET status = 'refused' WHERE status = 'waiting'"


class Migration(migrations.Migration):
    atomic = False

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
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ONE_WAITS, MANY_WAIT)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="correction",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status", "waiting")),
                        fields=("product", "location"),
                        name="one_correction_of_a_place_waits",
                    ),
                ),
            ],
        ),
    ]
