"""What the warehouse's tests share beside the cast."""

import pytest

from tests.cast import make_product


@pytest.fixture
def lamp(ada):
    """Ada's lamp, with a barcode."""
    return make_product(ada, "LAMP", "Brass lamp", barcode="4006381333931")


@pytest.fixture
def shade(ada):
    """Ada's lamp shade."""
    return make_product(ada, "SHADE", "Linen shade")
