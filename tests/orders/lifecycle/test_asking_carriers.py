"""A carrier is asked outside: nothing is locked, nothing is asked twice, nothing is half done."""

import signal
import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from psycopg import sql

from fulfillment.demo.peers import Fault
from fulfillment.demo.peers.carrier import DRAWN
from orders.carriers.asking import ask_label, ask_void
from orders.carriers.base import Label
from orders.errors import DomainError
from orders.lifecycle.address import PostalAddress, enter_address
from orders.lifecycle.holds import hold_order, release_hold
from orders.lifecycle.label_requests import label_file_of, save_answer
from orders.lifecycle.label_sweep import sweep_labels
from orders.lifecycle.labelling import ask_for_labels, label_packages
from orders.models import Event, LabelRequest
from tests.support.databases import superuser
from tests.support.labels import boxes, label, sweep
from tests.support.racing import killed_by, race
from tests.support.servers import DATABASE
from tests.support.stages import open_house, packed_shipment
from warehouse.floor.putting_back import put_back
from warehouse.floor.undo import undo_packed

pytestmark = pytest.mark.django_db

TWO_BOXES = [{"LAMP": 1}, {"LAMP": 1}]


@pytest.fixture
def house(once, carrier_peer):
    return once(open_house)


def one_box():
    """The warehouse, and a packed shipment of one box."""
    house = open_house()
    return house, packed_shipment(house, {"LAMP": 1})


def two_boxes():
    """The same with two boxes."""
    house = open_house()
    return house, packed_shipment(house, {"LAMP": 2}, boxes=TWO_BOXES)


@pytest.fixture
def fuses(tmp_path, settings):
    settings.CRASH_POINTS, settings.PROCESS_NAME = str(tmp_path), "fulfillment web"
    return tmp_path


def test_a_foreign_label_goes_on_its_box_as_the_carrier_drew_it(once, carrier_peer):
    house, shipment = once(two_boxes)

    labelled = label(shipment, house)

    made = {sticker.box: sticker.number for sticker in carrier_peer.messages}
    assert {box.number: box.tracking_number for box in labelled} == made
    assert boxes(shipment) == [("labelled", "peer", made[number]) for number in sorted(made)]
    assert {label_file_of(box).content for box in labelled} == {DRAWN}
    assert {sticker.postcode for sticker in carrier_peer.messages} == {"10117"}
    assert (sweep(3600), carrier_peer.attempts) == (0, 2)


def test_nobody_asks_a_carrier_in_a_transaction(once, carrier_peer):
    house, shipment = once(one_box)

    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction open"):
        label(shipment, house)
    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction open"):
        sweep_labels()
    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction open"):
        ask_label("peer", None, seconds=1)
    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction open"):
        ask_void("peer", Label("key", ""), seconds=1)

    assert (carrier_peer.attempts, LabelRequest.objects.count()) == (0, 0)


def hung(carrier_peer, shipment, house, meanwhile):
    """(results, refusals) of asking for labels; `meanwhile` is done while the carrier hangs."""
    asked, go_on = threading.Event(), threading.Event()

    def hang(_):
        asked.set()
        assert go_on.wait(10)

    def act():
        try:
            assert asked.wait(10)
            meanwhile()
        finally:
            go_on.set()

    carrier_peer.behaviour = hang
    try:
        return race(lambda: label(shipment, house), act)
    finally:
        carrier_peer.behaviour = None


def test_nothing_is_locked_while_the_carrier_keeps_us_waiting(once, carrier_peer):
    house, shipment = once(one_box)
    locked = []

    def lock_all():
        with superuser(DATABASE) as other, other.transaction():
            for table in ("order", "shipment", "package", "labelrequest"):
                statement = sql.SQL("SELECT id FROM {} FOR UPDATE NOWAIT")
                rows = other.execute(statement.format(sql.Identifier(f"orders_{table}")))
                locked.append(len(rows.fetchall()))
            (idle,) = other.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
            ).fetchone()
            locked.append(idle)

    _, refusals = hung(carrier_peer, shipment, house, lock_all)

    assert (locked, refusals) == ([1, 1, 1, 1, 0], [])
    assert boxes(shipment) == [("labelled", "peer", carrier_peer.messages[0].number)]


def put_everything_back(shipment, house):
    put_back(shipment, actor=house.pat)


def open_again(shipment, house):
    undo_packed(shipment, actor=house.pat)


def hold(shipment, house):
    hold_order(shipment.order, reason="seller", actor=house.ada.owner)


