"""A story of nine events in any order, twice and late: what the customer hears is one story."""

from collections import Counter
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from notifications.delivery.sending import send_due
from notifications.models import Message, MessageSettings
from orders.errors import DomainError
from orders.lifecycle.labelling import label_packages
from orders.models import Order, Package, Shipment
from orders.returns.handling import request_return
from tests.support import examples
from tests.support.cast import make_order, put_stock
from tests.support.stages import open_house, picked, started_run
from warehouse.couriers.runs import deliver_stop, fail_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.models import Stop

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STORY = (
    "confirmed", "packed", "ready", "shipped", "out_for_delivery", "attempt_failed",
    "out_for_delivery", "delivered", "return_requested",
)  # fmt: skip
# What a customer may not miss, whatever happened at once.
ESSENTIAL = ("confirmed", "delivered", "return_requested")
UNSENT = {"superseded", "suppressed"}


class Teller:
    """One order; `tell(n)` tries the n-th event of its story, which is refused before its time."""

    def __init__(self, house):
        self.house = house
        self.order = make_order(house.ada, {"LAMP": 2}, phone="")
        self.events = (
            lambda: picked(house, self.order),
            self.pack,
            self.make_ready,
            self.hand_over,
            partial(self.go_out, attempts=0),
            partial(self.at_the_door, attempts=1, end=self.fail),
            partial(self.go_out, attempts=1),
            partial(self.at_the_door, attempts=2, end=self.deliver),
            self.ask_for_return,
        )
        self.told = 0

    def tell(self, number):
        """An event that comes too early or again is refused, as a second scan would be."""
        if number > self.told:
            with pytest.raises((DomainError, LookupError)):
                self.events[number]()
        elif number == self.told:
            self.events[number]()
            self.told += 1
        elif number:  # taking the next walk is no event of this order any more
            with pytest.raises((DomainError, LookupError)):
                self.events[number]()

    @property
    def shipment(self):
        return _only(Shipment.objects.filter(order=self.order))

    @property
    def packages(self):
        return _some(Package.objects.filter(order=self.order))

    def pack(self):
        box = pack_unit(self.shipment, code="LAMP", quantity=2, actor=self.house.pat)
        close_package(box, actor=self.house.pat)

    def make_ready(self):
        label_packages(self.shipment, actor=self.house.pat)
        mark_ready(self.shipment, actor=self.house.pat)

    def hand_over(self):
        hand_over(self.packages, actor=self.house.pat)

    def go_out(self, attempts):
        if Stop.objects.filter(packages__in=self.packages).count() != attempts:
            raise DomainError("That tour has been planned.")
        started_run(self.house, self.packages)

    def at_the_door(self, attempts, end):
        stops = _some(Stop.objects.filter(packages__in=self.packages).order_by("pk"))
        if len(stops) != attempts:
            raise DomainError("The courier is not there.")
        end(stops[-1])

    def fail(self, stop):
        fail_stop(stop, reason="not_home", actor=self.house.cory)

    def deliver(self, stop):
        deliver_stop(stop, received_by="Grace", actor=self.house.cory)

    def ask_for_return(self):
        order = Order.objects.get(pk=self.order.pk)
        if order.returns.exists():
            raise DomainError("It was asked for.")
        request_return(order, units={order.lines.get().pk: 1}, reason="damaged")


def _only(rows):
    return _some(rows)[0]


def _some(rows):
    if not (found := list(rows)):
        raise LookupError("Nothing is there yet.")
    return found


def is_part_of(heard, story):
    """Whether what was heard is the story with some of it left out."""
    rest = iter(story)
    return all(name in rest for name in heard)


# A round tries every event, some of them twice; each brings the story on by one at least.
ROUND = st.tuples(
    st.permutations(range(len(STORY))),
    st.lists(st.sampled_from(range(len(STORY))), max_size=4),
    st.lists(st.booleans(), min_size=13, max_size=13),
)


@pytest.mark.parametrize("calm", [False, True])
@settings(
    max_examples=examples(3, 6),
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a failure is told as it came
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rounds=st.lists(ROUND, min_size=len(STORY), max_size=len(STORY)))
def test_any_shuffle_and_duplication_is_heard_as_one_story(calm, rounds, smtp_peer, houses):
    smtp_peer.reset()
    teller = Teller(houses(calm))
    for shuffled, again, sends in rounds:
        if teller.told == len(STORY):
            break
        for number, is_sending in zip([*shuffled, *again], sends, strict=False):
            teller.tell(number)
            if is_sending:
                send_due()
    send_due()
    assert_one_story(teller.order, smtp_peer, calm=calm)


def assert_one_story(order, smtp_peer, *, calm):
    rows = Message.objects.filter(order=order, audience="customer").order_by("pk")
    assert [row.template for row in rows] == list(STORY)
    heard = [row.template for row in rows if row.status == "sent"]
    assert is_part_of(heard, STORY)
    assert all(row.reason for row in rows if row.status in UNSENT)
    waiting = [row.status for row in rows if row.status not in {"sent", *UNSENT}]
    # Only calm lets something wait, and what waits behind it keeps its place.
    assert not waiting or (calm and waiting[0] == "held")
    assert set(waiting) <= {"held", "planned"}
    if not calm:
        assert set(ESSENTIAL) <= set(heard)
        assert heard[-1] == STORY[-1]
    to_grace = [mail for mail in smtp_peer.messages if mail.recipients == ["grace@example.com"]]
    assert len(to_grace) == len(heard)
    twice = Counter(mail.message["Message-ID"] for mail in to_grace)
    assert set(twice.values()) <= {1}


@pytest.fixture
def houses():
    """A house whose seller is calm or not; the same one for all examples of a test."""
    made = []

    def house(calm):
        if not made:
            made.append(open_house())
            put_stock(made[0].ada.products["LAMP"], 500)
            choice = MessageSettings.objects.filter(seller=made[0].ada.seller)
            choice.update(calm=calm)
        return made[0]

    return house
