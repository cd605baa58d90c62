"""One list of event kinds: what stands on none of its parts is not recorded."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from orders.access import courier_path
from orders.event_kinds import (
    EventKind,
    UnknownEventKind,
    check_event_kinds,
    event_kind,
    event_kinds,
)
from orders.events.recording import record
from orders.models import Event, Order, Package
from tests.support.cast import make_order

EXTRA = [EventKind("order.greeted", "Greeted")]
TWICE = [EventKind("order.received")]
NAMELESS = [EventKind("Greeted")]


@pytest.fixture
def lists(settings):
    """Let the lists be other ones for a while."""

    def let(*paths):
        settings.EVENT_KINDS = list(paths)
        event_kinds.cache_clear()

    yield let
    event_kinds.cache_clear()


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(UnknownEventKind) as refused:
        Event.of(Order(), "forgotten")
    assert str(refused.value) == (
        "'order.forgotten' is no kind of event: add a line for it to one of "
        "orders.event_kinds.KINDS, warehouse.event_kinds.KINDS, notifications.event_kinds.KINDS."
    )


@pytest.mark.django_db
def test_an_unknown_kind_is_not_recorded_either(ada):
    order = make_order(ada, {"LAMP": 1})
    before = Event.objects.count()
    with pytest.raises(UnknownEventKind):
        record([Event(seller=ada.seller, order=order, kind="order.forgotten")])
    assert Event.objects.count() == before


def test_a_line_is_all_it_takes(lists):
    lists(*settings.EVENT_KINDS, f"{__name__}.EXTRA")
    assert Event.of(Order(), "greeted").kind == "order.greeted"
    assert event_kind("order.greeted").phrase == "Greeted"


@pytest.mark.parametrize(("name", "said"), [("TWICE", "listed twice"), ("NAMELESS", "no name")])
def test_a_wrong_line_stops_the_start(lists, name, said):
    lists(*settings.EVENT_KINDS, f"{__name__}.{name}")
    with pytest.raises(ImproperlyConfigured, match=said):
        check_event_kinds()


def test_a_status_without_a_kind_stops_the_start(lists):
    lists("orders.event_kinds.KINDS", "notifications.event_kinds.KINDS")
    missing = r"No kind of event for .*pick_list\.done, pick_list\.open, pick_list\.put_back, .*run"
    with pytest.raises(ImproperlyConfigured, match=missing):
        check_event_kinds()


def test_a_wake_up_after_nothing_stops_the_start(settings):
    settings.WAKE_UPS = {"some.task": "is_read"}
    with pytest.raises(ImproperlyConfigured, match=r"WAKE_UPS of some\.task"):
        check_event_kinds()


def test_the_allocator_looks_again_after_what_concerns_supply():
    wanted = {kind.name for kind in event_kinds().values() if kind.concerns_supply}
    assert wanted == {
        *(
            "order.lines_added",
            "order.edited",
            "order.received",
            "order.line_linked",
            "order.backordered",
            "hold.released",
        ),
        *("lot.blocked", "lot.released", "lot.redated"),
        *("stock.received", "stock.ran_short", "stock.counted"),
        *("return_line.restocked", "return_line.refurbished"),
        *("stock.adjusted", "count.done"),
        *("shipment.cancelled", "shipment.reduced", "shipment.moved"),
        "seller.warehouses_changed",
        *("order.cancelled", "order.lines_cancelled"),
        *("order.cancelled_undone", "order.lines_cancelled_undone"),
        "stock.received_undone",
        *("stock.moved", "stock.put_away", "stock.put_away_undone"),
        *("discrepancy.done", "return_line.restocked_undone", "return_line.refurbished_undone"),
    }


def test_code_names_only_kinds_that_exist():
    """A kind that was written wrongly would be a rule that never applies."""
    unknown = set()
    for app in ("orders", "warehouse", "notifications", "fulfillment"):
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            # A shop has names of its own for its calls and fields.
            if not {"migrations", "shops"} & set(path.parts):
                unknown |= {f"{path.name}: {name}" for name in _named(path) - set(event_kinds())}
    assert unknown <= {
        "kinds.py: webhook.test",  # a type of webhook, and no event
        "tracing.py: service.name",  # of OpenTelemetry
        "urls.py: manifest.webmanifest",  # a file of the scanner's app
        "wallet.py: manifest.json",  # a file of Apple's
        "wallet.py: order.json",  # a file in the archive of Apple Wallet
        # Names of wake-ups, for tasks that wake after any event.
        "other_channel.py: message.retried_on_other_channel",
        "tasks.py: webhook.due",
    }


def _named(path):
    """What looks like the kind of an event in the texts of a module."""
    rows = "|".join({name.partition(".")[0] for name in event_kinds()} | {"message"})
    shape = re.compile(rf"(?:{rows})\.[a-z_]+")
    texts = {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    in_sql = {kind for text in texts for kind in re.findall(r"kind = '([a-z_.]+)'", text)}
    return {text for text in texts if shape.fullmatch(text)} | {
        kind for kind in in_sql if shape.fullmatch(kind)
    }


def test_a_courier_is_found_where_an_app_above_says():
    assert courier_path(Package) == "stops__run__courier"
    assert courier_path(Order) is None
    for label in settings.COURIER_PATHS:
        apps.get_model(label)
