"""A rule that is valid, and indexes: locations whose goods wait, and the next ones on the walk."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("warehouse", "0032_goods_wait_in_a_dock")]

    operations = [
        ValidateConstraint(model_name="location", name="goods_do_not_wait_in_a_tote"),
        AddIndexConcurrently(
            model_name="location",
            index=models.Index(
                condition=models.Q(("is_staging", True)),
                fields=["warehouse"],
                name="location_staging",
            ),
        ),
        AddIndexConcurrently(
            model_name="location",
            index=models.Index(fields=["warehouse", "walk_position"], name="location_by_walk"),
        ),
    ]
