"""Positions of events with an offset, so that a restored copy goes on above those of the backup."""

import django.contrib.postgres.functions
from django.db import migrations, models

import orders.models.events

# plpgsql keeps its plan, so that an insert costs one look-up more.
CREATE = """
CREATE FUNCTION orders_event_position() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN pg_current_xact_id()::text::bigint
        + coalesce((SELECT position_offset FROM orders_eventepoch ORDER BY id DESC LIMIT 1), 0);
END
$$
"""
DROP = "DROP FUNCTION orders_event_position()"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_keep_refusals_under_their_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventEpoch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "position_offset",
                    models.BigIntegerField(help_text="Added to the id of a transaction."),
                ),
                (
                    "began_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow()
                    ),
                ),
            ],
        ),
        migrations.RunSQL(CREATE, DROP),
        migrations.AlterField(
            model_name="event",
            name="transaction_id",
            field=models.BigIntegerField(
                db_default=orders.models.events.EventPosition(), editable=False
            ),
        ),
    ]
