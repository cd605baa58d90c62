"""The mails about a return with a label: what is there, what is not yet; that it is handed in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fulfillment.demo.peers import Fault
from notifications.facts import load_facts
from notifications.models import Message
from notifications.words.rendering import render
from orders.carriers.base import Seen
from orders.exchanges.requesting import request_exchange
from orders.models import Return, ReturnLabel, Seller
from orders.problems.answering import answer_problem
from orders.problems.reporting import report_problem, reportable
from orders.returns.ahead import remind
from orders.returns.handling import approve_return
from orders.returns.labels.following import save_journey
from orders.returns.labels.requests import make_new_label, void_label
from tests.notifications.saying import at_ten
from tests.orders.return_labels.stories import approved, gives, sweep
from tests.support.cast import MONDAY, put_stock
from tests.support.stages import delivered_order, open_house

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

MAKING = (
    "A return label is being made: please wait for it before you send your parcel. The tracking "
    "page shows whether it is ready."
)
READY = "The tracking page shows your return label, or the code to show instead."
PAYS = {
    ("seller", "en"): "Ada's Lamps pays for sending it back.",
    ("seller", "de"): "Den Rückversand bezahlt Ada's Lamps.",
    ("seller", "fr"): "Ada's Lamps prend en charge les frais de retour.",
    ("seller", "es"): "Ada's Lamps paga los gastos de devolución.",
    ("seller", "ar"): "يتحمل Ada's Lamps تكلفة شحن الإرجاع.",
    ("seller", "ja"): "返送料はAda's Lampsが負担します。",
    ("customer", "en"): "You pay for sending it back.",
    ("customer", "de"): "Den Rückversand bezahlen Sie.",
    ("customer", "fr"): "Les frais de retour sont à votre charge.",
    ("customer", "es"): "Los gastos de devolución corren por su cuenta.",
    ("customer", "ar"): "تتحمل أنت تكلفة شحن الإرجاع.",
    ("customer", "ja"): "返送料はお客様のご負担となります。",
}
NOTHING = "That is all the parcel needs: you need not write anything on it."


@pytest.fixture
def house(once, carrier_peer):
    with at_ten:
        yield once(open_house)


def text(back, template):
    return plain(mails(back, template).get())


def plain(row):
    said = render(load_facts([row])[0], now=MONDAY).text
    return " ".join(said.replace("\u2068", "").replace("\u2069", "").split())


def test_the_approval_says_what_is_there_when_it_leaves(house):
    gives(house, "peer:both")
    back = approved(house)
    assert MAKING in text(back, "return_approved")

    sweep()

    told, number = text(back, "return_approved"), ReturnLabel.objects.get().tracking_number
    assert (
        f"{READY} {NOTHING} The tracking number of the parcel is {number} (Peer Express)." in told
    )
    assert MAKING not in told


def test_a_code_of_own_couriers_has_no_number_to_follow(house):
    gives(house, "own:code")
    back = approved(house)
    sweep()

    told = text(back, "return_approved")
    assert (READY in told, "tracking number" in told) == (True, False)
    assert f"write {back.number} on the parcel and send it to this address." in told, "or bring it"


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar", "ja"])
def test_nobody_writes_an_address_on_a_parcel_with_a_label(house, language):
    plain_one = approved(house, language=language)
    gives(house, "peer:both")
    back = approved(house, language=language)
    waiting = text(back, "return_approved")
    sweep()

    ready, house_name = text(back, "return_approved"), back.warehouse.name
    assert house_name in text(plain_one, "return_approved")
    assert (house_name in waiting, house_name in ready) == (False, False)
    assert ReturnLabel.objects.get().tracking_number in ready


def test_what_no_carrier_makes_is_not_promised(house, carrier_peer):
    gives(house, "peer:label")
    carrier_peer.behaviour = lambda made: Fault(422, "blocked")
    back = approved(house)
    sweep()

    assert "return label" not in text(back, "return_approved")


def test_without_a_carrier_nothing_is_said_of_labels(house):
    assert "label" not in text(approved(house), "return_approved")


def test_that_it_is_handed_in_is_told_once_with_its_number(house):
    gives(house, "peer:label")
    back = approved(house)
    sweep()
    label = ReturnLabel.objects.get()
    for word in ("taken", "moving", "taken"):
        save_journey(label, [Seen(word, None)])

    told = text(back, "return_handed_in")

    assert f"Your return {back.number} of order" in told
    assert f"was handed in. The tracking number of the parcel is {label.tracking_number}" in told


def mails(back, template):
    return Message.objects.filter(order=back.order_id, template=template, channel="email")


def test_the_approval_waits_until_its_label_is_there_or_given_up(house, carrier_peer):
    gives(house, "peer:label")
    for fault in (None, Fault(422, "blocked")):
        carrier_peer.behaviour = lambda made, fault=fault: fault
        back = approved(house)
        mail = mails(back, "return_approved").get()
        assert mail.next_attempt_at - mail.created_at > timedelta(minutes=40)

        sweep()

        assert mails(back, "return_approved").get().next_attempt_at < soon()
        other = mails(back, "return_label").get()
        assert (other.status, other.cause) == ("superseded", "told_together")


def asked_back(house, **fields):
    """A lamp that its customer reported as damaged, and that Ada wants back."""
    order = delivered_order(house, {"LAMP": 1}, **fields)
    key = reportable(order)[0].key
    problem = report_problem(order, key=key, kind="damaged", quantity=1, words="Broken")
    answer_problem(problem, "return", words="", actor=house.ada.owner)
    return order.returns.get()


def test_what_is_asked_back_waits_for_its_label_as_an_approval_does(house):
    gives(house, "peer:both")
    back = asked_back(house)
    mail = mails(back, "problem_return").get()
    assert mail.next_attempt_at - mail.created_at > timedelta(minutes=40)
    assert MAKING in plain(mail)

    sweep()

    assert mails(back, "problem_return").get().next_attempt_at < soon()
    told, number = text(back, "problem_return"), ReturnLabel.objects.get().tracking_number
    assert (
        f"{READY} {NOTHING} The tracking number of the parcel is {number} (Peer Express)." in told
    )
    assert ("this address" in told, MAKING in told) == (False, False)
    other = mails(back, "return_label").get()
    assert (other.status, other.cause) == ("superseded", "told_together")


@pytest.mark.parametrize("payer", ["seller", "customer"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar", "ja"])
def test_what_is_asked_back_is_told_as_an_approval_is(house, language, payer):
    """By when it is handed in, and who pays: whatever the reason was."""
    Seller.objects.filter(pk=house.ada.seller.pk).update(return_postage={"damaged": payer})
    back = asked_back(house, language=language)
    bare = text(back, "problem_return")
    without = []
    for fields in ({"hand_in_by": None}, {"postage_by": ""}):
        Return.objects.filter(pk=back.pk).update(**fields)
        without.append(text(back, "problem_return"))
    first, second = map(len, without)
    assert len(bare) > first > second
    assert PAYS[payer, language] in bare and PAYS[payer, language] not in without[1]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar", "ja"])
@pytest.mark.parametrize("template", ["problem_return", "return_due"])
def test_no_later_mail_names_an_address_beside_a_label(house, language, template):
    makes = {"problem_return": asked_back, "return_due": sent_ahead}[template]
    gives(house, "peer:both")
    back = makes(house, language=language)
    waiting = text(back, template)
    sweep()

    ready, house_name = text(back, template), back.warehouse.name
    assert (house_name in waiting, house_name in ready, waiting == ready) == (False, False, False)


def sent_ahead(house, **fields):
    """A return whose day is near, and whose exchange was sent without waiting for it."""
    put_stock(house.ada.products["LAMP"], 9)
    Seller.objects.filter(pk=house.ada.seller.pk).update(
        exchange_days=14, exchange_ahead={"days": 10}
    )
    order = delivered_order(house, {"LAMP": 1}, **fields)
    line = order.lines.get()
    order.seller.refresh_from_db()
    asked = request_exchange(
        order,
        units={line.pk: 1},
        wanted={line.pk: line.product_id},
        reason=Return.Reason.DAMAGED,
    )
    back = approve_return(asked, actor=house.ada.owner)
    assert remind(timezone.now() + timedelta(days=8)) == 1
    return back


def test_a_reminder_says_to_wait_for_the_label_and_then_where_it_is(house):
    gives(house, "peer:both")
    back = sent_ahead(house)
    assert MAKING in text(back, "return_due")
    sweep()

    told = text(back, "return_due")

    assert f"Please send your return {back.number} of order {back.order.number}, so that" in told
    assert f"{READY} {NOTHING}" in told


def test_without_a_label_the_approval_does_not_wait(house):
    mail = mails(approved(house), "return_approved").get()
    assert mail.next_attempt_at < soon()


def soon():
    """A sweep lets the clock go on while it runs."""
    return timezone.now() + timedelta(minutes=1)


def news(back):
    """What the last mail about its label says, which is to leave now."""
    row = mails(back, "return_label").latest("pk")
    assert (row.status, row.next_attempt_at < soon()) == ("planned", True)
    return plain(row)


def sent(back):
    """The mail about its approval waits no more; the text message still does."""
    mails(back, "return_approved").update(
        status="failed", cause="refused", reason="The mailbox is full."
    )
    return back


def test_a_label_that_fails_after_the_approval_has_left_is_told(house, carrier_peer):
    gives(house, "peer:label")
    carrier_peer.behaviour = lambda made: Fault(422, "blocked")
    back = sent(approved(house))
    sweep()

    told = news(back)

    assert f"There is no return label for your return {back.number} of order" in told
    assert f"Please write {back.number} on the parcel and send it to this address." in told
    assert back.warehouse.city in told


def test_another_label_is_told_with_its_number(house):
    gives(house, "peer:label")
    back = approved(house)
    sweep()
    sent(back)
    make_new_label(back, actor=house.ada.owner)
    assert mails(back, "return_label").get().status == "superseded"
    sweep()

    told, last = news(back), ReturnLabel.objects.latest("pk")

    assert f"The tracking number of the parcel is {last.tracking_number} (Peer Express)." in told
    assert "If you were given a label or a code before, it is no longer valid" in told
    assert "send it to this address" not in told


def test_whoever_holds_a_voided_label_is_told(house):
    gives(house, "peer:label")
    back = approved(house)
    sweep()
    sent(back)
    void_label(back, actor=house.ada.owner)

    told = news(back)

    assert "it is no longer valid: please do not use it." in told
    assert f"Please write {back.number} on the parcel and send it to this address." in told
