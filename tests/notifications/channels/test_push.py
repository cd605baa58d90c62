"""Browsers that are told of an order: planned with the others, sent, and left alone at the end."""

import base64
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project_settings
from django.core.management import call_command

from fulfillment.dashboard.queries.messages import unsettled
from fulfillment.demo.peers import Fault
from notifications.consent.updates import unsubscribe_browsers
from notifications.delivery.decisions import resend_message
from notifications.delivery.sending import send_due
from notifications.models import MessageSettings
from notifications.planning.subscriber import on_events, rows_for_intake
from orders.access import Viewer
from orders.errors import DomainError
from orders.lifecycle.labelling import label_packages
from orders.models import Event
from tests.notifications.browsing import subscribe
from tests.notifications.saying import make_due, state, tries
from tests.support.stages import open_house, packed_shipment, sent_packages, started_run
from tests.support.statements import count_statements
from warehouse.floor.packing import mark_ready
from warehouse.floor.undo import undo_ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once, push_peer, smtp_peer, sms_peer):
    return once(open_house)


def made_ready(house, shipment):
    label_packages(shipment, actor=house.pat)
    return mark_ready(shipment, actor=house.pat)


def pushes(order, template="ready"):
    return list(order.messages.filter(channel="push", template=template).order_by("pk"))


def two_lamps():
    """The warehouse, and a packed shipment of two lamps."""
    house = open_house()
    return house, packed_shipment(house, {"LAMP": 2}, number="1001")


@pytest.fixture
def packed(once, push_peer, smtp_peer, sms_peer):
    return once(two_lamps)


@pytest.fixture
def told(packed, push_peer):
    """(an order that became ready, the browser that asked before, the message to it)."""
    house, shipment = packed
    browser, _ = subscribe(push_peer, shipment.order)
    made_ready(house, shipment)
    (message,) = pushes(shipment.order)
    make_due(*shipment.order.messages.all())
    return shipment.order, browser, message


def send_all(order):
    while send_due():
        make_due(*order.messages.filter(status__in=["planned", "held"]))


def test_a_browser_is_told_from_then_on(told, push_peer):
    order, browser, message = told
    send_all(order)
    assert state(message) == ("sent", "")
    (pushed,) = push_peer.messages
    assert (pushed.browser, pushed.words) == (
        browser.id,
        {
            "title": "Ada's Lamps",
            "body": "Order #1001 is ready to ship",
            "link": f"{project_settings.SITE_URL}/track/{order.token}/",
        },
    )
    topic = base64.urlsafe_b64encode(order.pk.bytes).rstrip(b"=").decode()
    assert (pushed.headers["topic"], pushed.headers["urgency"]) == (topic, "normal")
    assert pushed.headers["ttl"] == "86400"
    assert pushes(order, "packed") == []


def test_what_is_urgent_comes_at_once_and_takes_the_place_of_older_news(house, push_peer):
    packages = sent_packages(house, {"LAMP": 1}, number="1001")
    subscribe(push_peer, packages[0].order)
    started_run(house, packages)
    send_all(packages[0].order)
    (pushed,) = push_peer.messages
    topic = base64.urlsafe_b64encode(packages[0].pk.bytes).rstrip(b"=").decode()
    headers = [pushed.headers[name] for name in ("topic", "urgency", "ttl")]
    assert headers == [topic, "high", "28800"]


def test_what_is_in_a_gift_stays_a_secret(house, push_peer):
    shipment = packed_shipment(house, {"LAMP": 2}, number="1001", is_gift=True)
    subscribe(push_peer, shipment.order)
    made_ready(house, shipment)
    send_all(shipment.order)
    (pushed,) = push_peer.messages
    assert pushed.words["body"] == "Order #1001 is ready to ship"


def test_nothing_private_is_pushed(told, push_peer):
    order, _, _ = told
    send_all(order)
    said = str(push_peer.messages[0].words)
    secrets = (order.customer_name, order.email, order.phone, order.street, order.postcode)
    assert [secret for secret in secrets if secret and secret in said] == []


def test_each_browser_is_a_lane_of_its_own(house, push_peer):
    shipment = packed_shipment(house, {"LAMP": 1})
    rows = [subscribe(push_peer, shipment.order, language)[1] for language in ("de-AT", "tlh")]
    made_ready(house, shipment)
    messages = pushes(shipment.order)
    assert [row.recipient for row in messages] == [str(row.pk) for row in rows]
    assert [row.language for row in messages] == ["de", "en"]
    first, second = messages
    assert first.key == f"{first.event_id}:customer:push:{first.recipient}:1"
    assert first.key != second.key
    send_all(shipment.order)
    assert [pushed.browser for pushed in push_peer.messages] == list(push_peer.browsers)


