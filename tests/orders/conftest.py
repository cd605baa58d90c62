"""The house of the tracking tests: everything in it happens on a Monday."""

import pytest
import time_machine

from tests.orders.tracked import MONDAY
from tests.stages import open_house


@pytest.fixture
def monday_house(db):
    """A warehouse with two sellers and their goods, on Monday at ten in Berlin."""
    with time_machine.travel(MONDAY, tick=False):
        yield open_house()
