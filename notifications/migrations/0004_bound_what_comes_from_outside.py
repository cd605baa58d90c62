"""Bounds on moments and languages from outside."""

import datetime

from django.db import migrations, models

FIRST = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
LAST = datetime.datetime(9000, 1, 1, tzinfo=datetime.UTC)


def repair(apps, schema_editor):
    """Reports of a moment that Python cannot read are of the moment at which they arrived."""
    receipts = apps.get_model("notifications", "Receipt").objects
    receipts.exclude(at__gte=FIRST, at__lt=LAST).update(at=models.F("received_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_mail_caps"),
        ("orders", "0003_bound_what_comes_from_outside"),
    ]

    operations = [
        migrations.RunPython(repair, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language", ""),
                    ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"),
                    _connector="OR",
                ),
                name="a_message_is_in_a_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="pushsubscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language", ""),
                    ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"),
                    _connector="OR",
                ),
                name="a_browser_speaks_a_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at__gte", datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("at__lt", datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                name="a_report_is_of_a_readable_moment",
            ),
        ),
    ]
