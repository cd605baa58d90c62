"""Every address with every role, a stranger and the wrong seller: the table is the promise."""

from types import SimpleNamespace

import pytest
from django.test import Client

from notifications.consent.blocking import block_address
from notifications.models import Endpoint
from orders.access import OFFERED_SCOPES, Role, Viewer
from orders.accounts.invitations import Place, invite
from orders.keys import invitation_tokens
from orders.models import ApiKey, Barcode, Order, SalesChannel
from orders.returns.handling import request_return
from orders.returns.own_reasons import begin_reasons
from orders.returns.reasons import REASONS
from orders.returns.rules import add_rule
from tests.support import cast
from tests.support.stories import deliver, go_out, make_ready, ship
from torture.at_doors.addresses import address, routes, template
from torture.at_doors.api_scopes import SCOPES
from torture.at_doors.door_table import API, DOORS, FILES_OF_NO_PERSON, PUBLIC, SENSITIVE
from warehouse.badges.badges import issue_badge
from warehouse.badges.devices import enrol_device
from warehouse.corrections.correcting import Change, correct
from warehouse.corrections.tasks_to_count import plan_counts
from warehouse.couriers.lost import mark_lost
from warehouse.floor.cartons import save_carton
from warehouse.floor.carts.rows import add_cart
from warehouse.floor.picking import take_next_pick_list
from warehouse.floor.walls.rows import add_wall
from warehouse.models import Location, Lot, Manifest
from warehouse.printing.printers import add_printer
from warehouse.returns.arrivals import record_stray
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROLES = [Role.OWNER, Role.STAFF, Role.LEAD, Role.PICKER, Role.PACKER, Role.COURIER]
ENTERED = {200, 302, 400, 409, 422}
PRIVATE = sorted(name for name, who in DOORS.items() if who not in (PUBLIC, API))


def test_every_address_is_in_the_table():
    assert set(routes()) == set(DOORS)


def test_every_page_names_its_roles():
    for name, pattern in routes().items():
        roles = getattr(pattern.callback, "roles", None) or getattr(
            getattr(pattern.callback, "cls", None), "roles", None
        )
        declared = PUBLIC if roles == PUBLIC else set(roles or ())
        assert declared == DOORS[name], name


def test_every_door_of_the_api_needs_a_scope():
    for name, who in DOORS.items():
        if who == API:
            view = routes()[name].callback.cls
            methods = {name.upper() for name in view.http_method_names if hasattr(view, name)}
            assert view.scopes == SCOPES[name], name
            assert view.scopes.keys() == methods - {"OPTIONS", "HEAD"}, name


def test_the_scopes_that_a_door_needs_can_be_chosen():
    assert {scope for doors in SCOPES.values() for scope in doors.values()} == set(OFFERED_SCOPES)


def test_pages_with_secrets_are_marked():
    marked = {n for n, at in routes().items() if getattr(at.callback, "is_sensitive", False)}
    assert marked == SENSITIVE


