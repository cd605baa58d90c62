"""Bounds on moments, counts and codes from outside; columns in which nothing has to be cut."""

import datetime

from django.db import migrations, models

FIRST = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
LAST = datetime.datetime(9000, 1, 1, tzinfo=datetime.UTC)


def repair(apps, schema_editor):
    """Orders placed at a moment that Python cannot read were placed when they came in."""
    orders = apps.get_model("orders", "Order").objects
    unreadable = orders.exclude(placed_at__gte=FIRST, placed_at__lt=LAST)
    unreadable.update(placed_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_dead_letters"),
    ]

    operations = [
        migrations.RunPython(repair, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="order",
            name="city",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name="order",
            name="company",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name="order",
            name="customer_name",
            field=models.CharField(blank=True, max_length=600),
        ),
        migrations.AlterField(
            model_name="order",
            name="note",
            field=models.CharField(
                blank=True, help_text="The customer's words to the packer.", max_length=5000
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="postcode",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name="order",
            name="region",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name="order",
            name="street",
            field=models.CharField(
                blank=True, help_text="Lines separated by line breaks.", max_length=600
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="sku",
            field=models.CharField(
                blank=True,
                help_text="The shop's own, kept while it is unknown.",
                max_length=255,
                verbose_name="SKU",
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="title",
            field=models.CharField(max_length=600),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "until__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "until__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                ),
                name="a_hold_ends_readably",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "placed_at__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "placed_at__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "ship_by__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "ship_by__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                ),
                name="an_order_has_readable_moments",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                ),
                name="an_order_goes_to_a_country",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language", ""),
                    ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"),
                    _connector="OR",
                ),
                name="an_order_is_in_a_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("ordered__lte", 1000000)), name="a_line_can_be_counted"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit_price__gte", 0), ("unit_price__lte", 10000000000000000)),
                name="a_price_can_be_added_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pickup_until__gte", datetime.date(1970, 1, 1)),
                    ("pickup_until__lt", datetime.date(9000, 1, 1)),
                ),
                name="a_parcel_is_kept_until_a_readable_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "earliest__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "earliest__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "latest__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "latest__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "likely__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "likely__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    ("local_on__gte", datetime.date(1970, 1, 1)),
                    ("local_on__lt", datetime.date(9000, 1, 1)),
                ),
                name="a_promise_has_readable_moments",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("requested__lte", 1000000)), name="a_request_can_be_counted"
            ),
        ),
        migrations.AddConstraint(
            model_name="seller",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language", ""),
                    ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"),
                    _connector="OR",
                ),
                name="a_seller_speaks_a_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ship_by__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "ship_by__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                ),
                name="a_shipment_is_due_readably",
            ),
        ),
        migrations.AddConstraint(
            model_name="warehouse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                ),
                name="a_warehouse_is_in_a_country",
            ),
        ),
    ]
