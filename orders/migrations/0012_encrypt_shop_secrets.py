"""Secrets of shops are kept encrypted; a former one is accepted a while.

Processes of the former version read the secrets that are there, so that `manage.py finish_upgrade`
encrypts those, after the last of these processes.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0011_check_expiry_of_api_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="saleschannel",
            name="secret",
            field=models.TextField(
                blank=True, help_text="Encrypted; what the shop signs its calls with."
            ),
        ),
        migrations.AddField(
            model_name="saleschannel",
            name="previous_secret",
            field=models.TextField(
                blank=True, db_default="", help_text="Encrypted; is accepted too, until its end."
            ),
        ),
        migrations.AddField(
            model_name="saleschannel",
            name="previous_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        AddConstraintNotValid(
            model_name="saleschannel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("previous_secret", ""), ("previous_until__isnull", True)),
                    models.Q(
                        models.Q(("previous_secret", ""), _negated=True),
                        ("previous_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_former_shop_secret_has_an_end",
            ),
        ),
    ]
