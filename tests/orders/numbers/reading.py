"""The reader of numbers, once it can see what the test has done."""

from orders.numbers import reading
from tests.support.waiting import until_events_can_be_read


def read_numbers():
    """Read all events; other tests of this server may have older transactions."""
    until_events_can_be_read()
    reading.read_numbers()