def test_the_look_ups(house, push_peer, settings):
    order = packed_shipment(house, {"LAMP": 1}).order
    order.seller = house.ada.seller
    event = Event.objects.create(
        seller_id=order.seller_id, order=order, kind="shipment.ready", subject_id=order.pk, data={}
    )
    with count_statements() as statements:
        rows_for_intake([(order, Event(kind="order.received"))])
    assert statements == []
    with count_statements() as with_browsers:
        on_events([event])
    order.messages.filter(event=event).delete()
    settings.VAPID_PRIVATE_KEY = ""
    with count_statements() as without:
        on_events([event])
    assert len(with_browsers) == len(without) + 1


def test_without_a_key_nobody_is_told(house, push_peer, settings):
    shipment = packed_shipment(house, {"LAMP": 1})
    subscribe(push_peer, shipment.order)
    settings.VAPID_PRIVATE_KEY = ""
    made_ready(house, shipment)
    assert pushes(shipment.order) == []


def test_a_browser_that_left_is_told_no_more_and_nobody_is_bothered(told, push_peer):
    order, browser, message = told
    browser.is_gone = True
    send_all(order)
    assert state(message) == ("suppressed", "The browser no longer accepts notifications.")
    assert tries(message) == ["suppressed"]
    assert order.push_subscriptions.get().ended_at is not None
    on_events(
        [
            Event.objects.create(
                seller_id=order.seller_id, order=order, kind="shipment.handed_over",
                subject_id=order.pk, data={},
            )
        ]
    )  # fmt: skip
    assert pushes(order, "shipped") == []


def test_who_stops_is_not_told_what_waits(told, push_peer):
    order, _, message = told
    unsubscribe_browsers(order)
    send_all(order)
    assert state(message) == ("suppressed", "Notifications are turned off in this browser.")
    assert push_peer.attempts == 0


def test_a_service_that_hangs_holds_up_no_other(house, push_peer, settings):
    settings.PUSH_TIMEOUT = 1
    shipment = packed_shipment(house, {"LAMP": 1})
    slow = [subscribe(push_peer, shipment.order)[0].id for _ in range(3)]
    subscribe(push_peer, shipment.order)
    push_peer.behaviour = lambda pushed: Fault(hang=3) if pushed.browser in slow else None
    made_ready(house, shipment)
    send_all(shipment.order)
    assert [state(message)[0] for message in pushes(shipment.order)] == ["unknown"] * 3 + ["sent"]
    viewer = Viewer(seller_ids=frozenset([house.ada.seller.pk]))
    assert list(unsettled(viewer)) == []


def test_it_is_silent_at_night(told, packed, push_peer):
    _, _, message = told
    house, _ = packed
    local = datetime.now(ZoneInfo("Europe/Berlin"))
    MessageSettings.objects.filter(seller=house.ada.seller).update(
        quiet_from=(local - timedelta(hours=1)).time(),
        quiet_until=(local + timedelta(hours=1)).time(),
    )
    send_due()
    status, reason = state(message)
    assert (status, reason[:18]) == ("held", "Quiet hours until ")
    assert push_peer.attempts == 0


def test_what_was_pushed_is_corrected_in_the_same_browser(told, packed, push_peer):
    order, browser, _ = told
    house, _ = packed
    send_all(order)
    undo_ready(order.shipments.get(), actor=house.pat)
    send_all(order)
    assert [pushed.browser for pushed in push_peer.messages] == [browser.id] * 2
    assert push_peer.messages[1].words["body"] == "Correction: order #1001 is not ready yet"


def test_again_goes_to_the_same_browser_while_it_is_there(told, packed, push_peer):
    order, _, message = told
    house, _ = packed
    push_peer.behaviour = lambda _: Fault(400)
    send_all(order)
    assert state(message)[0] == "failed"
    push_peer.behaviour = None
    resend_message(message, actor=house.ada.owner)
    send_all(order)
    assert state(message)[0] == "sent"
    message.refresh_from_db()
    assert message.revision == 2


def test_again_is_refused_when_the_browser_left(told, packed, push_peer):
    order, _, message = told
    house, _ = packed
    push_peer.behaviour = lambda _: Fault(400)
    send_all(order)
    unsubscribe_browsers(order)
    with pytest.raises(DomainError, match="turned off in this browser"):
        resend_message(message, actor=house.ada.owner)
    assert state(message)[0] == "failed"


def test_new_keys_are_printed(capsys, settings):
    call_command("vapid_keys")
    key, subject = capsys.readouterr().out.splitlines()
    assert key.startswith("VAPID_PRIVATE_KEY=")
    assert len(key.partition("=")[2]) == 43
    assert subject == "VAPID_SUBJECT=mailto:you@example.com"
