"""Rules of a return policy name conditions of what comes back."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0200_conditions_of_what_comes_back")]

    operations = [
        migrations.AddField(
            "returnrule",
            "conditions",
            ArrayField(
                base_field=models.CharField(max_length=9),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
    ]
