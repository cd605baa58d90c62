"""The returns screens: scan the number, count, back to the shelf or written off."""

from uuid import uuid4

import pytest

from orders.models import Return, ReturnLine
from orders.returns.handling import approve_return, request_return
from tests.support.stages import LAMP_CODE, delivered_order
from warehouse.models import Location, Stock

pytestmark = pytest.mark.django_db

RETURNS = "/warehouse/returns/"


@pytest.fixture
def order_return(house):
    """Three lamps and a shade come back."""
    order = delivered_order(house, {"LAMP": 3, "SHADE": 1})
    units = {line.pk: line.ordered for line in order.lines.all()}
    return approve_return(
        request_return(order, units=units, reason="too_large", comment="Call +4915112345678"),
        actor=house.ada.owner,
    )


def line(order_return, sku):
    return ReturnLine.objects.get(order_return=order_return, line__sku=sku)


def count(pat, order_return, lamps, shades):
    return pat.sends(
        f"{RETURNS}{order_return.pk}/count/",
        **{
            f"received_{line(order_return, 'LAMP').pk}": lamps,
            f"received_{line(order_return, 'SHADE').pk}": shades,
        },
    )


def restock(pat, order_return, sku, code, quantity, **pair):
    return pat.sends(
        f"{RETURNS}{order_return.pk}/",
        code=code,
        line=line(order_return, sku).pk,
        quantity=quantity,
        **pair,
    )


def fate(order_return, sku):
    row = line(order_return, sku)
    return row.received, row.restocked, row.written_off


def status(order_return):
    return Return.objects.get(pk=order_return.pk).status


def test_from_the_parcel_to_the_shelf(house, pat, order_return):
    listed = pat.opens(RETURNS)
    assert f"{order_return} Expected · Ada's Lamps" in listed.text

    screen = pat.sends(RETURNS, code=order_return.number.lower())
    assert screen.url == f"{RETURNS}{order_return.pk}/"
    assert "Too large Units received Brass lamp LAMP 3 expected" in screen.text

    screen = count(pat, order_return, 3, 1)
    assert screen.says == "Received: 4."
    assert "0 of 2 done Too large Scan the product" in screen.text
    assert "To inspect Brass lamp 3 units · LAMP Linen shade 1 unit · SHADE" in screen.text
    screen = pat.sends(screen.url, code=LAMP_CODE)
    assert (screen.kind, screen.says) == ("good", "Brass lamp")
    assert "Brass lamp LAMP × 3 units left to inspect" in screen.text
    screen = restock(pat, order_return, "LAMP", "b-01-1", 2)
    assert (screen.kind, screen.says) == ("good", "2 × Brass lamp into B-01-1")
    assert "Scan the product" in screen.text
    chosen = pat.opens(f"{screen.url}?line={line(order_return, 'LAMP').pk}")
    assert "Brass lamp LAMP × 1 unit left to inspect" in chosen.text
    screen = pat.sends(
        f"{screen.url}write-off/", line=line(order_return, "LAMP").pk, quantity=1, code=""
    )
    assert screen.says == "Written off: 1 × Brass lamp"
    assert "1 of 2 done" in screen.text
    screen = restock(pat, order_return, "SHADE", "B-01-1", 1)
    assert "Closed Brass lamp 2 restocked, 1 written off" in screen.text

    assert status(order_return) == "closed"
    assert fate(order_return, "LAMP") == (3, 2, 1)
    shelf = Location.objects.get(warehouse=house.warehouse, code="B-01-1")
    assert Stock.objects.get(location=shelf, product__sku="LAMP").on_hand == 2


