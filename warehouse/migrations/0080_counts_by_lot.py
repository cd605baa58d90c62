"""Units are counted by lot: a person counts each lot of a product once."""

from django.db import migrations, models

UNIQUE = """
CREATE UNIQUE INDEX CONCURRENTLY a_person_counts_a_lot_once
ON warehouse_countedunits (task_id, counter_id, product_id, lot)
"""
CONSTRAINT = """
ALTER TABLE warehouse_countedunits
ADD CONSTRAINT a_person_counts_a_lot_once UNIQUE USING INDEX a_person_counts_a_lot_once
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("warehouse", "0079_walks_pass_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="countedunits",
            name="lot",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(UNIQUE, migrations.RunSQL.noop),
                migrations.RunSQL(CONSTRAINT, migrations.RunSQL.noop),
            ],
            [
                migrations.AddConstraint(
                    model_name="countedunits",
                    constraint=models.UniqueConstraint(
                        fields=("task", "counter", "product", "lot"),
                        name="a_person_counts_a_lot_once",
                    ),
                )
            ],
        ),
        migrations.RemoveConstraint(
            model_name="countedunits", name="a_person_counts_a_product_once"
        ),
    ]
