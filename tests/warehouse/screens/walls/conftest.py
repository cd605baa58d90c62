"""The put wall of the tests."""

import pytest

from tests.support.cast import put_stock
from tests.warehouse.screens.walls.batching import WALLS
from warehouse.models import PutWall


@pytest.fixture
def wall(house, lea):
    """A wall of four cells, in a house where shades lie in another aisle."""
    put_stock(house.ada.products["SHADE"], 5, bin_code="B-01-1")
    lea.sends(WALLS, code="w1", cells=4)
    return PutWall.objects.get()
