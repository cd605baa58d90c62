"""Bounds on the days and moments of runs."""

import datetime

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_bound_what_comes_from_outside"),
        ("warehouse", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on__gte", datetime.date(1970, 1, 1)), ("on__lt", datetime.date(9000, 1, 1))
                ),
                name="a_run_is_on_a_readable_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "window_starts__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "window_starts__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "window_ends__gte",
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "window_ends__lt",
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                ),
                name="a_stop_has_readable_moments",
            ),
        ),
    ]
