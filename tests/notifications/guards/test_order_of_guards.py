"""Guards only answer: in any order the same messages leave, and no fact and no row is changed."""

from copy import deepcopy
from dataclasses import fields
from datetime import time

import pytest
from django.db import Error, connection, transaction
from django.db.models import Model
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.delivery.sending import send_due
from notifications.facts import load_facts
from notifications.guards.all import CHECKS, LIMITS, prepare_facts, verdicts
from notifications.guards.outdated import outdated_guard
from notifications.guards.seller_warnings import MOST_AN_HOUR
from notifications.models import (
    Message,
    MessageSettings,
    Preference,
    PushSubscription,
    Suppression,
)
from notifications.states import WAITING
from orders.lifecycle.cancel import cancel_order
from orders.models import Event
from tests.support.cast import make_order
from tests.support.stages import (
    delivered_order,
    open_house,
    ready_shipment,
    sent_packages,
    started_run,
)
from tests.support.statements import count_statements
from warehouse.couriers.runs import deliver_stop
from warehouse.couriers.undo import undo_stop
from warehouse.floor.undo import undo_hand_over

# Warnings about promises that nobody made, and messages to browsers that nobody planned.
pytestmark = [pytest.mark.django_db, pytest.mark.breaks_books]
NUMBER = "+4915112345678"
DEAF = "+4915112345670"
NIGHT = {"quiet_from": time(0), "quiet_until": time(23, 59, 59)}
NO_NIGHT = {"quiet_from": None, "quiet_until": None}


def many_states():
    """Orders of two sellers in many states, of which somebody is to hear something."""
    house = open_house()
    MessageSettings.objects.update(calm=False, **NO_NIGHT)
    Suppression.objects.create(
        seller=house.ada.seller, channel="sms", recipient=DEAF, reason="bounced"
    )
    told, taken_back = (
        sent_packages(house, {"LAMP": 1}, number=number, phone=phone)
        for number, phone in (("1001", NUMBER), ("1002", DEAF))
    )
    send_due()
    undo_hand_over(taken_back[0].shipment, actor=house.pat)
    # Before the run that is not finished: Cory drives one at a time.
    for number in range(3):
        delivered_order(house, {"SHADE": 1}, number=f"200{number}", email="p@example.com")
    run = started_run(house, told)
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    undo_stop(run.stops.get(), actor=house.cory)
    ready_shipment(house, {"MUG": 1}, side=house.bo, email="blocked@example.com", phone=NUMBER)
    cancel_order(make_order(house.ada, {"LAMP": 1}, phone=NUMBER), actor=house.ada.owner)
    orders = [make_order(side, {"GHOST": 1}, phone=NUMBER) for side in (house.ada, house.bo) * 4]
    Suppression.objects.create(
        seller=house.bo.seller, channel="email", recipient="blocked@example.com", reason="bounced"
    )
    Preference.objects.create(
        seller=house.ada.seller, channel="email", recipient="p@example.com", is_off=True
    )
    make_order(house.bo, {"GHOST": 1}, email="nobody@@example.com", phone="")
    tell_browsers(orders[0])
    warn(orders[0])
    return house


@pytest.fixture
def house(once, smtp_peer, sms_peer):
    return once(many_states)


def tell_browsers(order):
    """A message to a browser that has left, and one to a browser that is there."""
    for number, ended_at in enumerate((timezone.now(), None)):
        browser = PushSubscription.objects.create(
            order=order, endpoint=f"https://push.example/{number}", ended_at=ended_at
        )
        plan(order, order.events.first(), "confirmed", "customer", "push", str(browser.pk))


def warn(order):
    """More warnings than a seller reads in an hour."""
    for _ in range(MOST_AN_HOUR + 2):
        event = Event.objects.create(seller_id=order.seller_id, order=order, kind="promise.broken")
        plan(order, event, "seller_broken", "seller", "email", "ada@example.com")


def plan(order, event, template, audience, channel, recipient):
    Message.objects.create(
        seller_id=order.seller_id, order=order, event=event, template=template,
        audience=audience, channel=channel, recipient=recipient,
    )  # fmt: skip


def facts_now(*, heads):
    """What waits, or the first of each lane, as guards are asked about it."""
    rows = list(Message.objects.filter(status__in=WAITING).order_by("pk"))
    if heads:
        first = {}
        for row in rows:
            first.setdefault((row.order_id, row.recipient, row.channel), row)
        # A seller's warnings are of one lane here: each counts.
        rows = [row for row in rows if row in first.values() or row.template == "seller_broken"]
    return prepare_facts(load_facts(rows))


def frozen(value):
    """All columns of rows and all members of lists, copied."""
    if isinstance(value, Model):
        columns = {name: part for name, part in vars(value).items() if name[0] != "_"}
        return type(value), deepcopy(columns)
    if isinstance(value, list):
        return [frozen(part) for part in value]
    return deepcopy(value)


def snapshot(facts):
    return [
        {part.name: frozen(getattr(fact, part.name)) for part in fields(fact)} for fact in facts
    ]


def leaving(facts, **guards):
    """The ids of what leaves; PostgreSQL refuses any write meanwhile."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        against = verdicts(facts, **guards)
    return {fact.message.pk for fact in facts} - set(against)


CHOICES = st.fixed_dictionaries(
    {
        "calm": st.booleans(),
        "digest_above": st.sampled_from((0, 2, 20)),
        "sms_daily_cap": st.sampled_from((0, 1, 2, 2000)),
        "switched_off": st.lists(
            st.sampled_from(("packed:email", "ready:email", "shipped:sms", "confirmed:sms")),
            unique=True,
        ),
    }
)


@pytest.fixture
def few_mails(house):
    """An address gets so few mails an hour that the cap has something to say."""
    with override_settings(EMAIL_PER_ADDRESS=2):
        yield


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    checks=st.permutations(CHECKS),
    limits=st.permutations(LIMITS),
    choices=CHOICES,
    night=st.sampled_from((NIGHT, NO_NIGHT)),
    heads=st.booleans(),
)
def test_in_any_order_the_same_messages_leave(few_mails, checks, limits, choices, night, heads):
    MessageSettings.objects.update(**choices, **night)
    facts = facts_now(heads=heads)
    before = snapshot(facts)
    leave = leaving(facts)
    assert leaving(facts, checks=checks, limits=limits) == leave
    assert snapshot(facts) == before


def test_every_guard_has_something_against_some_of_them(few_mails):
    """Else the test above would say nothing of it."""
    strict = {"calm": True, "digest_above": 0, "sms_daily_cap": 1, "switched_off": ["ready:email"]}
    MessageSettings.objects.update(**strict, **NIGHT)
    facts = facts_now(heads=False)
    silent = [guard.__name__ for guard in (outdated_guard, *CHECKS, *LIMITS) if not guard(facts)]
    assert silent == []


def test_a_guard_that_writes_is_found():
    def writes(facts):
        Message.objects.update(template="other")
        return {}

    with pytest.raises(Error, match="read-only transaction"):
        leaving([], checks=[writes])


def test_no_other_guard_is_asked_about_an_outdated_message():
    house = open_house()
    order = make_order(house.ada, {"LAMP": 1}, number="3001")
    cancel_order(order, actor=house.ada.owner)
    rows = Message.objects.filter(order=order, template="confirmed")
    facts = prepare_facts(load_facts(list(rows)))

    with count_statements() as statements:
        found = verdicts(facts)

    assert facts
    assert (len(found), statements) == (len(facts), [])
