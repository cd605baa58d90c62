"""A parcel that has not come is reported as a whole: of no line."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

OPTIONAL = "ALTER TABLE orders_problem ALTER COLUMN line_id DROP NOT NULL"
NEEDED = "ALTER TABLE orders_problem ALTER COLUMN line_id SET NOT NULL"
ONE_OPEN = """
CREATE UNIQUE INDEX CONCURRENTLY one_problem_of_a_parcel_is_open ON orders_problem (package_id)
WHERE answered_at IS NULL AND line_id IS NULL
"""
MANY_OPEN = "DROP INDEX CONCURRENTLY one_problem_of_a_parcel_is_open"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0072_find_called_off_orders")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(OPTIONAL, NEEDED),
                migrations.RunSQL(ONE_OPEN, MANY_OPEN),
            ],
            state_operations=[
                migrations.AlterField(
                    "problem",
                    "line",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="orders.orderline",
                    ),
                ),
                migrations.AddConstraint(
                    "problem",
                    models.UniqueConstraint(
                        fields=["package"],
                        condition=Q(answered_at__isnull=True, line__isnull=True),
                        name="one_problem_of_a_parcel_is_open",
                    ),
                ),
            ],
        ),
    ]
