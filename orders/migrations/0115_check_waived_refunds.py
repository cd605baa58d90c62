"""The moment of each paid refund is checked: the constraint of before holds for all rows."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0114_waived_refunds")]

    operations = [ValidateConstraint("refund", "only_a_paid_refund_has_its_moment")]
