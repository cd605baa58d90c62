"""The parcel of a return on its way back: what its carrier reports, in any order, told once."""

import threading
from datetime import timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from fulfillment.demo.peers import Fault
from orders.carriers.base import Seen
from orders.errors import DomainError
from orders.models import Event, Package, Return, ReturnLabel
from orders.returns.asked.limits import why_not_decided
from orders.returns.handling import cancel_return, revise_return
from orders.returns.labels.following import save_journey
from orders.returns.labels.requests import make_new_label, void_label
from orders.returns.labels.sweep import sweep_return_labels
from orders.states import ReturnStatus
from tests.orders.return_labels.stories import approved, gives, sweep
from tests.support import examples
from tests.support.racing import race
from tests.support.stages import open_house
from warehouse.returns.inspection import receive_return

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

HOUR = timedelta(hours=1)


@pytest.fixture
def house(once, carrier_peer):
    return once(open_house)


@pytest.fixture
def label(house, carrier_peer):
    gives(house, "peer:label")
    approved(house)
    sweep()
    # Made two days ago, so that what is reported since has its own moments.
    ReturnLabel.objects.update(answered_at=timezone.now() - 48 * HOUR)
    return fresh()


def fresh():
    return ReturnLabel.objects.select_related("order_return").get()


def told():
    return Event.objects.filter(kind="return.handed_in").count()


def moments(label):
    return label.handed_in_at, label.in_transit_at, label.arrived_at


def test_reports_in_any_order_and_repeated_say_the_same(label):
    now = timezone.now()
    taken, moving, there = now - 30 * HOUR, now - 20 * HOUR, now - 2 * HOUR
    reports = [
        Seen("taken", taken),
        Seen("moving", moving),
        Seen("moving", moving + HOUR),
        Seen("there", there),
        Seen("a word of theirs", now),
    ]

    # Of every fifth: in those, too, each report comes in each place.
    for order in list(permutations(reports))[:: examples(5, 1)]:
        ReturnLabel.objects.update(handed_in_at=None, in_transit_at=None, arrived_at=None)
        for _ in range(2):
            for one in order:
                save_journey(fresh(), [one])
        assert moments(fresh()) == (taken, moving, there)
    assert Return.objects.get().status == "approved", "the warehouse receives it, no carrier"


def test_that_it_is_handed_in_is_told_once(label):
    now = timezone.now()
    save_journey(label, [Seen("moving", now - HOUR)])
    assert told() == 1

    save_journey(fresh(), [Seen("taken", now - 3 * HOUR), Seen("moving", now - HOUR)])
    save_journey(fresh(), [Seen("there", now)])

    assert (told(), fresh().handed_in_at) == (1, now - 3 * HOUR)
    assert Event.objects.get(kind="return.handed_in").subject_id == label.order_return_id


def test_moments_that_cannot_be_are_those_of_the_report(label):
    before = timezone.now()
    wrong = [None, timezone.now().replace(tzinfo=None), timezone.now() + 9 * HOUR]
    for at in wrong:
        ReturnLabel.objects.update(handed_in_at=None)
        save_journey(fresh(), [Seen("taken", at)])
        assert before <= fresh().handed_in_at <= timezone.now()

    ReturnLabel.objects.update(handed_in_at=None)
    save_journey(fresh(), [Seen("taken", before - 900 * HOUR)])
    assert fresh().handed_in_at == fresh().answered_at, "not before there was a label"


def test_the_carrier_is_looked_at_until_the_parcel_is_there(label, carrier_peer):
    number, now = label.tracking_number, timezone.now()
    parcels = list(Package.objects.order_by("pk").values("status", "tracking_number"))
    assert (sweep(60), sweep(3700), carrier_peer.looks) == (0, 1, 1)

    carrier_peer.journeys[number] = [{"word": "taken", "at": now.isoformat()}]
    carrier_peer.look_behaviour = lambda number: Fault(500)
    sweep(8000)
    assert (told(), fresh().handed_in_at) == (0, None)
    carrier_peer.look_behaviour = None
    sweep(12_000)
    assert (told(), fresh().handed_in_at) == (1, now)

    carrier_peer.journeys[number].append({"word": "there", "at": now.isoformat()})
    sweep(20_000)
    assert (fresh().arrived_at, sweep(90_000), carrier_peer.looks) == (now, 0, 4)
    assert list(Package.objects.order_by("pk").values("status", "tracking_number")) == parcels


def test_a_label_that_nobody_uses_is_not_looked_at_for_ever(label, carrier_peer):
    ReturnLabel.objects.update(asked_at=timezone.now() - timedelta(days=151))
    sweep(3700)

    assert (fresh().due_at, carrier_peer.looks) == (None, 1)


def test_a_label_that_is_used_is_neither_voided_nor_made_anew(house, label, carrier_peer):
    save_journey(label, [Seen("taken", timezone.now())])
    back = Return.objects.get()
    for act in (make_new_label, void_label):
        with pytest.raises(DomainError, match="on its way already"):
            act(back, actor=house.ada.owner)

    sweep(7200)

    assert (fresh().state, carrier_peer.voided) == ("ready", [])


def test_what_is_handed_in_is_neither_cancelled_nor_refused(house, label):
    back = Return.objects.get()
    assert why_not_decided(back, ReturnStatus.REFUSED) == ""
    save_journey(label, [Seen("taken", timezone.now())])
    said = f"The parcel of return {back} is on its way already."

    for act in (
        lambda: cancel_return(back),
        lambda: revise_return(back, words="It was worn.", actor=house.ada.owner),
    ):
        with pytest.raises(DomainError, match=said):
            act()

    assert why_not_decided(Return.objects.get(), ReturnStatus.REFUSED) == said
    assert why_not_decided(Return.objects.get(), ReturnStatus.APPROVED) != ""
    assert Return.objects.get().status == "approved"
    assert not Event.objects.filter(kind__in=("return.cancelled", "return.refused")).exists()


def test_a_label_whose_parcel_came_before_any_report_is_not_voided(house, label, carrier_peer):
    back = Return.objects.get()
    received = {part.pk: part.approved for part in back.lines.all()}
    receive_return(back, received=received, actor=house.pat)

    with pytest.raises(DomainError, match="is received: it needs no label"):
        void_label(back, actor=house.ada.owner)
    sweep(3700)
    sweep(7400)

    assert (fresh().state, fresh().due_at, carrier_peer.voided) == ("ready", None, [])


def test_a_return_cancelled_while_its_carrier_is_asked_loses_its_label(label, carrier_peer):
    asked, go_on = threading.Event(), threading.Event()

    def hang(number):
        asked.set()
        assert go_on.wait(20)

    def cancel_meanwhile():
        assert asked.wait(20)
        cancel_return(Return.objects.get())
        go_on.set()

    carrier_peer.look_behaviour = hang
    ReturnLabel.objects.update(due_at=timezone.now())
    race(sweep_return_labels, cancel_meanwhile)
    sweep()

    assert carrier_peer.voided == [str(label.pk)]
    assert (fresh().state, fresh().voided_at is not None) == ("void", True)
