"""The label of a return: asked for once, kept as the carrier gave it, void once it is of no use."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from fulfillment.demo.peers import Fault
from fulfillment.demo.peers.carrier import DRAWN
from orders.carriers import CARRIERS, OWN
from orders.carriers.asking import ask_journey, ask_return_label
from orders.errors import DomainError
from orders.models import Event, Package, ReturnLabel
from orders.returns.handling import approve_return, cancel_return, revise_return
from orders.returns.labels.offers import offers
from orders.returns.labels.requests import MOST_ATTEMPTS, make_new_label, void_label
from orders.returns.labels.sweep import sweep_return_labels
from orders.returns.terms import change_terms
from tests.orders.return_labels.stories import approved, gives, requested, sweep
from tests.support.racing import race
from tests.support.stages import open_house

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]


@pytest.fixture
def house(once, carrier_peer):
    return once(open_house)


def only_label():
    return ReturnLabel.objects.select_related("order_return").get()


def happened(back):
    rows = Event.objects.filter(subject_id=back.pk).exclude(kind="return.requested")
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_carriers_offer_what_they_give(house):
    assert [str(one) for one in offers()] == [
        "own:code", "peer:label", "peer:code", "peer:both",
    ]  # fmt: skip


def test_an_approved_return_gets_its_label_from_the_carrier(house, carrier_peer):
    gives(house, "peer:both")

    back = approved(house)
    assert (only_label().state, carrier_peer.attempts) == ("asked", 0), "nobody is asked inside"
    assert sweep() == 1

    label, [made] = only_label(), carrier_peer.messages
    assert (label.state, label.carrier, label.asked_by) == ("ready", "peer", house.ada.owner)
    assert (label.tracking_number, bytes(label.file)) == (made.number, DRAWN)
    assert (label.media_type, label.code) == ("application/pdf", f"PEER/{made.number}")
    assert (made.key, made.box) == (str(label.pk), back.number)
    assert made.postcode == house.warehouse.postcode, "it goes to the warehouse"
    assert happened(back) == ["return.approved", "return.label_made"]
    assert Package.objects.exclude(tracking_number="").values("tracking_number").get() != {
        "tracking_number": made.number
    }, "what was sent keeps its own number"


@pytest.mark.parametrize(
    ("offer", "file", "code"), [("peer:label", DRAWN, ""), ("peer:code", b"", "PEER/")]
)
def test_only_what_the_seller_chose_is_kept(house, carrier_peer, offer, file, code):
    gives(house, offer)
    approved(house)
    sweep()

    label = only_label()
    assert (bytes(label.file), label.code[:5]) == (file, code)


def test_own_couriers_give_a_code_without_a_network(house):
    gives(house, "own:code")
    approved(house)
    sweep()

    label = only_label()
    assert CARRIERS[OWN].recognises(label.tracking_number)
    assert (label.code, bytes(label.file), label.due_at) == (label.tracking_number, b"", None)


def test_without_a_carrier_there_is_no_label(house, carrier_peer):
    approved(house)

    assert (sweep(3600), carrier_peer.attempts, ReturnLabel.objects.count()) == (0, 0, 0)


def test_what_the_customer_keeps_needs_no_label(house):
    gives(house, "peer:label")
    kept = {"return_choices": house.ada.seller.return_choices | {"keep": [100_000, "EUR"]}}
    change_terms(house.ada.seller, kept, actor=None)

    back = approved(house, currency="EUR", price=500)

    assert (back.is_kept, ReturnLabel.objects.count()) == (True, 0)


def test_nobody_asks_a_carrier_in_a_transaction(house, carrier_peer):
    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction open"):
        ask_return_label("peer", None, ["label"], seconds=1)
    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction open"):
        ask_journey("peer", "PX", seconds=1)
    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction open"):
        sweep_return_labels()

    assert (carrier_peer.attempts, carrier_peer.looks) == (0, 0)


def test_an_answer_that_was_lost_is_asked_for_with_the_same_key(house, carrier_peer):
    gives(house, "peer:label")
    carrier_peer.behaviour = lambda made: Fault(500, kept=True)
    back = approved(house)
    sweep()
    assert (only_label().state, only_label().cause) == ("asked", "unanswered")

    carrier_peer.behaviour = None
    assert (sweep(5), sweep(60)) == (0, 1), "after a while"

    assert (only_label().state, len(carrier_peer.messages)) == ("ready", 1)
    assert (carrier_peer.attempts, carrier_peer.voided) == (2, [])
    assert happened(back) == ["return.approved", "return.label_made"]


def test_a_refusal_is_for_good_and_told(house, carrier_peer):
    gives(house, "peer:label")
    carrier_peer.behaviour = lambda made: Fault(422, "no service there")
    back = approved(house)
    sweep()

    label = only_label()
    assert (label.state, label.reason) == ("failed", "it refused: no service there.")
    assert happened(back) == ["return.approved", "return.label_failed"]
    assert (sweep(3600), carrier_peer.attempts, carrier_peer.voided) == (0, 1, [])


@pytest.mark.parametrize(
    "answer",
    [{"number": ""}, {"file": b""}, {"media_type": "text/html"}, {"number": "N" * 41}],
)
def test_an_answer_of_no_use_is_given_up_and_voided(house, carrier_peer, answer):
    gives(house, "peer:label")
    carrier_peer.answer = answer
    approved(house)
    sweep()

    label = only_label()
    assert (label.state, label.cause, label.tracking_number) == ("failed", "broken", "")
    assert carrier_peer.voided == [str(label.pk)]
    assert only_label().voided_at is not None


def test_a_code_that_cannot_be_shown_is_no_answer(house, carrier_peer):
    gives(house, "peer:code")
    carrier_peer.answer = {"code": "line\nline"}
    approved(house)
    sweep()

    assert (only_label().cause, only_label().state) == ("broken", "failed")


def test_a_carrier_that_never_answers_is_given_up(house, carrier_peer):
    gives(house, "peer:label")
    carrier_peer.behaviour = lambda made: Fault(503)
    back = approved(house)
    for hour in range(MOST_ATTEMPTS + 3):
        sweep(hour * 3600)

    label = only_label()
    assert (label.state, carrier_peer.attempts) == ("failed", MOST_ATTEMPTS)
    assert carrier_peer.voided == [str(label.pk)], "it may have been made"
    assert happened(back) == ["return.approved", "return.label_failed"]


@pytest.mark.parametrize("of_what", ["box", "return"])
def test_the_number_of_another_parcel_is_refused(house, carrier_peer, of_what):
    gives(house, "peer:label")
    carrier_peer.answer = {"number": "TWICE"}
    if of_what == "box":
        requested(house)
        Package.objects.update(carrier="peer", tracking_number="TWICE")
    else:
        approved(house)
        sweep()
    last = approved(house)
    sweep()

    label = ReturnLabel.objects.get(order_return=last)
    assert (label.state, label.cause) == ("failed", "broken")
    assert carrier_peer.voided == [str(label.pk)]


@pytest.mark.parametrize("ending", ["cancel", "refuse"])
def test_a_label_is_void_once_its_return_is_off(house, carrier_peer, ending):
    gives(house, "peer:label")
    back = approved(house)
    sweep()
    if ending == "cancel":
        cancel_return(back)
    else:
        revise_return(back, words="It was worn.", actor=house.ada.owner)

    assert sweep() == 1

    label = only_label()
    assert (label.state, carrier_peer.voided) == ("void", [str(label.pk)])
    assert (label.voided_at is not None, sweep(3600)) == (True, 0)


def test_a_return_that_is_cancelled_before_it_is_asked_for_makes_no_label(house, carrier_peer):
    gives(house, "peer:label")
    cancel_return(approved(house))

    assert (sweep(), carrier_peer.attempts, len(carrier_peer.voided)) == (1, 0, 1)


def test_a_label_that_is_answered_after_the_cancellation_is_voided(house, carrier_peer):
    gives(house, "peer:both")
    back = approved(house)
    asked, go_on = threading.Event(), threading.Event()

    def hang(made):
        asked.set()
        assert go_on.wait(20)

    carrier_peer.behaviour = hang

    def cancel_meanwhile():  # no lock is held while the carrier is asked
        assert asked.wait(20)
        cancel_return(back)
        go_on.set()

    race(sweep_return_labels, cancel_meanwhile)
    label = only_label()
    assert (label.state, label.tracking_number) == ("void", carrier_peer.messages[0].number)
    assert (bytes(label.file), label.code) == (b"", ""), "the customer may be erased by now"

    sweep()

    assert carrier_peer.voided == [str(label.pk)]
    assert happened(back) == ["return.approved", "return.cancelled"]


def test_a_void_that_fails_is_tried_again(house, carrier_peer):
    gives(house, "peer:label")
    back = approved(house)
    sweep()
    cancel_return(back)
    carrier_peer.void_behaviour = lambda key: Fault(500)
    sweep()
    assert (only_label().voided_at, carrier_peer.voided) == (None, [])

    carrier_peer.void_behaviour = None
    sweep(3600)

    assert only_label().voided_at is not None


def test_a_return_that_is_approved_again_gets_another_label(house, carrier_peer):
    gives(house, "peer:label")
    back = approved(house)
    sweep()
    revise_return(back, words="It was worn.", actor=house.ada.owner)
    revise_return(back, actor=house.ada.owner)
    sweep()

    states = [row.state for row in ReturnLabel.objects.order_by("pk")]
    assert (states, len(carrier_peer.voided)) == (["void", "ready"], 1)


def test_the_seller_makes_a_new_label_and_voids_it(house, carrier_peer):
    gives(house, "peer:label")
    back = approved(house)
    sweep()
    make_new_label(back, actor=house.ada.owner)
    sweep()
    assert [row.state for row in ReturnLabel.objects.order_by("pk")] == ["void", "ready"]

    void_label(back, actor=house.ada.owner)
    sweep()

    assert [row.state for row in ReturnLabel.objects.order_by("pk")] == ["void", "void"]
    assert len(carrier_peer.voided) == 2
    assert Event.objects.get(kind="return.label_voided").actor == house.ada.owner
    with pytest.raises(DomainError, match="has no label"):
        void_label(back, actor=house.ada.owner)


def test_no_label_is_made_where_none_is_of_use(house):
    asked = requested(house)
    gives(house, "peer:label")
    with pytest.raises(DomainError, match=r"is requested: it needs no label\."):
        make_new_label(asked, actor=house.ada.owner)

    gives(house, "")
    approve_return(asked, actor=house.ada.owner)
    with pytest.raises(DomainError, match="who makes the labels"):
        make_new_label(asked, actor=house.ada.owner)

    assert ReturnLabel.objects.count() == 0


def test_two_sweeps_ask_for_a_label_once(house, carrier_peer):
    gives(house, "peer:label")
    approved(house)
    race(*[sweep_return_labels] * 4)

    assert (carrier_peer.attempts, only_label().state) == (1, "ready")


def test_the_database_keeps_one_wanted_label_of_a_return(house):
    gives(house, "peer:label")
    back = approved(house)

    with pytest.raises(IntegrityError, match="one_label_is_wanted_per_return"):
        ReturnLabel.objects.create(
            seller=back.seller, order_return=back, carrier="peer", wants_label=True,
            wants_code=False, due_at=timezone.now(),
        )  # fmt: skip


def test_a_killed_sweep_loses_its_lease(house, carrier_peer, settings):
    gives(house, "peer:label")
    approved(house)
    ReturnLabel.objects.update(due_at=timezone.now() + timedelta(seconds=40))  # another's lease
    assert (sweep(), carrier_peer.attempts) == (0, 0)

    with time_machine.travel(timezone.now() + timedelta(seconds=41)):
        assert sweep_return_labels() == 1
    assert only_label().state == "ready"
