"""Ada's pantry: a breakfast box of two jams, a honey and a tea, and stock of its parts."""

import pytest

from tests.support import cast

BOX = {"JAM": 2, "HONEY": 1, "TEA": 1}


@pytest.fixture
def boxes(ada):
    """Ada with a breakfast box, which is a kit, and a lamp, which is none."""
    for sku in (*BOX, "LAMP"):
        cast.make_product(ada, sku, sku.capitalize(), barcode=f"code-{sku}")
    cast.make_kit(ada, "BOX", "Breakfast box", parts=BOX)
    return ada


@pytest.fixture
def stocked(boxes):
    """The same, with stock for ten boxes and ten lamps."""
    for sku, units in {**BOX, "LAMP": 1}.items():
        cast.put_stock(boxes.products[sku], 10 * units)
    return boxes
