"""The grades of each line are checked: what holds of new rows holds of all."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0171_photos_of_inspections")]

    operations = [ValidateConstraint("returnline", "graded_units_were_inspected")]
