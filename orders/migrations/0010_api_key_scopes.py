"""API keys with scopes, expiry, last use and rotation; those that are there keep every right."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import orders.access

EVERY = ["read", "orders", "stock", "webhooks"]


def give_every_scope(apps, schema_editor):
    """Keys of before could do whatever there was."""
    apps.get_model("orders", "ApiKey").objects.filter(scopes=[]).update(scopes=EVERY)


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0009_account_mails"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="expires_at",
            field=models.DateTimeField(blank=True, help_text="Empty: never.", null=True),
        ),
        migrations.AddField(
            model_name="apikey",
            name="last_used_at",
            field=models.DateTimeField(
                blank=True,
                help_text="To the minute.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="orders.apikey",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="revoked_because",
            field=models.CharField(
                blank=True,
                choices=[("in_url", "It was sent in a URL, which logs and proxies keep.")],
                db_default="",
                help_text="Empty: its seller revoked it.",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="apikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                default=orders.access.all_scopes,
                size=None,
            ),
        ),
        AddConstraintNotValid(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at__gte", datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)),
                    ("expires_at__lt", datetime.datetime(9000, 1, 1, tzinfo=datetime.UTC)),
                ),
                name="an_api_key_expires_readably",
            ),
        ),
        migrations.RunPython(give_every_scope, migrations.RunPython.noop),
    ]
