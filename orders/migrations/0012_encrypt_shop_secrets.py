"""Secrets of shops are kept encrypted, those that are there too; a former one is accepted a while."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from orders.accounts.sealing import SHOP_SECRETS


def encrypt(apps, schema_editor):
    _rewrite(apps, SHOP_SECRETS.close)


def decrypt(apps, schema_editor):
    _rewrite(apps, SHOP_SECRETS.open)


def _rewrite(apps, change):
    for channel in apps.get_model("orders", "SalesChannel").objects.exclude(secret=""):
        channel.secret = change(channel.secret)
        channel.save(update_fields=["secret"])


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
        migrations.RunPython(encrypt, decrypt),
    ]
