"""Real transactions, with their quirks, become orders that are picked, packed and handed over."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from fulfillment.demo.replay import Refused, orders_of
from orders.models import Order, Product
from tests.support.real_data import real_data

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROWS = """\
536365,85123A,WHITE HANGING HEART ,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,85123a,white hanging heart,2,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850.0,United Kingdom
536366,71053,,6,2010-12-01 08:28:00,3.39,,EIRE
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,United Kingdom
536589,21777,?,-10,2010-12-01 16:50:00,0.0,,United Kingdom
536370,22728,ALARM CLOCK,1,2010-12-01 08:45:00,3.75,12583.0,European Community
"""
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path, settings):
    settings.DEBUG = True  # what the command needs, and Django's test runner takes away
    path = tmp_path / "2010-12.csv"
    path.write_text(HEADER + ROWS)
    return path


def test_an_invoice_is_an_order_of_today(file):
    found = list(orders_of(file, 100, NOON))

    first, guest, cancelled, correction, nowhere = found
    assert (first.reference, first.number, first.country) == ("uci-536365", "536365", "GB")
    assert first.placed_at == datetime(2026, 11, 23, 8, 26, tzinfo=UTC)
    assert [
        (line.sku, line.title, line.quantity, line.unit_price, line.ships) for line in first.lines
    ] == [
        ("85123A", "WHITE HANGING HEART", 6, 255, True),
        ("85123A", "white hanging heart", 2, 255, True),
        ("POST", "POSTAGE", 1, 1800, False),
    ]
    assert (guest.email, guest.country, guest.lines[0].title) == ("", "IE", "71053")
    assert cancelled == Refused("C536379", "a cancellation of an earlier sale")
    assert correction == Refused("536589", "a stock correction, not a sale")
    assert (nowhere.country, nowhere.street) == ("", "")


def test_an_order_is_never_of_the_future(file):
    early = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    assert next(orders_of(file, 1, early)).placed_at == early


def test_rows_of_an_invoice_may_stand_apart(file):
    with file.open("a") as rows:
        rows.write("536366,22728,ALARM CLOCK,4,2010-12-01 08:28:00,3.75,,EIRE\n")

    found = list(orders_of(file, 100, NOON))

    assert [(line.sku, line.quantity) for line in found[1].lines] == [("71053", 6), ("22728", 4)]
    assert len(found) == 5


@pytest.mark.django_db
def test_a_replay_ends_with_clean_books_and_the_same_file_again_changes_nothing(file, smtp_peer):
    out = StringIO()

    call_command("replay", file, crews=1, stdout=out, stderr=StringIO())

    said = out.getvalue().splitlines()
    assert said[:5] == [
        "orders in: 5",
        "accepted: 3, known already: 0",
        "refused: 2",
        "  1 a cancellation of an earlier sale",
        "  1 a stock correction, not a sale",
    ]
    assert said[5] == "orders: 1 on hold, 2 shipped"
    assert said[-1].startswith("check_books: 0 findings in ")
    assert dict(Order.objects.values_list("number", "status")) == {
        "536365": "shipped",
        "536366": "shipped",
        "536370": "on_hold",
    }
    assert sorted(Product.objects.values_list("sku", flat=True)) == ["22728", "71053", "85123A"]
    # Confirmed and on its way (a replay passes the steps before at once); the held one is
    # confirmed. A guest has no address.
    assert len(smtp_peer.messages) == 1 + 1 + 1

    again = StringIO()

    call_command("replay", file, crews=1, stdout=again, stderr=StringIO())

    assert "accepted: 0, known already: 3" in again.getvalue()
    assert Order.objects.count() == 3
    assert len(smtp_peer.messages) == 1 + 1 + 1


def test_a_file_of_another_shape_is_refused(tmp_path, settings):
    settings.DEBUG = True
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")

    with pytest.raises(CommandError, match="lacks the columns InvoiceNo, StockCode"):
        call_command("replay", wrong)


@pytest.mark.real_data
def test_every_real_transaction_is_an_order_or_says_why_not():
    found = list(orders_of(real_data("transactions/uci_online_retail/2010-12.csv.gz"), 10**6, NOON))

    reasons = {row.why for row in found if isinstance(row, Refused)}
    assert len(found) > 2000
    assert reasons <= {
        "a cancellation of an earlier sale",
        "a stock correction, not a sale",
        "a negative price: a correction of the books",
    }
