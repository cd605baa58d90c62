"""Shop orders that wait until units are put back are looked at in turns."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0156_memberships_of_a_person"),
    ]

    operations = [
        migrations.AddField(
            "shoporder",
            "looked_at",
            models.DateTimeField(
                blank=True,
                help_text="When a task last looked whether its units are put back.",
                null=True,
            ),
        )
    ]
