"""One record a kind of message: complete at the start, and asked by everything else."""

from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from notifications.channels import CHANNELS
from notifications.delivery.sending import send_due
from notifications.kind_check import check_channels, check_kinds
from notifications.kinds.catalogue import ALL, COUNTED, KINDS, kind_of
from notifications.kinds.record import CUSTOMER, EMAIL, PUSH, SELLER, SMS, Kind, When
from notifications.kinds.routes import ROUTES, kinds_for
from notifications.models import Message
from orders.models import Event
from tests.notifications.saying import mail_of, state
from tests.support.cast import make_order

BROKEN = [
    ("packed", {"title": ""}, "packed: it has no title."),
    ("packed", {"occasion": ""}, "packed: it has no occasion."),
    ("packed", {"sample": None}, "packed: it has no sample, which its preview shows."),
    ("packed", {"on": "shipment.wrapped"}, "packed: there is no kind of event shipment.wrapped."),
    ("packed", {"on": ""}, "exactly one of `on`, `corrects` and `answers` says what makes it."),
    ("packed", {"corrects": True}, "exactly one of `on`, `corrects` and `answers` says"),
    ("packed", {"is_state": False}, "packed: it is routine, but no state of a parcel"),
    ("packed", {"channels": ()}, "packed: it has no channels."),
    ("packed", {"channels": (EMAIL, PUSH)}, "templates/messages/packed/ja.txt has a part `# sms`."),
    ("packed", {"channels": (SMS,)}, "the customer may refuse channels that it does not have."),
    ("packed", {"essential": "why"}, "packed: what is essential cannot be refused by e-mail."),
    ("packed", {"audience": SELLER}, "packed: sellers are told by e-mail only."),
    ("packed", {"name": "wrapped"}, "wrapped: it stands in no group of messages to customers."),
    ("packed", {"name": "wrapped"}, "wrapped: templates/messages/wrapped/de.txt is missing."),
    ("packed", {"name": "wrapped"}, "packed: its folder has no record."),
    ("packed", {"name": "ready"}, "ready: two records have this name."),
    ("packed", {"on": "shipment.ready"}, "shipment.ready: 2 kinds without `when` tell the custom"),
    ("delivered", {"when": When("to", frozenset({"x"}))}, "package.delivered: no kind without"),
    ("seller_delivered", {"digest": "gone"}, "templates/messages/gone/fr.txt is missing."),
    ("seller_delivered", {"digest": ""}, "One record has a digest"),
    ("seller_correction", {"audience": CUSTOMER}, "One record corrects what the seller was told."),
]


@pytest.mark.parametrize(("name", "change", "said"), BROKEN)
def test_a_half_described_kind_stops_the_start(name, change, said):
    kinds = [replace(kind, **change) if kind.name == name else kind for kind in ALL]
    with pytest.raises(ImproperlyConfigured) as refused:
        check_kinds(kinds)
    assert said in str(refused.value)


def test_all_kinds_and_channels_are_complete():
    check_kinds()
    check_channels()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "mail"}, "email: its record says mail."),
        ({"title": ""}, "email: it has no title."),
        ({"plural": "", "may_be_off": True}, "email: customers may turn it off, but"),
    ],
)
def test_a_half_described_channel_stops_the_start(change, said):
    with pytest.raises(ImproperlyConfigured) as refused:
        check_channels({**CHANNELS, "email": replace(CHANNELS["email"], **change)})
    assert said in str(refused.value)


def test_the_name_of_a_channel_fits_its_column():
    with pytest.raises(ImproperlyConfigured, match="at most 8"):
        check_channels({"telegraph": replace(CHANNELS["sms"], name="telegraph")})


def test_special_data_choose_a_special_kind():
    def told(**data):
        return [kind.name for kind in kinds_for(Event(kind="package.delivered", data=data))]

    assert told() == told(to="receiver") == ["delivered", "seller_delivered"]
    assert told(to="safe_place") == ["delivered_to_neighbour", "seller_delivered"]
    assert kinds_for(Event(kind="stock.received")) == []
    requested = [
        [kind.name for kind in kinds_for(Event(kind="return.requested", data=data))]
        for data in ({}, {"decided": "1"})
    ]
    assert requested == [["return_requested", "seller_return_requested"], []]


def test_the_indexes_name_the_kind_that_is_counted():
    """A partial index serves only the queries that repeat its condition."""
    conditions = {
        index.name: str(index.condition)
        for index in Message._meta.indexes
        if index.name in ("message_of_delivery", "message_for_digest")
    }
    assert len(conditions) == 2
    assert all(f"'{COUNTED}'" in condition for condition in conditions.values())


def test_what_waits_for_an_undo_follows_from_the_event():
    assert {kind.name for kind in ALL if kind.is_undoable} == {
        *("packed", "ready", "shipped", "delivered", "delivered_to_neighbour", "attempt_failed"),
        *("at_pickup_point", "returning", "cancelled", "called_off", "partly_cancelled"),
        *("seller_delivered", "seller_attempt_failed", "seller_returning"),
    }
    received = (KINDS["replacement"], KINDS["exchange"], KINDS["confirmed"])
    assert ROUTES["order.received"] == ((CUSTOMER, received),)


@pytest.mark.django_db
def test_a_message_of_a_kind_that_is_no_more_breaks_no_page(ada, smtp_peer):
    order = make_order(ada, {"LAMP": 1}, phone="")
    row = mail_of(order)
    Message.objects.filter(pk=row.pk).update(template="greeted", status="sent")
    assert kind_of("greeted") == Kind(name="greeted", title="greeted")
    browser = Client()
    browser.force_login(ada.owner)
    page = browser.get(f"/dashboard/orders/{order.pk}/")
    assert page.status_code == 200
    assert "greeted" in page.content.decode()


@pytest.mark.django_db
def test_a_message_of_a_kind_that_is_no_more_holds_up_no_other(ada, smtp_peer):
    first, second = (mail_of(make_order(ada, {"LAMP": 1}, phone="")) for _ in range(2))
    Message.objects.filter(pk=first.pk).update(template="greeted")
    send_due()
    assert state(first)[0] == "retrying"
    assert state(second) == ("sent", "")
