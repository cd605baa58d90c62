"""The fee of each seller is checked: the constraint of before holds for all rows."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0110_lines_of_refunds")]

    operations = [ValidateConstraint("seller", "a_fee_for_returns_has_its_currency")]
