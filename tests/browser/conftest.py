"""Phones on the floor, goods of Ada that they scan, and a day that begins in the morning."""

from datetime import UTC, datetime

import pytest

from orders.models import Warehouse
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
def in_the_morning(building):
    """A story takes a day: it begins where it is ten o'clock now."""
    ahead = 10 - datetime.now(UTC).hour
    ahead += 24 * (ahead < -12)
    # The sign of these names is that of POSIX: west is plus.
    Warehouse.objects.update(time_zone=f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")


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