@pytest.mark.parametrize(
    ("change", "status"),
    [(put_everything_back, "cancelled"), (open_again, "packing"), (hold, "packed")],
)
def test_a_label_that_nobody_wants_any_more_is_voided(once, carrier_peer, change, status):
    house, shipment = once(one_box)

    _, refusals = hung(carrier_peer, shipment, house, lambda: change(shipment, house))

    (refusal,) = refusals
    assert refusal.startswith(f"Box {shipment}/1 is not to be labelled any more")
    assert boxes(shipment) == [(status, "", "")]
    assert not Event.objects.filter(kind="package.labelled").exists()
    assert (sweep(), carrier_peer.voided) == (1, [carrier_peer.messages[0].key])
    assert LabelRequest.objects.get().voided_at
    assert (sweep(3600), boxes(shipment)) == (0, [(status, "", "")])


def test_a_label_with_the_former_address_is_voided(once, carrier_peer):
    house, shipment = once(one_box)
    moved = PostalAddress("Grace", "New street 1", "20095", "Hamburg", "DE")

    _, refusals = hung(
        carrier_peer,
        shipment,
        house,
        lambda: enter_address(shipment.order, address=moved, actor=house.ada.owner),
    )
    label(shipment, house)
    sweep()

    assert len(refusals) == 1
    former, present = carrier_peer.messages
    assert (former.postcode, present.postcode) == ("10117", "20095")
    assert carrier_peer.voided == [former.key]
    assert boxes(shipment) == [("labelled", "peer", present.number)]


@pytest.mark.parametrize("point", ["before-label", "after-label"])
@pytest.mark.parametrize("next_asker", ["worker", "sweep"])
def test_after_a_kill_the_same_key_gives_one_label(once, carrier_peer, fuses, point, next_asker):
    house, shipment = once(one_box)
    (fuses / f"web.{point}").write_text("1")

    assert killed_by(lambda: label(shipment, house)) == signal.SIGKILL
    assert boxes(shipment) == [("packed", "", "")]
    if next_asker == "worker":
        label(shipment, house)
    else:
        assert sweep() == 0, "the one who asked may still be at it"
        assert sweep(60) == 1

    (made,) = carrier_peer.messages
    assert carrier_peer.attempts == (2 if point == "after-label" else 1)
    assert boxes(shipment) == [("labelled", "peer", made.number)]
    assert Event.objects.get(kind="package.labelled").actor == house.pat
    assert sweep(3600) == 0


def test_what_a_killed_asker_left_is_voided_when_nobody_wants_it(once, carrier_peer, fuses):
    house, shipment = once(one_box)
    (fuses / "web.after-label").write_text("1")
    killed_by(lambda: label(shipment, house))

    put_back(shipment, actor=house.pat)
    assert sweep(60) == 1

    assert carrier_peer.voided == [carrier_peer.messages[0].key]
    assert carrier_peer.attempts == 1
    assert boxes(shipment) == [("cancelled", "", "")]


def test_answers_of_an_asker_that_was_killed_later_are_put_on(once, carrier_peer):
    house, shipment = once(two_boxes)
    ask_for_labels(shipment, carrier="peer", actor=house.pat)

    assert sweep(60) == 1

    assert {status for status, _, _ in boxes(shipment)} == {"labelled"}
    assert carrier_peer.attempts == 2


def test_a_refusal_names_the_box_and_leaves_nothing_half_done(once, carrier_peer):
    house, shipment = once(two_boxes)
    carrier_peer.behaviour = lambda made: (
        Fault(422, "postcode unknown") if made.box.endswith("/2") else None
    )

    with pytest.raises(DomainError) as refusal:
        label(shipment, house)

    text = f"Box {shipment}/2 has no label from Peer Express: it refused: postcode unknown."
    assert str(refusal.value) == text
    assert boxes(shipment) == [("packed", "", "")] * 2
    first, second = LabelRequest.objects.order_by("package__number")
    assert (second.cause, second.due_at) == ("refused", None)
    assert (sweep(), carrier_peer.voided) == (1, [str(first.pk)])

    carrier_peer.behaviour = None
    label(shipment, house)
    assert {status for status, _, _ in boxes(shipment)} == {"labelled"}
    assert len(carrier_peer.messages) == 3


