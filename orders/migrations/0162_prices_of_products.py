"""What customers pay for a product, where its seller says so: for what an exchange costs more."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from orders.models.base import code
from orders.values.counts import MOST_MONEY
from orders.values.places import CURRENCY


class Migration(migrations.Migration):
    dependencies = [("orders", "0161_find_former_refunds")]

    operations = [
        migrations.AddField(
            "product",
            "price",
            models.BigIntegerField(
                db_default=0, default=0, help_text="What a customer pays for one; 0: not known."
            ),
        ),
        migrations.AddField(
            "product",
            "price_currency",
            models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        AddConstraintNotValid(
            "product",
            models.CheckConstraint(
                name="a_price_has_a_currency",
                condition=code("price_currency", CURRENCY)
                & (Q(price=0) | Q(price__gt=0, price__lte=MOST_MONEY) & ~Q(price_currency="")),
            ),
        ),
    ]
