"""Every address with every role, a stranger and the wrong seller: the table is the promise."""

from functools import cache
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter

from notifications.consent.blocking import block_address
from notifications.models import Endpoint
from orders.access import Role
from orders.models import ApiKey, Order
from orders.returns.handling import request_return
from tests.support import cast
from tests.support.stories import deliver, go_out, make_ready, ship
from warehouse.floor.picking import take_next_pick_list
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PUBLIC = "public"
SELLER = {Role.OWNER, Role.STAFF}
OWNER = {Role.OWNER}
FLOOR = {Role.LEAD, Role.PICKER, Role.PACKER}
PICK = {Role.LEAD, Role.PICKER}
PACK = {Role.LEAD, Role.PACKER}
LEAD = {Role.LEAD}
COURIER = {Role.COURIER}
API = {Role.API_KEY}

# Address -> who may enter. An address that is missing here fails the build.
DOORS = {
    "home": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "track": PUBLIC,
    "track_state": PUBLIC,
    "track_return": PUBLIC,
    "track_updates": PUBLIC,
    "track_unsubscribe": PUBLIC,
    "track_push": PUBLIC,
    "track_brand": PUBLIC,
    "push_worker": PUBLIC,
    "shop_hook": PUBLIC,
    "mail_hook": PUBLIC,
    "sms_report": PUBLIC,
    "sms_inbound": PUBLIC,
    "outbox": PUBLIC,
    "outbox_message": PUBLIC,
    "outbox_html": PUBLIC,
    "api_orders": API,
    "api_order": API,
    "api_events": API,
    "dashboard": SELLER,
    "dashboard_orders": SELLER,
    "dashboard_order": SELLER,
    "dashboard_address": SELLER,
    "dashboard_hold": SELLER,
    "dashboard_cancel": SELLER,
    "dashboard_release": SELLER,
    "dashboard_link": SELLER,
    "dashboard_approve": SELLER,
    "dashboard_refuse": SELLER,
    "dashboard_promises": SELLER,
    "dashboard_promise_orders": SELLER,
    "dashboard_revise_promise": SELLER,
    "dashboard_stock": SELLER,
    "dashboard_product": SELLER,
    "dashboard_settings": OWNER,
    "dashboard_make_key": OWNER,
    "dashboard_revoke_key": OWNER,
    "dashboard_add_channel": OWNER,
    "dashboard_change_secret": OWNER,
    "dashboard_webhooks": OWNER,
    "dashboard_add_webhook": OWNER,
    "dashboard_webhook": OWNER,
    "dashboard_change_webhook": OWNER,
    "dashboard_test_webhook": OWNER,
    "dashboard_pause_webhook": OWNER,
    "dashboard_resume_webhook": OWNER,
    "dashboard_rotate_webhook": OWNER,
    "dashboard_replay_webhook": OWNER,
    "dashboard_delete_webhook": OWNER,
    "dashboard_delivery": OWNER,
    "dashboard_replay_delivery": OWNER,
    "message_settings": OWNER,
    "message_sender": OWNER,
    "suppressed": SELLER,
    "suppression_allow": SELLER,
    "message_texts": OWNER,
    "message_texts_of": OWNER,
    "message_languages": OWNER,
    "message_text": OWNER,
    "message_text_size": OWNER,
    "message_text_publish": OWNER,
    "message_text_discard": OWNER,
    "message_text_withdraw": OWNER,
    "message_text_dry_run": OWNER,
    "message_preview": OWNER,
    "message_preview_mail": OWNER,
    "message_trial": OWNER,
    "message_triggers": OWNER,
    "message_triggers_of": OWNER,
    "message_triggers_dry_run": OWNER,
    "message_quiet_dry_run": OWNER,
    "message_look": OWNER,
    "message_look_of": OWNER,
    "message_again": SELLER,
    "message_leave": SELLER,
    "warehouse_home": FLOOR,
    "warehouse_choose_workplace": FLOOR,
    "warehouse_receive": FLOOR,
    "warehouse_pick": PICK,
    "warehouse_pick_list": PICK,
    "warehouse_report_short": PICK,
    "warehouse_pack": PACK,
    "warehouse_label": PACK,
    "warehouse_pack_shipment": PACK,
    "warehouse_close_box": PACK,
    "warehouse_empty_box": PACK,
    "warehouse_make_labels": PACK,
    "warehouse_undo": PACK,
    "warehouse_undo_hand_over": PACK,
    "warehouse_put_back": LEAD,
    "warehouse_slip": PACK,
    "warehouse_box_label": PACK,
    "warehouse_finish": PACK,
    "warehouse_dispatch": PACK,
    "warehouse_hand_over": PACK,
    "warehouse_clear_list": PACK,
    "warehouse_runs": LEAD,
    "warehouse_plan_run": LEAD,
    "warehouse_run": LEAD,
    "warehouse_start_run": LEAD,
    "warehouse_undelivered": LEAD,
    "warehouse_collected": LEAD,
    "warehouse_send_back": LEAD,
    "warehouse_take_back": LEAD,
    "warehouse_undo_undelivered": LEAD,
    "warehouse_returns": PICK,
    "warehouse_inspect_return": PICK,
    "warehouse_count_return": PICK,
    "warehouse_write_off": PICK,
    "courier": COURIER,
    "courier_start": COURIER,
    "courier_deliver": COURIER,
    "courier_fail": COURIER,
    "courier_pickup": COURIER,
    "courier_undo": COURIER,
}
ROLES = [Role.OWNER, Role.STAFF, Role.LEAD, Role.PICKER, Role.PACKER, Role.COURIER]
ENTERED = {200, 302, 400, 409, 422}
PRIVATE = sorted(name for name, who in DOORS.items() if who not in (PUBLIC, API))


