"""Photos of what is to be returned, beside those of problems."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0142_words_of_reasons")]

    operations = [
        migrations.AlterField(
            "problemphoto",
            "problem",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="photos",
                to="orders.problem",
            ),
        ),
        migrations.AddField(
            "problemphoto",
            "order_return",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="photos",
                to="orders.return",
            ),
        ),
        migrations.AddConstraint(
            "problemphoto",
            models.CheckConstraint(
                condition=Q(problem__isnull=False, order_return__isnull=True)
                | Q(problem__isnull=True, order_return__isnull=False),
                name="a_photo_is_of_one_thing",
            ),
        ),
    ]