def test_a_repeat_decides_about_no_other_line(pat, order_return):
    count(pat, order_return, 1, 1)
    url = f"{RETURNS}{order_return.pk}/"
    restock(pat, order_return, "LAMP", "A-01-1", 1)

    again = pat.sends(url, code="A-01-1")
    gone = pat.sends(url, code="LAMP")

    assert (again.status, gone.status) == (409, 409)
    assert again.says == f"You scanned A-01-1. Expected: a product of return {order_return}."
    assert gone.says == "Brass lamp: nothing left to inspect."
    off = f"{url}write-off/"
    screen = pat.sends(off, line=line(order_return, "LAMP").pk, quantity=1)
    assert screen.says == "Title of LAMP: only 0 left to inspect."
    assert 'name="line"' not in screen.html, "nobody has chosen the shade"
    assert (fate(order_return, "LAMP"), fate(order_return, "SHADE")) == ((1, 1, 0), (1, 0, 0))


@pytest.mark.parametrize(
    ("lamps", "shades", "says"),
    [
        (4, 0, "Title of LAMP: only 3 approved."),
        (0, 0, "Count at least one unit."),
        ("", 1, "Brass lamp: nothing entered."),
        (-1, 1, "Brass lamp: at least 0, not -1."),
    ],
)
def test_a_senseless_count_is_refused(pat, order_return, lamps, shades, says):
    screen = count(pat, order_return, lamps, shades)

    assert (screen.status, screen.says) == (409, says)
    assert "Units received" in screen.text
    assert (status(order_return), fate(order_return, "LAMP")) == ("approved", (0, 0, 0))


@pytest.mark.parametrize(
    ("code", "quantity", "says"),
    [
        ("NONSENSE", 1, "You scanned NONSENSE. Expected: a bin or a shelf."),
        ("DOCK", 1, "DOCK is not a bin or shelf of Warehouse BER."),
        ("B-01-1", 4, "Title of LAMP: only 3 left to inspect."),
        ("B-01-1", 0, "Units: at least 1, not 0."),
    ],
)
def test_a_wrong_place_or_number_is_refused(pat, order_return, code, quantity, says):
    count(pat, order_return, 3, 1)

    screen = restock(pat, order_return, "LAMP", code, quantity)

    assert (screen.status, screen.kind, screen.says) == (409, "alarm", says)
    assert fate(order_return, "LAMP") == (3, 0, 0)


def test_a_scan_sent_twice_is_put_back_once(pat, order_return):
    count(pat, order_return, 3, 1)
    pair = {"client_id": uuid4(), "sequence": 1}

    first = restock(pat, order_return, "LAMP", "B-01-1", 1, **pair)
    again = restock(pat, order_return, "LAMP", "B-01-1", 1, **pair)

    assert first.says == again.says == "1 × Brass lamp into B-01-1"
    assert fate(order_return, "LAMP") == (3, 1, 0)


def test_a_return_that_is_not_expected_is_refused(house, pat):
    order = delivered_order(house, {"LAMP": 1})
    asked = request_return(order, units={order.lines.get().pk: 1}, reason="wrong")

    unknown = pat.sends(RETURNS, code="R-NONSENSE")
    early = pat.sends(RETURNS, code=asked.number)

    assert unknown.status == early.status == 409
    assert unknown.says == (
        "You scanned R-NONSENSE. Expected: the number of a return of this warehouse."
    )
    assert early.says == (
        f"Return {asked} is not approved yet: set it aside until the seller decides."
    )
    assert pat.sends("/warehouse/", code=asked.number).says == early.says


def test_a_line_of_another_return_is_not_there(house, pat, order_return):
    order = delivered_order(house, {"LAMP": 1})
    other = request_return(order, units={order.lines.get().pk: 1}, reason="wrong")
    count(pat, order_return, 3, 1)

    screen = pat.sends(
        f"{RETURNS}{order_return.pk}/", code="B-01-1", line=other.lines.get().pk, quantity=1
    )

    assert screen.status == 404
    assert other.lines.get().inspected == 0


def test_nobody_sees_the_customer(pat, order_return):
    screen = pat.opens(f"{RETURNS}{order_return.pk}/")

    for secret in ("Grace", "grace@example.com", "+4915112345678", "Unter den Linden"):
        assert secret not in screen.html
