"""Photos of what is to be returned, beside those of problems."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

# Django would drop the reference of the column and add it again, which reads the table.
MAY_BE_EMPTY = "ALTER TABLE orders_problemphoto ALTER COLUMN problem_id DROP NOT NULL"
IS_GIVEN = "ALTER TABLE orders_problemphoto ALTER COLUMN problem_id SET NOT NULL"


def reference(to: str, **index: bool) -> models.ForeignKey:
    """What a photo may be of."""
    on_delete = django.db.models.deletion.CASCADE
    return models.ForeignKey(
        blank=True, null=True, on_delete=on_delete, related_name="photos", to=to, **index
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0142_words_of_reasons")]

    operations = [
        migrations.RunSQL(
            MAY_BE_EMPTY,
            IS_GIVEN,
            state_operations=[
                migrations.AlterField("problemphoto", "problem", reference("orders.problem"))
            ],
        ),
        migrations.AddField(
            "problemphoto", "order_return", reference("orders.return", db_index=False)
        ),
        AddConstraintNotValid(
            "problemphoto",
            models.CheckConstraint(
                condition=Q(problem__isnull=False, order_return__isnull=True)
                | Q(problem__isnull=True, order_return__isnull=False),
                name="a_photo_is_of_one_thing",
            ),
        ),
    ]
