"""The lead's board: work until each deadline, who is where; each number leads to its rows."""

import re
from datetime import timedelta
from html import unescape

import pytest

from orders.lifecycle.holds import hold_order
from orders.models import Hold, Shipment
from tests.support.cast import MONDAY, make_order
from tests.warehouse.screens.carts.walking import CARTS, PICK, pick_stop, scan, stop_of
from warehouse.floor.leading.board import deadlines
from warehouse.models import PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

BOARD = "/warehouse/board/"
ROWS = f"{BOARD}rows/?of="


@pytest.fixture
def orders(house):
    """Two orders of two lines and one of one; then one on hold."""
    made = [make_order(house.ada, {"LAMP": 2, "SHADE": 1}) for _ in range(2)]
    made += [make_order(house.bo, {"MUG": 4}), make_order(house.ada, {"LAMP": 1})]
    allocate_due()
    hold_order(made[3], reason=Hold.Reason.SELLER, actor=None)
    return made


def due_in(hours):
    Shipment.objects.update(ship_by=MONDAY + timedelta(hours=hours))


def number(screen, name):
    """A number of the lists at the foot of the board."""
    found = re.search(rf'row-number">(\d+)</span><a class="row-name"[^>]*>{name}<', screen.html)
    return int(found.group(1))


def links(screen, of):
    urls = [unescape(url) for url in re.findall(r'href="([^"]*)"', screen.html)]
    return [url for url in urls if url.split("&")[0] == f"{ROWS}{of}"]


def test_the_backlog_is_counted_against_its_deadline(house, lea, orders):
    board = lea.opens(BOARD)

    assert "Tue 24 Nov 18:00 3 5 10 0 1 0" in board.text
    listed = lea.opens(links(board, "due")[0]).text
    assert "4 by Tue 24 Nov 18:00" in listed
    assert f"{orders[3].shipments.get()} On hold" in listed
    assert lea.opens(links(board, "to-pick")[0]).text.count("Released") == 3
    held = lea.opens(links(board, "on-hold")[0]).text
    assert f"1 by Tue 24 Nov 18:00 1 {orders[3].shipments.get()} On hold" in held
    assert "None." in lea.opens(f"{ROWS}picked").text


def test_who_is_where_and_how_fast(house, pat, lea, orders):
    lea.sends(CARTS, code="C2", slots=2)
    screen = pick_stop(pat, pat.sends(PICK, code="C2"))
    scan(pat, screen, "NONSENSE")

    board = lea.opens(BOARD)

    assert re.search(r"Pat Picker Cart C2 1 of \d NONSENSE 10:01 refused 1", board.text)
    assert number(board, "Lines picked in the last hour") == 1
    assert number(board, "Scans refused today") == 1
    picks = lea.opens(links(board, "picks")[0]).text
    assert "2 Brass lamp LAMP · into C2-1 · Pat Picker" in picks
    walk = PickList.objects.filter(picker=house.pat).first()
    assert lea.opens(f"/warehouse/walks/{walk.pk}/").status == 200


def test_what_will_be_late_is_said_with_its_rows(house, pat, lea, orders):
    due_in(1)

    board = lea.opens(BOARD)

    assert "3 shipments will be late · 0 lines an hour" in board.text
    rows = lea.opens(links(board, "missed")[0]).text
    assert [f"{order.shipments.get()} " in rows for order in orders] == [True, True, True, False]
    due_in(3)
    assert "will be late" not in lea.opens(BOARD).text.split("Deadline")[0]


def test_shorts_and_tasks_are_counted(house, pat, lea, orders):
    screen = pat.sends(PICK)
    stop = stop_of(screen)
    pat.sends(f"{PICK}{stop.pick_list.pk}/short/{stop.pk}/", found=1, reason="empty", planned=2)

    board = lea.opens(BOARD)

    assert number(board, "Short picks today") == 1
    shorts = lea.opens(links(board, "shorts")[0]).text
    assert "1 Brass lamp LAMP · missing at A-01-1 · Pat Picker" in shorts
    assert number(board, "To count") == 1
    lea.sends(f"/warehouse/walks/{stop.pick_list.pk}/cancel/")
    board = lea.opens(BOARD)
    assert number(board, "To put back") == 1
    assert f"{stop.pick_list.shipment}" in lea.opens(links(board, "put-back")[0]).text


def test_the_board_comes_anew_each_minute_until_it_stands_still(house, lea):
    assert lea.client.get(BOARD).headers["Refresh"] == "60"
    assert "Stand still" in lea.opens(BOARD).text
    assert "Refresh" not in lea.client.get(f"{BOARD}?still=1").headers
    empty = lea.opens(BOARD).text
    assert "Nothing is to leave." in empty
    assert "Nobody is on a walk, and nobody has picked in the last hour." in empty


def test_what_cannot_be_read_is_left_out(house, lea, orders):
    for query in ("nonsense", "due&due=nonsense&who=x", "picks&who=x", "missed&due=0001-01-01"):
        assert lea.opens(f"{ROWS}{query}").status == 200


class Unsearched(list):
    """Of a long list each search would read all."""

    def __contains__(self, one):
        raise AssertionError("the list is searched for each shipment")


def test_what_will_be_late_is_looked_up(house):
    for _ in range(2):
        make_order(house.ada, {"LAMP": 1})
    allocate_due()
    late = Shipment.objects.first()

    rows = deadlines(Shipment.objects.all(), Unsearched([late.pk]))

    assert [(row.due_at, row.orders, row.missed) for row in rows] == [(late.ship_by, 2, 1)]
