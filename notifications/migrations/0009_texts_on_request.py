"""Routine text messages on request; what a shop has chosen before stays as it is."""

import django.contrib.postgres.fields
from django.db import migrations, models

import notifications.models.settings

HELP = "Routine news as text messages only for customers who asked for them."


class Migration(migrations.Migration):
    dependencies = [("notifications", "0008_mail_stops")]

    operations = [
        # Shops with settings of their own go on as before.
        migrations.AddField(
            model_name="messagesettings",
            name="texts_on_request",
            field=models.BooleanField(default=False, help_text=HELP),
        ),
        migrations.AlterField(
            model_name="messagesettings",
            name="texts_on_request",
            field=models.BooleanField(default=True, help_text=HELP),
        ),
        migrations.AlterField(
            model_name="messagesettings",
            name="switched_off",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=50),
                blank=True,
                default=notifications.models.settings.off_at_first,
                help_text="What the shop does not send: template:channel each.",
                size=None,
            ),
        ),
    ]