@pytest.fixture
def town(ada, pat, pia, lea, cory, building):
    """Ada's orders at every station, and one user per role who belongs there."""
    cast.make_product(ada, "LAMP", "Desk lamp", barcode="4006381333931")
    cast.make_picture(ada.products["LAMP"])
    cast.put_stock(ada.products["LAMP"], 50)
    users = {Role.OWNER: ada.owner, Role.PICKER: pat, Role.PACKER: pia, Role.LEAD: lea}
    users[Role.COURIER] = cory
    users[Role.STAFF] = cast.make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller)
    delivered = cast.make_order(ada, {"LAMP": 2})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    cast.make_order(ada, {"LAMP": 1})
    run = go_out(building, cory, ship(building, pat, pia), leader=lea)
    cast.make_order(ada, {"LAMP": 1})
    lost = mark_lost(ship(building, pat, pia)[0], reason="not_found", actor=lea)
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
    differing = record_stray(ada.seller, code="X", product=None, quantity=1, actor=pat)
    place = Place(seller=ada.seller)
    invitation = invite("new@example.com", Role.STAFF, place, viewer=Viewer.of(ada.owner))
    spare = cast.make_user("spare@example.com", "Spare", Role.STAFF, seller=ada.seller)
    temp = cast.make_user("temp@example.com", "Temp", Role.PACKER, warehouse=building)
    photo = cast.make_problem(ready.packages.get())
    shelf, lamp = Location.objects.get(warehouse=building, code="A-01-1"), ada.products["LAMP"]
    damage = cast.make_damage(cast.make_inbound(ada, {"LAMP": 9}), lamp, pat)
    refill = cast.make_refill(lamp, lea)
    return users, {
        "inbound": damage.line.inbound,
        "damages": damage,
        "faces": refill.face,
        "lots": Lot.objects.create(seller=ada.seller, product=lamp, code="A7"),
        "refills": refill,
        "photos": photo,
        "problems": photo.problem,
        "discrepancies": differing,
        "repairs": cast.make_repair(order_return),
        "refunds": cast.make_refund(order_return),
        "return-rules": add_rule(ada.seller, {"outcome": "review"}, actor=None),
        "return-reasons": begin_reasons(
            ada.seller, {code: {"en": code} for code in REASONS}, actor=None
        )[0],
        "aside": differing,
        "members": spare.members.get(),
        "people": temp.members.get(),
        "invitations": invitation,
        "invited": invite(
            "hand@example.com", Role.PICKER, Place(warehouse=building), viewer=Viewer.of(lea)
        ),
        "join": SimpleNamespace(pk=invitation_tokens(invitation.pk)[0]),
        "orders": held,
        "holds": held.holds.get(),
        "dead-letters": cast.make_dead_letter(held),
        "calls": cast.make_refused_call(held),
        "aliases": cast.make_alias(ada),
        "imports": cast.make_import(ada),
        "rules": cast.make_rule(ada),
        "bulk": cast.make_bulk_job(held),
        "views": cast.make_view(ada),
        "services": ada.seller.services.get(),
        "warehouses": ada.seller.houses.get(),
        "pushes": cast.make_failed_push(held),
        "differences": cast.make_difference(held),
        "lines": held.lines.get(),
        "returns": order_return,
        "keys": ApiKey.objects.get(seller=ada.seller),
        "channels": ada.channel,
        "sellers": ada.seller,
        "mappings": SalesChannel.objects.create(seller=ada.seller, kind="json", name="Stall"),
        "stock": ada.products["LAMP"],
        "parts": cast.make_kit(ada).parts.get(),
        "barcodes": Barcode.objects.get(),
        "pick": walk,
        "short": walk.lines.get(),
        "walks": walk,
        "missing": walk.lines.get(),
        "manifests": Manifest.objects.create(
            warehouse=building, carrier="own", parcels=[], handed_over=0, expected=0, closed_by=lea
        ),
        "pack": ready,
        "take-out": ready.lines.get(),
        "dispatch": ready,
        "boxes": ready.packages.get(),
        "packages": ready.packages.get(),
        "shipments": ready,
        "products": ada.products["LAMP"],
        "pictures": ada.products["LAMP"],
        "badges": issue_badge(pat, warehouse=building, actor=lea)[0].user,
        "devices": enrol_device(building, name="Scanner 7", actor=lea)[0],
        "counts": plan_counts([shelf], cause="asked", actor=lea)[0],
        "locations": shelf,
        "location-files": cast.make_location_file(building),
        "cartons": save_carton(building, code="M", name="Box M", grams=180, varies_grams=20),
        "carts": add_cart(building, code="CART1", slots=4),
        "walls": add_wall(building, code="WALL1", cells=4),
        "wall": walk.tote,
        "printers": add_printer(building, name="Bench 1", prints="both", labels="zpl", actor=lea)[
            0
        ],
        "corrections": correct(Change(lamp, shelf, 999, "found"), actor=lea),
        "runs": run,
        "stops": run.stops.get(),
        "undelivered": run.stops.get().packages.get(),
        "lost": lost,
        "points": cast.make_point(building),
        "messages": cast.make_copy(held.messages.first()),
        "promises": held.promises.get(),
        "suppressed": block_address(
            ada.seller, actor=ada.owner, channel="email", recipient="grace@example.com"
        ),
        "webhooks": endpoint,
        "deliveries": endpoint.deliveries.first(),
        **dict.fromkeys(("texts", "triggers", "look", "quiet"), ada.seller),
        "<x:seller_id>": SimpleNamespace(pk="confirmed"),
        "attention": SimpleNamespace(pk="problem_reported"),
        "<x:kind>": photo.problem,
    }


SENT_FILES = set()  # the doors that have answered with a file to save
ONLY_POSTED = set()  # the doors that have answered a GET by 405


def knock(client, name, rows):
    """GET, or POST where only that is answered."""
    url = address(name, rows)
    if name not in ONLY_POSTED:
        answer = client.get(url)
        if answer.status_code != 405:
            return answer
        ONLY_POSTED.add(name)
    return client.post(url)


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
    assert SENT_FILES - SENSITIVE == FILES_OF_NO_PERSON


def strangers(name, rows):
    """A stranger is asked to sign in."""
    answer = knock(Client(), name, rows)
    if not answer.get("Location", "").startswith("/accounts/login/?next="):
        yield f"a stranger is not asked to sign in at {name}"


def roles(name, rows, clients):
    """The roles of the table enter, the others get 403."""
    for role, client in clients.items():
        answer = knock(client, name, rows)
        if "attachment" in answer.get("Content-Disposition", ""):
            SENT_FILES.add(name)
        status = answer.status_code
        if status not in (ENTERED if role in DOORS[name] else {403}):
            yield f"{role} at {name}: {status}"


def missing(name, clients):
    """What is not there is 404, for those who may enter."""
    if "<" not in template(name):
        return
    for role in DOORS[name] & clients.keys():  # the operator is not in town
        if (status := knock(clients[role], name, {}).status_code) != 404:
            yield f"{role} at a missing row of {name}: {status}"


def test_another_sellers_rows_are_not_there(town, bo):
    _, rows = town
    client = signed_in(bo.owner)
    for name in sorted(DOORS):
        if "dashboard" in template(name) and "<" in template(name):
            assert knock(client, name, rows).status_code == 404, name


def test_the_operators_pages_are_closed_to_others(town):
    users, _ = town
    for role in ROLES:
        assert signed_in(users[role]).get("/admin/").status_code == 302
        assert signed_in(users[role]).get("/admin/orders/order/").status_code == 302
