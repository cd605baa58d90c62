"""One order that cannot be processed is set aside and shown; all others go on."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from orders.lifecycle.dead_letters import Work, one_by_one, retry_dead_letters, run_batch
from orders.models import DeadLetter, Event, Order
from orders.promises.watching import watch_promises
from orders.returns.exchanged import call_off_late
from tests.orders.test_exchanges import KEPT_DAYS, exchange, two_lamps
from tests.support import cast
from tests.support.spoiling import spoiled
from tests.support.stages import delivered_order
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def allocated(orders):
    ids = [order.pk for order in orders]
    return list(
        Order.objects.filter(pk__in=ids).order_by("pk").values_list("lines__allocated", flat=True)
    )


@pytest.fixture
def shop(ada):
    cast.put_stock(cast.make_product(ada, "LAMP", "Desk lamp"), 50)
    return ada


def test_the_allocator_goes_on_without_the_order_that_fails(shop):
    orders = [cast.make_order(shop, {"LAMP": 1}) for _ in range(4)]
    with spoiled("orders_event", order_id=orders[1].pk):
        allocate_due()
        assert allocated(orders) == [1, 0, 1, 1]
        letter = DeadLetter.objects.get()
        assert (letter.order, letter.work, letter.tries) == (orders[1], "allocation", 1)
        assert letter.error.startswith("DataError at orders/events/recording.py:")

        # It fails no batch any more, and is not retried before its time.
        later = cast.make_order(shop, {"LAMP": 1})
        allocate_due()
        assert allocated([later]) == [1]
        assert DeadLetter.objects.get().tries == 1

        DeadLetter.objects.update(retry_at=timezone.now())
        allocate_due()
        letter.refresh_from_db()
        assert letter.tries == 2
        assert timedelta(seconds=110) < letter.retry_at - timezone.now() <= timedelta(minutes=2)

    DeadLetter.objects.update(retry_at=timezone.now())
    allocate_due()
    assert allocated(orders) == [1, 1, 1, 1]
    assert not DeadLetter.objects.exists()


def test_the_watcher_goes_on_without_the_order_that_fails(shop):
    orders = [cast.make_order(shop, {"LAMP": 1}) for _ in range(3)]
    allocate_due()
    late = timezone.now() + timedelta(days=20)
    with spoiled("orders_event", order_id=orders[0].pk), time_machine.travel(late, tick=False):
        watch_promises()
        told = Event.objects.filter(kind__startswith="promise.").values_list("order", flat=True)
        assert set(told) == {orders[1].pk, orders[2].pk}
        assert DeadLetter.objects.get().order == orders[0]


def test_late_exchanges_are_called_off_without_the_one_that_fails(once):
    house, first = once(two_lamps)
    stuck = exchange(first)
    asked = exchange(delivered_order(house, {"LAMP": 1}, currency="EUR"))
    late = timezone.now() + timedelta(days=KEPT_DAYS + 2)
    with spoiled("orders_event", order_id=stuck.exchange_id):
        assert call_off_late(late) == 1
    assert Order.objects.get(pk=asked.exchange_id).status == "cancelled"
    letter = DeadLetter.objects.get()
    assert (letter.order, letter.work) == (first, "late_exchanges")
    assert call_off_late(late) == 0, "it is not retried before its time"

    DeadLetter.objects.update(retry_at=timezone.now())
    assert call_off_late(late) == 1
    assert not DeadLetter.objects.exists()


def test_an_outage_is_nobodys_fault(shop):
    order = cast.make_order(shop, {"LAMP": 1})
    work = Work("any", "Anything")

    def away(*_):
        raise OperationalError("the connection is lost")

    with pytest.raises(OperationalError):
        run_batch(work, away, due=lambda: [order.pk], alone=away)

    def fails():
        raise ValueError

    with pytest.raises(OperationalError):
        run_batch(work, fails, due=lambda: [order.pk], alone=away)
    assert not DeadLetter.objects.exists()


def test_a_row_of_no_order_that_fails_is_left_out():
    assert one_by_one("shares", [1, 0, 2], lambda number: 6 // number) == 9

    def away(_):
        raise OperationalError("the connection is lost")

    with pytest.raises(OperationalError):
        one_by_one("shares", [1], away)


def test_the_pause_between_tries_grows_to_an_hour(shop):
    order = cast.make_order(shop, {"LAMP": 1})
    work, pauses = Work("any", "Anything"), []

    def fails(*_):
        raise ValueError("a name that nobody may read")

    run_batch(work, fails, due=lambda: [order.pk], alone=fails)
    for _ in range(8):
        DeadLetter.objects.update(retry_at=timezone.now())
        assert retry_dead_letters(work, fails) == 0
        pauses.append(
            round((DeadLetter.objects.get().retry_at - timezone.now()) / timedelta(minutes=1))
        )
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    assert "nobody" not in DeadLetter.objects.get().error


def test_a_seller_retries_at_once(shop):
    order = cast.make_order(shop, {"LAMP": 1})
    letter = cast.make_dead_letter(order)
    client = Client()
    client.force_login(shop.owner, backend="orders.accounts.sign_in.ViewerBackend")

    page = client.get("/dashboard/").content.decode()
    assert "Failed: <span lang='en'>Reserving stock</span>." in page
    answer = client.post(f"/dashboard/dead-letters/{letter.pk}/retry/", {"back": "attention"})

    assert answer.status_code == 302
    allocate_due()
    assert allocated([order]) == [1]
    assert "Reserving stock</span>" not in client.get("/dashboard/").content.decode()
