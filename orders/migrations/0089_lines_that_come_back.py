"""A line of an order is in one return at a time that is requested or approved."""

from django.db import migrations, models
from django.db.models import Q

ONE = """
CREATE UNIQUE INDEX CONCURRENTLY a_line_comes_back_in_one_return ON orders_returnline (line_id)
WHERE is_coming
"""
MANY = "DROP INDEX CONCURRENTLY a_line_comes_back_in_one_return"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0088_rules_that_decided")]

    operations = [
        migrations.AlterField(
            "return",
            "status",
            models.CharField(
                choices=[
                    ("requested", "Requested"),
                    ("approved", "Approved"),
                    ("refused", "Refused"),
                    ("received", "Received"),
                    ("closed", "Closed"),
                    ("cancelled", "Cancelled"),
                ],
                default="requested",
                max_length=12,
            ),
        ),
        migrations.AddField(
            "returnline",
            "is_coming",
            models.BooleanField(default=False, db_default=False),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ONE, MANY)],
            state_operations=[
                migrations.AddConstraint(
                    "returnline",
                    models.UniqueConstraint(
                        fields=["line"],
                        condition=Q(is_coming=True),
                        name="a_line_comes_back_in_one_return",
                    ),
                ),
            ],
        ),
    ]
