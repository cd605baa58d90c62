"""The outcomes of the stops of before are checked, in a transaction of their own."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0006_put_back_walks"),
    ]

    operations = [
        ValidateConstraint(model_name="stop", name="only_a_finished_stop_has_an_outcome"),
    ]
