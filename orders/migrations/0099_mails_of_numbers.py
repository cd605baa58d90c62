"""Whether a person wants the weekly mail about the numbers, and when the last one was planned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0098_facts_of_numbers")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mails_numbers",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether a mail on Mondays says how the numbers of the week have changed.",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="numbers_mailed_on",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="The day of the last of these mails.",
                null=True,
            ),
        ),
    ]
