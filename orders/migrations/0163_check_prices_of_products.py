"""The price of each product is checked: the constraint of before holds for all rows."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0162_prices_of_products")]

    operations = [ValidateConstraint("product", "a_price_has_a_currency")]
