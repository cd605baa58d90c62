"""The photos of returned units are found; what holds of new rows holds of all."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0172_check_grades")]

    operations = [
        ValidateConstraint("problemphoto", "a_photo_of_units_is_of_their_return"),
        AddIndexConcurrently(
            "problemphoto",
            models.Index(
                fields=["return_line"],
                name="photo_of_inspection",
                condition=Q(return_line__isnull=False),
            ),
        ),
    ]
