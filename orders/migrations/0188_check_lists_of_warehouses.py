"""The rows of before keep to the rule, too."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0187_warehouses_leave_a_list")]

    operations = [
        ValidateConstraint("sellerwarehouse", "a_warehouse_off_the_list_takes_part_in_nothing")
    ]
