"""Check that no tote is in a zone, now that the rule is there."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0077_locations_have_zones"),
    ]

    operations = [ValidateConstraint(model_name="location", name="a_tote_is_in_no_zone")]
