"""All tables of notifications at once, where there are none; an older database goes by the migrations replaced."""

from django.db import migrations

from notifications.migrations.fresh import rows
from notifications.migrations.fresh.tables import TABLES
from orders.migrations.fresh.at_once import CreateTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_set_reports_aside"),
        ("notifications", "0003_mail_caps"),
        ("notifications", "0004_bound_what_comes_from_outside"),
        ("notifications", "0005_due_by_seller"),
        ("notifications", "0006_find_old_attempts"),
        ("notifications", "0007_row_security"),
        ("notifications", "0008_mail_stops"),
        ("notifications", "0009_texts_on_request"),
        ("notifications", "0010_counts_of_messages"),
        ("notifications", "0011_cause_of_demo_data"),
    ]

    dependencies = [
        ("orders", "0001_squashed_0159"),
    ]

    operations = [
        CreateTables(TABLES),
        migrations.RunSQL(rows.STATEMENTS),
    ]
