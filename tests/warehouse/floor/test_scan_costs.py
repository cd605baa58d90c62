"""How many statements a scan may send: what is read once is not read again for the next screen."""

import pytest

from orders.access import Role
from orders.models import Package
from tests.support.cast import make_order, make_user
from tests.support.stages import LAMP_CODE, open_house
from tests.support.statements import count_statements
from tests.warehouse.screens.floor import Worker, minute_after
from warehouse.models import PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

CONTROL = ('"BEGIN', '"COMMIT', '"SAVEPOINT', '"RELEASE')
# Of a request with the page that it leads to: statements, and those that bring their reach: each
# request begins with none, then sees the person, then the warehouse.
MOST = {
    "next list": (21, 0),
    "place": (7, 0),
    "product": (10, 0),
    "last product": (20, 0),
    "tote at the bench": (9, 0),
    "first unit": (14, 0),
    "unit": (10, 0),
    "close": (28, 0),
    "labels": (33, 0),
    "ready": (19, 0),
    "parcel": (13, 0),
}


@pytest.fixture
def house(once):
    """The warehouse with its goods and people."""
    yield from minute_after(once, open_house)


class Counted:
    """Lea at a screen, whose statements are counted by the kind of scan."""

    def __init__(self, house):
        self.lea = Worker(make_user("lea@example.com", "Lea", Role.LEAD, warehouse=house.warehouse))
        assert self.lea.client  # signed in: that is not counted
        self.found = {}

    def sends(self, kind, url, **fields):
        with count_statements() as sent:
            answer = self.lea.sends(url, **fields)
        assert answer.status == 200, answer.says
        asked = [line for line in sent if not any(word in line for word in CONTROL)]
        reaches = sum("set_config" in line for line in asked)
        self.found[kind] = (len(asked), reaches)

    def walk_and_pack(self, house):
        make_order(house.ada, {"LAMP": 2, "SHADE": 1})
        allocate_due()
        self.sends("next list", "/warehouse/pick/")
        walk = PickList.objects.get(status="open")
        url = f"/warehouse/pick/{walk.pk}/"
        lamp, shade = walk.lines.select_related("stock__location", "stock__product")
        assert lamp.stock.product.sku == "LAMP"
        for kind, line, code in (("product", lamp, LAMP_CODE), ("last product", shade, "SHADE")):
            place = line.stock.location.code
            self.sends("place", url, line=line.pk, code=place)
            units = {"quantity": line.quantity, "planned": line.quantity}
            self.sends(kind, url, line=line.pk, location=place, code=code, **units)
        self.sends("tote at the bench", "/warehouse/pack/", code=walk.tote.code)
        pack = f"/warehouse/pack/{walk.shipment_id}/"
        for kind, code in (("first unit", "LAMP"), ("unit", LAMP_CODE), ("unit", "SHADE")):
            self.sends(kind, pack, code=code)
        for step in ("close", "labels", "ready"):
            self.sends(step, f"{pack}{step}/")
        code = Package.objects.get(status="labelled").tracking_number
        self.sends("parcel", "/warehouse/dispatch/", code=code)
        self.sends("hand-over", "/warehouse/dispatch/hand-over/", counted=1)


def test_a_scan_takes_no_more_statements(house):
    counted = Counted(house)
    for _ in range(2):  # the first round also prepares and fills what a process keeps
        counted.walk_and_pack(house)

    found = {kind: counted.found[kind] for kind in MOST}
    above = {kind: sent for kind, sent in found.items() if any(map(int.__gt__, sent, MOST[kind]))}
    assert above == {}, found
