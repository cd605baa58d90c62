"""Rules of a return policy name categories of products."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0195_categories_of_products")]

    operations = [
        migrations.AddField(
            "returnrule",
            "categories",
            ArrayField(
                base_field=models.CharField(max_length=60),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
    ]
