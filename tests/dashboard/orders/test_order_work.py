"""What the page of an order says about the work on it: reservations and stops."""

import pytest
from django.template.loader import render_to_string

from fulfillment.dashboard.queries.orders.work import order_work
from orders.access import Viewer
from tests.support.cast import put_stock
from tests.support.statements import count_statements
from tests.warehouse.walking import ordered, scan, take
from warehouse.floor.picking import report_short
from warehouse.models import PickLine

pytestmark = pytest.mark.django_db


def shown(order, user):
    work = order_work(order, Viewer.of(user))
    return " ".join(render_to_string("dashboard/order/work.html", {"work": work}).split())


def test_reservations_and_stops_are_listed(ada, building, lamp, shade, pat):
    put_stock(lamp, 2)
    put_stock(shade, 3, bin_code="B-01-1", lot="L7")
    order = ordered(ada, {"LAMP": 2, "SHADE": 1})
    walk = take(building, pat)
    scan(walk.lines.first(), pat)
    with count_statements() as statements:
        work = order_work(order, Viewer.of(pat))

    assert [(row.line.sku, row.quantity) for row in work.reservations] == [
        ("LAMP", 2),
        ("SHADE", 1),
    ]
    stops = [(row.stock.location.code, row.picked, row.quantity) for row in work.stops]
    assert stops == [("A-01-1", 2, 2), ("B-01-1", 0, 1)]
    assert len(statements) == 3, "one of them loads the roles of the viewer"
    html = shown(order, ada.owner)
    assert "Reserved: 2 × <bdi>Title of LAMP</bdi>, 1 × <bdi>Title of SHADE</bdi>" in html
    assert "lot L7" in html
    assert ">Pat<" in html


def test_a_short_pick_says_why(ada, building, lamp, pat):
    put_stock(lamp, 2)
    order = ordered(ada, {"LAMP": 2})
    stop = take(building, pat).lines.get()
    report_short(stop, found=1, reason=PickLine.ShortReason.DAMAGED, actor=pat)

    assert '1 of 2<br><span class="soft small">1 short: Product damaged' in shown(order, ada.owner)


def test_an_order_without_work_shows_nothing(ada, lamp):
    assert shown(ordered(ada, {"LAMP": 1}), ada.owner) == ""


def test_another_seller_sees_nothing(ada, bo, building, lamp, pat):
    put_stock(lamp, 2)
    order = ordered(ada, {"LAMP": 2})
    take(building, pat)

    assert shown(order, bo.owner) == ""
