"""Waiting for what other processes do: as short as possible, never for ever."""

import time

from django.db import connection

from orders.events.epochs import FIRST_OPEN
from orders.models import Event

PATIENCE_SECONDS = 90
PAUSE_SECONDS = 0.05


def wait_until(question, seconds=PATIENCE_SECONDS):
    """Ask until the answer is true, and return it."""
    ends = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > ends:
            raise AssertionError(f"not true within {seconds} s")
        time.sleep(PAUSE_SECONDS)
    return answer


def until_events_can_be_read():
    """Wait for transactions that are older than our events: those of all databases of the server.

    A reader by cursor leaves what is younger for its next turn.
    """
    latest = Event.objects.order_by("-transaction_id").values_list("transaction_id", flat=True)
    newest = latest.first() or 0

    def first_open():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {FIRST_OPEN}")
            return cursor.fetchone()[0]

    wait_until(lambda: first_open() > newest)
