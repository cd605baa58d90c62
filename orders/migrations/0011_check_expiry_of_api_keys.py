"""The rule on the expiry of API keys also holds for the rows of before."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0010_api_key_scopes"),
    ]

    operations = [
        ValidateConstraint(model_name="apikey", name="an_api_key_expires_readably"),
    ]
