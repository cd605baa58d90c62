"""A seller may be the demo of another one, with an id that is made of the other's."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import MD5, Cast


class Migration(migrations.Migration):
    dependencies = [("orders", "0126_language_of_users")]

    operations = [
        migrations.AddField(
            "seller",
            "demo_of",
            models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="demo",
                to="orders.seller",
            ),
        ),
        migrations.AddField(
            "seller",
            "demo_state",
            models.CharField(
                blank=True,
                choices=[
                    ("making", "Being made"),
                    ("ready", "Ready"),
                    ("leaving", "Being removed"),
                ],
                db_default="",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AddField(
            "seller",
            "demo_steps",
            models.PositiveSmallIntegerField(db_default=0, editable=False),
        ),
        AddConstraintNotValid(
            "seller",
            models.CheckConstraint(
                name="a_demo_has_the_id_made_for_it",
                condition=Q(demo_of=None, demo_state="")
                | ~Q(demo_state="")
                & Q(demo_of__isnull=False)
                & Q(id=Cast(MD5(Cast("demo_of", models.TextField())), models.UUIDField())),
            ),
        ),
    ]
