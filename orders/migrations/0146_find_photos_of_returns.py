"""The photos of a return, for its page and for who deletes it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0144_photos_are_of_one_thing")]

    operations = [
        AddIndexConcurrently(
            "problemphoto",
            models.Index(
                fields=["order_return"],
                name="photo_of_return",
                condition=Q(order_return__isnull=False),
            ),
        ),
    ]
