"""Each photo is of a problem or of a return."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0143_photos_of_returns")]

    operations = [ValidateConstraint("problemphoto", name="a_photo_is_of_one_thing")]