@cache
def routes():
    """Every named route outside the operator's admin: {name: pattern}."""
    return {pattern.name: pattern for pattern in _patterns(get_resolver().url_patterns)}


def _patterns(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.app_name != "admin":
            yield from _patterns(pattern.url_patterns)


def test_every_address_is_in_the_table():
    assert set(routes()) == set(DOORS)


def test_every_page_names_its_roles():
    for name, pattern in routes().items():
        roles = getattr(pattern.callback, "roles", None) or getattr(
            getattr(pattern.callback, "cls", None), "roles", None
        )
        declared = PUBLIC if roles == PUBLIC else set(roles or ())
        assert declared == DOORS[name], name


@pytest.fixture
def town(ada, pat, pia, lea, cory, building):
    """Ada's orders at every station, and one user per role who belongs there."""
    cast.make_product(ada, "LAMP", "Desk lamp")
    cast.put_stock(ada.products["LAMP"], 50)
    users = {Role.OWNER: ada.owner, Role.PICKER: pat, Role.PACKER: pia, Role.LEAD: lea}
    users[Role.COURIER] = cory
    users[Role.STAFF] = cast.make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller)
    delivered = cast.make_order(ada, {"LAMP": 2})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    cast.make_order(ada, {"LAMP": 1})
    run = go_out(building, cory, ship(building, pat, pia), leader=lea)
    cast.make_order(ada, {"LAMP": 1})
    (ready,) = make_ready(building, pat, pia)
    endpoint = Endpoint.objects.create(seller=ada.seller, url="https://ada.example/", secret="")
    held = cast.make_order(ada, {"NOBODY": 1})
    cast.make_order(ada, {"LAMP": 1})
    allocate_due()
    walk = take_next_pick_list(warehouse=building, actor=pat)
    order_return = request_return(
        delivered, units={delivered.lines.get().pk: 1}, reason="changed_mind"
    )
    return users, {
        "orders": held,
        "holds": held.holds.get(),
        "lines": held.lines.get(),
        "returns": order_return,
        "keys": ApiKey.objects.get(seller=ada.seller),
        "channels": ada.channel,
        "stock": ada.products["LAMP"],
        "pick": walk,
        "short": walk.lines.get(),
        "pack": ready,
        "dispatch": ready,
        "boxes": ready.packages.get(),
        "runs": run,
        "stops": run.stops.get(),
        "undelivered": run.stops.get().packages.get(),
        "messages": held.messages.first(),
        "promises": held.promises.get(),
        "suppressed": block_address(
            ada.seller, actor=ada.owner, channel="email", recipient="grace@example.com"
        ),
        "webhooks": endpoint,
        "deliveries": endpoint.deliveries.first(),
        **dict.fromkeys(("texts", "triggers", "look", "quiet"), ada.seller),
        "<x:seller_id>": SimpleNamespace(pk="confirmed"),
    }


def address(name, rows):
    """The address of a route; the part before an id names its row, else the id is nobody's."""
    pattern, parts = str(full(name)), {}
    steps = pattern.split("/")
    for before, step in zip(["", *steps], steps, strict=False):
        if step.startswith("<"):
            keyword = step.strip("<>").split(":")[1]
            row = rows.get(before)
            parts[keyword] = row.pk if row else _nobody(name, keyword)
    return reverse(name, kwargs=parts)


def _nobody(name, keyword):
    converters = get_resolver().reverse_dict.getlist(name)[0][3]
    return 2**40 if isinstance(converters[keyword], IntConverter) else uuid4()


@cache
def full(name):
    template, keywords = get_resolver().reverse_dict.getlist(name)[0][0][0]
    for keyword in keywords:
        template = template.replace(f"%({keyword})s", f"<x:{keyword}>")
    return template


def knock(client, url):
    """GET, or POST where only that is answered."""
    answer = client.get(url)
    return client.post(url) if answer.status_code == 405 else answer


def signed_in(user):
    client = Client()
    client.force_login(user, backend="orders.accounts.sign_in.ViewerBackend")
    return client


def test_a_door_opens_to_its_roles_and_to_nobody_else(town, bo):
    users, rows = town
    clients = {role: signed_in(users[role]) for role in ROLES}
    orders = Order.objects.count()

    wrong = [
        problem
        for name in PRIVATE
        for problem in (
            *strangers(name, rows),
            *roles(name, rows, clients),
            *missing(name, clients),
        )
    ]

    assert wrong == []
    assert Order.objects.count() == orders


def strangers(name, rows):
    """A stranger is asked to sign in."""
    answer = knock(Client(), address(name, rows))
    if not answer.get("Location", "").startswith("/accounts/login/?next="):
        yield f"a stranger is not asked to sign in at {name}"


def roles(name, rows, clients):
    """The roles of the table enter, the others get 403."""
    url = address(name, rows)
    for role, client in clients.items():
        status = knock(client, url).status_code
        if status not in (ENTERED if role in DOORS[name] else {403}):
            yield f"{role} at {name}: {status}"


def missing(name, clients):
    """What is not there is 404, for those who may enter."""
    url = address(name, {})
    if "<" not in full(name):
        return
    for role in DOORS[name]:
        if (status := knock(clients[role], url).status_code) != 404:
            yield f"{role} at a missing row of {name}: {status}"


def test_another_sellers_rows_are_not_there(town, bo):
    _, rows = town
    client = signed_in(bo.owner)
    for name in sorted(DOORS):
        if "dashboard" in full(name) and "<" in full(name):
            assert knock(client, address(name, rows)).status_code == 404, name


def test_the_operators_pages_are_closed_to_others(town):
    users, _ = town
    for role in ROLES:
        assert signed_in(users[role]).get("/admin/").status_code == 302
        assert signed_in(users[role]).get("/admin/orders/order/").status_code == 302
