"""The id of each demo is checked: the constraint of before holds for all rows."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0133_code_of_credits")]

    operations = [ValidateConstraint("seller", "a_demo_has_the_id_made_for_it")]
