"""The returns screens: scan the number, count, back to the shelf or written off."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.transaction import atomic

from orders.models import Discrepancy, Event, Return, ReturnLine
from orders.returns.closing import BATCH, close_finished
from orders.returns.handling import approve_return, request_return
from tests.support.cast import make_order, make_product, put_stock
from tests.support.stages import LAMP_CODE, delivered_order
from tests.support.statements import count_statements
from warehouse.models import Location, Stock, Supply
from warehouse.stock.allocation import allocate_due
from warehouse.stock.closing import close_stocks, promisable

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

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
    """Put away units that were scanned one by one."""
    given = {"scanned": sku, "counted": quantity} | pair
    return pat.sends(
        f"{RETURNS}{order_return.pk}/", code=code, line=line(order_return, sku).pk, **given
    )


def finish(pat, order_return):
    return pat.sends(f"{RETURNS}{order_return.pk}/finish/")


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


def test_each_unit_is_scanned_and_decided(house, pat, order_return):
    count(pat, order_return, 3, 1)
    screen = pat.sends(f"{RETURNS}{order_return.pk}/", code=LAMP_CODE)
    assert (screen.kind, screen.says) == ("good", "Brass lamp: 1 of 3")
    assert "Brass lamp LAMP × 3 units left to inspect 1 of 3 scanned" in screen.text
    lamp = line(order_return, "LAMP").pk
    screen = pat.sends(screen.url, code=LAMP_CODE, line=lamp, scanned=LAMP_CODE, counted=1)
    assert screen.says == "Brass lamp: 2 of 3"
    assert 'name="counted" value="2"' in screen.html
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
    assert screen.says == "1 × Linen shade into B-01-1, where LAMP also lies"
    assert status(order_return) == "received", "until somebody finishes it, it can be undone"
    screen = finish(pat, order_return)
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
    assert 'name="counted"' not in screen.html, "nobody has chosen the shade"
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
        ("NONSENSE", 1, "You scanned NONSENSE. Expected: LAMP, or a bin or a shelf."),
        ("DOCK", 1, "DOCK is not a bin or shelf of Warehouse BER."),
        ("B-01-1", 4, "Title of LAMP: only 3 left to inspect."),
        ("B-01-1", 0, "Inspect at least one unit."),
        ("B-01-1", -1, "Units: at least 0, not -1."),
        ("SHADE", 1, "You scanned SHADE. Expected: LAMP, or a bin or a shelf."),
        ("LAMP", 3, "Brass lamp: only 3 left to inspect."),
    ],
)
def test_a_wrong_place_or_number_is_refused(pat, order_return, code, quantity, says):
    count(pat, order_return, 3, 1)

    screen = restock(pat, order_return, "LAMP", code, quantity)

    assert (screen.status, screen.kind, screen.says) == (409, "alarm", says)
    assert fate(order_return, "LAMP") == (3, 0, 0)


def test_a_line_chosen_by_hand_is_not_restocked_unseen(pat, order_return):
    count(pat, order_return, 3, 1)

    screen = restock(pat, order_return, "LAMP", "B-01-1", 1, scanned="", counted=0)
    other = restock(pat, order_return, "LAMP", "B-01-1", 1, scanned="SHADE")

    assert screen.says == "You scanned B-01-1. Expected: LAMP."
    assert other.says == "You scanned SHADE. Expected: LAMP."
    assert fate(order_return, "LAMP") == (3, 0, 0)


@pytest.mark.parametrize("by", ["number", "typed", "tracking", "order", "name", "surname"])
def test_a_return_is_found_by_what_is_on_the_parcel(pat, order_return, by):
    order = order_return.order
    code = {
        "number": order_return.number,
        "typed": order_return.number.replace("-", "").lower(),
        "tracking": order.packages.get().tracking_number,
        "order": order.number,
        "name": order.customer_name.upper(),
        "surname": order.customer_name.rpartition(" ")[2],
    }[by]

    assert pat.sends(RETURNS, code=code).url == f"{RETURNS}{order_return.pk}/"


def test_a_name_of_several_returns_asks_which(house, pat, order_return):
    order = delivered_order(house, {"SHADE": 1})
    other = approve_return(
        request_return(order, units={order.lines.get().pk: 1}, reason="wrong"), actor=None
    )

    screen = pat.sends(RETURNS, code="Grace Hopper")

    assert screen.says == "2 returns: choose one"
    assert f"Which one is it? {order_return} " in screen.text
    assert str(other) in screen.text
    assert "Grace" not in screen.text.replace("2 returns", "")


def test_an_inspection_is_undone_until_it_is_finished(house, pat, order_return):
    count(pat, order_return, 3, 1)
    restock(pat, order_return, "LAMP", "B-01-1", 2)
    url, lamp = f"{RETURNS}{order_return.pk}/", line(order_return, "LAMP").pk
    pat.sends(f"{url}write-off/", line=lamp, quantity=1)

    first = pat.sends(f"{url}undo/", line=lamp)
    second = pat.sends(f"{url}undo/", line=lamp)
    third = pat.sends(f"{url}undo/", line=lamp)

    assert first.says == "Undone: 1 × Title of LAMP to inspect again"
    assert second.says == "Undone: 2 × Title of LAMP to inspect again"
    assert third.says == "Title of LAMP: nothing is inspected, there is nothing to undo."
    assert fate(order_return, "LAMP") == (3, 0, 0)
    assert not Stock.objects.filter(location__code="B-01-1", on_hand__gt=0).exists()
    assert order_return.order.lines.get(sku="LAMP").returned == 0
    restock(pat, order_return, "LAMP", "B-01-1", 3)
    restock(pat, order_return, "SHADE", "B-01-1", 1)
    assert finish(pat, order_return).says == f"Return {order_return} is closed."
    late = pat.sends(f"{url}undo/", line=lamp)
    assert late.says == f"Return {order_return} is closed, and its end told: too late."
    assert fate(order_return, "LAMP") == (3, 3, 0)


def test_units_that_are_gone_again_are_not_undone(house, pat, order_return):
    count(pat, order_return, 3, 1)
    restock(pat, order_return, "LAMP", "B-01-1", 1)
    Stock.objects.filter(location__code="B-01-1").update(pinned=1)

    screen = pat.sends(f"{RETURNS}{order_return.pk}/undo/", line=line(order_return, "LAMP").pk)
    Stock.objects.filter(location__code="B-01-1").update(pinned=0)

    assert screen.status == 409
    assert screen.says == "Title of LAMP: too late to undo, an order needs these units."
    assert fate(order_return, "LAMP") == (3, 1, 0)


def test_units_that_an_order_was_promised_are_not_undone(house, pat, order_return):
    count(pat, order_return, 3, 1)
    restock(pat, order_return, "LAMP", "B-01-1", 1)
    # All other lamps wait to be put away: nobody can be promised them.
    Location.objects.exclude(code="B-01-1").exclude(kind="tote").update(is_staging=True)
    put_stock(house.ada.products["LAMP"], 5, bin_code="DOCK")
    make_order(house.ada, {"LAMP": 1})
    allocate_due()

    screen = pat.sends(f"{RETURNS}{order_return.pk}/undo/", line=line(order_return, "LAMP").pk)

    assert screen.status == 409
    assert screen.says == "Title of LAMP: too late to undo, an order needs these units."
    assert fate(order_return, "LAMP") == (3, 1, 0)


def test_of_the_last_open_units_none_is_undone_that_an_order_was_promised(house, pat):
    vase = make_product(house.ada, "VASE", "Glass vase")
    put_stock(vase, 1, bin_code="A-02-1")
    order = delivered_order(house, {"VASE": 1})
    asked = request_return(order, units={order.lines.get().pk: 1}, reason="too_large")
    back = approve_return(asked, actor=house.ada.owner)
    part = back.lines.get()
    pat.sends(f"{RETURNS}{back.pk}/count/", **{f"received_{part.pk}": 1})
    Location.objects.filter(code="DOCK").update(is_staging=True)
    put_stock(vase, 1, bin_code="DOCK")
    restock(pat, back, "VASE", "A-02-1", 1)
    make_order(house.ada, {"VASE": 1})
    allocate_due()

    screen = pat.sends(f"{RETURNS}{back.pk}/undo/", line=part.pk)

    assert (screen.status, fate(back, "VASE")) == (409, (1, 1, 0))
    assert screen.says == "Title of VASE: too late to undo, an order needs these units."


def test_units_in_a_place_that_is_closed_are_undone(house, pat, order_return):
    """Nobody was promised what lies there, whatever else is reserved."""
    count(pat, order_return, 3, 1)
    restock(pat, order_return, "LAMP", "B-01-1", 1)
    supply = Supply.objects.get(product=house.ada.products["LAMP"])
    with atomic():
        close_stocks(Stock.objects.filter(product=supply.product))
    assert promisable(supply) == 0

    screen = pat.sends(f"{RETURNS}{order_return.pk}/undo/", line=line(order_return, "LAMP").pk)

    assert screen.says == "Undone: 1 × Title of LAMP to inspect again"


def test_a_return_is_read_in_as_many_statements_however_much_is_inspected(pat, order_return):
    count(pat, order_return, 3, 1)
    url = f"{RETURNS}{order_return.pk}/"
    restock(pat, order_return, "LAMP", "B-01-1", 1)
    with count_statements() as one:
        assert pat.opens(url).text.count("Undo the last inspection") == 1
    restock(pat, order_return, "SHADE", "B-01-1", 1)
    with count_statements() as two:
        assert pat.opens(url).text.count("Undo the last inspection") == 2

    assert len(one) == len(two)


def test_what_nobody_finishes_is_closed_by_the_sweep(pat, order_return):
    count(pat, order_return, 3, 1)
    restock(pat, order_return, "LAMP", "B-01-1", 3)
    restock(pat, order_return, "SHADE", "B-01-1", 1)
    last = Event.objects.latest("at").at

    assert close_finished(last + timedelta(minutes=9)) == 0
    assert close_finished(last + timedelta(minutes=11)) == 1
    assert status(order_return) == "closed"


@pytest.mark.breaks_books  # a hundred returns of one unit
def test_what_waits_for_a_decision_keeps_nobody_waiting(house, pat, order_return):
    count(pat, order_return, 3, 1)
    restock(pat, order_return, "LAMP", "B-01-1", 3)
    restock(pat, order_return, "SHADE", "B-01-1", 1)
    shade = {"seller": house.ada.seller, "line": line(order_return, "SHADE").line}
    of_order = {"seller": house.ada.seller, "order": order_return.order}
    waiting = Return.objects.bulk_create(
        Return(
            number=f"R-{number}", reason="too_large", status="received",
            created_at=order_return.created_at - timedelta(days=1), **of_order,
        )
        for number in range(BATCH)
    )  # fmt: skip
    done = dict.fromkeys(("requested", "approved", "received", "inspected", "restocked"), 1)
    ReturnLine.objects.bulk_create(ReturnLine(order_return=row, **shade, **done) for row in waiting)
    Discrepancy.objects.bulk_create(
        Discrepancy(order_return=row, code="x", kind="unknown", quantity=1, **of_order)
        for row in waiting
    )
    Discrepancy.objects.create(order_return=order_return, kind="missing", quantity=1, **shade)

    last = Event.objects.latest("at").at
    assert close_finished(last + timedelta(minutes=11)) == 1

    assert status(order_return) == "closed", "what is missing keeps nothing open"


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
        "You scanned R-NONSENSE. Expected: a return, an order, a parcel or a name."
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
