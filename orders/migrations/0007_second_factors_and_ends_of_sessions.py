"""Users: until when a second factor is due, and how often all sessions were ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0006_find_orders_by_the_beginning_of_a_number"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="second_factor_by",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Until when a second factor has to be set up; empty until a role asks for one.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="sessions_ended",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="How often all sessions were ended; a session of before is none.",
            ),
        ),
    ]
