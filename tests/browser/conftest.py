"""Phones on the floor, and goods of Ada that they scan."""

import pytest

from tests.browser.floor import Phone
from tests.support.cast import make_product
from warehouse.models import Location


@pytest.fixture
def lamp(ada):
    return make_product(ada, "LAMP", "Brass lamp", barcode="4006381333931")


@pytest.fixture
def shade(ada):
    return make_product(ada, "SHADE", "Linen shade")


@pytest.fixture
def dock(building):
    return Location.objects.get(warehouse=building, code="DOCK")


@pytest.fixture
def phone(live_site, browser):
    """Phones by user; none of them may have met a script error or a refused resource."""
    phones = []

    def of(user, **options):
        phones.append(Phone(browser, live_site, user, **options))
        return phones[-1]

    yield of
    for made in phones:
        assert made.problems == []
        made.close()
