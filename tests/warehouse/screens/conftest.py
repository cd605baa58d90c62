"""Workers at the screens, on a Monday morning; after each test the books are right."""

import pytest

from orders.access import Role
from tests.support.cast import make_user
from tests.support.stages import open_house
from tests.warehouse.screens.floor import Worker, minute_after


@pytest.fixture
def house(once):
    """The warehouse with its goods and people."""
    yield from minute_after(once, open_house)


@pytest.fixture
def pat(house):
    """Pat picks."""
    return Worker(house.pat)


@pytest.fixture
def pia(house):
    """Pia packs."""
    return Worker(make_user("pia@example.com", "Pia", Role.PACKER, warehouse=house.warehouse))


@pytest.fixture
def lea(house):
    """Lea leads."""
    return Worker(make_user("lea@example.com", "Lea", Role.LEAD, warehouse=house.warehouse))


@pytest.fixture
def cory(house):
    """Cory drives."""
    return Worker(house.cory)
