"""The rule on former secrets of shops also holds for the rows of before."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0012_encrypt_shop_secrets"),
    ]

    operations = [
        ValidateConstraint(model_name="saleschannel", name="a_former_shop_secret_has_an_end"),
    ]