@pytest.mark.parametrize("fault", [Fault(500), Fault(hang=3, kept=True), Fault(reset=True)])
def test_a_carrier_that_does_not_answer_is_asked_again(house, carrier_peer, settings, fault):
    settings.CARRIER_TIMEOUT = 1
    shipment = packed_shipment(house, {"LAMP": 1})
    carrier_peer.behaviour = lambda made: fault

    with pytest.raises(DomainError, match=f"Box {shipment}/1 has no label from Peer Express"):
        label(shipment, house)
    request = LabelRequest.objects.get()
    assert (request.cause, request.attempts) == ("unanswered", 1)
    assert boxes(shipment) == [("packed", "", "")]
    assert sweep(20) == 1
    request.refresh_from_db()
    assert request.attempts == 2
    assert request.due_at > timezone.now() + timedelta(seconds=20 + 25), "later each time"

    carrier_peer.behaviour = None
    assert sweep(100) == 1
    (made,) = carrier_peer.messages
    assert made.key == str(request.pk)
    assert boxes(shipment) == [("labelled", "peer", made.number)]


def test_a_label_is_voided_until_the_carrier_says_so(once, carrier_peer):
    house, shipment = once(one_box)
    label(shipment, house)
    carrier_peer.void_behaviour = lambda key: Fault(500, "not now")

    undo_packed(shipment, actor=house.pat)
    assert (sweep(), carrier_peer.voided) == (1, [])
    request = LabelRequest.objects.get()
    assert (request.cause, request.reason) == ("unanswered", "it answered 500: not now.")
    carrier_peer.void_behaviour = lambda key: Fault(422, "it has left")
    assert sweep(20) == 1
    request.refresh_from_db()
    assert (request.cause, request.due_at, request.voided_at) == ("refused", None, None)


def test_a_void_that_was_killed_is_done_by_the_next(once, carrier_peer, fuses):
    house, shipment = once(one_box)
    label(shipment, house)
    undo_packed(shipment, actor=house.pat)
    (fuses / "web.after-void").write_text("1")

    assert killed_by(sweep_labels) == signal.SIGKILL
    assert (sweep(60), LabelRequest.objects.get().voided_at is not None) == (1, True)

    assert carrier_peer.voided == [carrier_peer.messages[0].key]


def test_two_workers_get_one_label(once, carrier_peer):
    house, shipment = once(one_box)

    results, refusals = race(*[lambda: label(shipment, house)] * 2)

    assert (len(results), len(refusals)) == (1, 1)
    assert len(carrier_peer.messages) == LabelRequest.objects.count() == 1


def test_of_two_workers_one_gets_the_label_though_the_other_is_not_answered(once, carrier_peer):
    house, shipment = once(one_box)
    asked, labelled = threading.Event(), threading.Event()

    def lose_the_first(_):
        if not asked.is_set():
            asked.set()
            assert labelled.wait(10)
            return Fault(500, "not now")
        return None

    def label_meanwhile():
        assert asked.wait(10)
        try:
            return label(shipment, house)
        finally:
            labelled.set()

    carrier_peer.behaviour = lose_the_first
    results, refusals = race(lambda: label(shipment, house), label_meanwhile)

    assert len(results) == 1
    assert refusals == [f"Shipment {shipment} has no packed box without a label."]


def test_a_sweep_takes_nothing_from_a_label_that_is_on_its_box(once, carrier_peer):
    house, shipment = once(one_box)
    label(shipment, house)
    LabelRequest.objects.update(due_at=timezone.now())  # it was claimed just before

    sweep()

    assert LabelRequest.objects.get().unwanted_at is None
    assert carrier_peer.voided == []


def test_a_held_order_is_labelled_after_its_hold(once, carrier_peer):
    house, shipment = once(one_box)
    held = hold_order(shipment.order, reason="seller", actor=house.ada.owner)

    with pytest.raises(DomainError, match="set it aside until the hold is released"):
        label(shipment, house)
    assert carrier_peer.attempts == 0
    release_hold(held, actor=house.ada.owner)

    assert len(label(shipment, house)) == 1


def test_another_carrier_is_asked_and_the_first_one_voids(once, carrier_peer):
    house, shipment = once(one_box)
    carrier_peer.behaviour = lambda made: Fault(500, kept=True)
    with pytest.raises(DomainError):
        label(shipment, house)

    label_packages(shipment, carrier="own", actor=house.pat)
    sweep(60)

    assert [carrier for _, carrier, _ in boxes(shipment)] == ["own"]
    assert carrier_peer.voided == [carrier_peer.messages[0].key]


def test_a_carrier_that_forgets_keys_is_written_down_once(house, carrier_peer, caplog):
    carrier_peer.forgetful = True
    shipment = packed_shipment(house, {"LAMP": 1})

    hung(carrier_peer, shipment, house, lambda: None)
    label_of = LabelRequest.objects.select_related("package").get()
    save_answer(label_of, Label(str(label_of.pk), "PX2"))

    assert "a second one for its key, PX2" in caplog.text
    assert LabelRequest.objects.get().tracking_number == carrier_peer.messages[0].number
