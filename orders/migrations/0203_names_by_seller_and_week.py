"""An index of customers' names that begins with their seller and the week in which they ordered."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, BtreeGinExtension
from django.db import migrations
from django.db.models import F

from orders.values.search_texts import Plain, week_of


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0201_rules_name_conditions")]

    operations = [
        BtreeGinExtension(),
        AddIndexConcurrently(
            "order",
            GinIndex(
                F("seller"),
                week_of("created_at"),
                OpClass(Plain("customer_name"), name="gin_trgm_ops"),
                name="order_by_name_of_week",
            ),
        ),
    ]
