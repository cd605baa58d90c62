"""Only a cancelled return is expired: what holds of new rows holds of all."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0197_returns_expire")]

    operations = [ValidateConstraint("return", "only_a_cancelled_return_is_expired")]
