"""A user is exported and erased: what they did stays, done by nobody known."""

import json
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from fulfillment.backup.programs import program, run
from fulfillment.embedded.postgres import OWNER
from fulfillment.privacy.users import erase_user
from orders.access import Role, Viewer
from orders.accounts.account_mails import mail_password_reset
from orders.accounts.invitations import Place, accept_as_new, invite
from orders.errors import DomainError
from orders.keys import invitation_tokens
from orders.lifecycle.cancel import cancel_order
from orders.models import Event, Invitation, Member, SalesChannel, SellerApplication, User
from tests.support import cast, databases, servers
from tests.support.signing_in import sign_in
from tests.warehouse.badges.scanners import PIN, Scanner, badge_for, by_password
from warehouse.badges.devices import revoke_device
from warehouse.floor.picking import take_next_pick_list
from warehouse.models import Badge, Device
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def said(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def rows_with(*canaries):
    url = databases.server_url(OWNER, servers.DATABASE)
    dump = [program("pg_dump", connection.pg_version // 10_000), "--data-only", "--inserts"]
    found = [line for line in run(dump, url).splitlines() if any(bird in line for bird in canaries)]
    return sorted({line.split()[2] for line in found})


@pytest.fixture
def canary(building, lea):
    """Somebody who leads, has a badge, sits at a scanner, and did things."""
    user = cast.make_user("canary@bird.example", "Canarina", Role.LEAD, warehouse=building)
    scanner = Scanner(building, user, name="Scanner 9")
    scanner.enter(badge_for(user, building, lea)[1])
    revoke_device(Scanner(building, lea, name="Scanner 8").device, actor=user)
    LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk),
        object_repr="Canarina", action_flag=CHANGE, change_message="[canary@bird.example]",
    )  # fmt: skip
    return user, scanner


def test_no_table_holds_an_erased_user_and_history_stays(canary):
    user, scanner = canary
    office = by_password(user)
    assert office.get("/warehouse/").status_code == 200
    assert "public.orders_user" in rows_with("anari", "canary@")
    events = Event.objects.count()
    assert "Canarina would be erased" in said("erase_user", "CANARY@bird.example")

    assert said("erase_user", "canary@bird.example", yes=True).startswith("Erased.")

    assert rows_with("anari", "canary@") == []
    erased = User.objects.get(pk=user.pk)
    assert (erased.name, erased.is_active, erased.has_usable_password()) == ("Erased", False, False)
    assert (Member.objects.filter(user=user).count(), Badge.objects.count()) == (0, 0)
    assert Device.objects.get(name="Scanner 9").worker is None
    assert Event.objects.count() == events + 1
    assert Event.objects.get(kind="device.enrolled", actor=user).subject_id == scanner.device.pk
    assert LogEntry.objects.get().object_repr == "Erased"
    assert office.get("/warehouse/").status_code == 302
    assert scanner.client.get("/warehouse/").status_code == 302
    assert scanner.enter("FB" + "0" * 24, PIN).status_code == 403
    with pytest.raises(CommandError, match="There is no user"):
        said("erase_user", "canary@bird.example", yes=True)


def test_nothing_that_names_only_the_address_stays(ada):
    """Invitations, applications, account mails and sessions, and no link opens anything."""
    place, viewer = Place(seller=ada.seller), Viewer.of(ada.owner)
    first, second = (
        invite("canary@bird.example", role, place, viewer=viewer) for role in ("staff", "owner")
    )
    user = accept_as_new(first, name="Canarina", password=cast.PASSWORD)
    SellerApplication.objects.create(
        business="Birds", name="Canarina", email=user.email, note="Canarina asks."
    )
    mail_password_reset(user.email)
    sign_in(user)
    assert "canary@" in str([row.get_decoded() for row in Session.objects.all()])
    found = json.loads(said("export_user", user.email))
    assert [row["kind"] for row in found["mails"]].count("password_reset_link") == 1
    assert {row["role"] for row in found["invitations"]} == {"staff", "owner"}
    assert [row["note"] for row in found["applications"]] == ["Canarina asks."]

    erase_user(user, actor=ada.owner)

    assert rows_with("anari", "canary@") == []
    assert "canary@" not in str([row.get_decoded() for row in Session.objects.all()])
    assert Client().get(f"/join/{invitation_tokens(second.pk)[0]}/").status_code == 404
    assert Invitation.objects.filter(accepted_by=user).exists()


def test_a_user_gets_all_that_is_kept(canary):
    found = json.loads(said("export_user", "canary@bird.example"))
    assert (found["name"], found["email"]) == ("Canarina", "canary@bird.example")
    assert [row["role"] for row in found["roles"]] == ["lead"]
    assert {row["kind"] for row in found["did"]} >= {"device.enrolled", "device.revoked"}
    assert found["rows"] == {"member": 1, "badge": 1}
    assert Event.objects.filter(kind="user.exported").count() == 1


def test_who_is_needed_is_not_erased(ada, building, pat, lamp):
    operator = User.objects.create_superuser("op@example.com", "x", name="Op")
    cast.put_stock(lamp, 5)
    cast.make_order(ada, {"LAMP": 1})
    allocate_due()
    take_next_pick_list(warehouse=building, actor=pat)
    for user, why in (
        (operator, "only operator"),
        (ada.owner, "no other owner"),
        (pat, "open pick list"),
    ):
        with pytest.raises(DomainError, match=why):
            erase_user(user, actor=None)
        assert User.objects.get(pk=user.pk).name == user.name
    cast.make_user("ann@example.com", "Ann", Role.OWNER, seller=ada.seller)
    erase_user(ada.owner, actor=operator)
    assert SalesChannel.objects.filter(seller=ada.seller).count() == 2


@pytest.fixture
def office(db):
    """The operator's browser."""
    client = Client()
    client.force_login(User.objects.create_superuser("op@example.com", "x", name="Op"))
    return client


PAGE = "/dashboard/personal-data/"


def test_the_operator_erases_a_user_on_the_second_press(office, canary):
    sent = {"email": "canary@bird.example"}
    assert json.loads(office.post(f"{PAGE}user/export/", sent).content)["name"] == "Canarina"
    asked = office.post(f"{PAGE}user/erase/", sent)
    assert "Canarina would be erased" in asked.content.decode()
    assert User.objects.filter(name="Canarina").exists()
    assert office.post(f"{PAGE}user/erase/", sent | {"sure": "1"}).status_code == 302
    assert not User.objects.filter(name="Canarina").exists()
    again = office.post(f"{PAGE}user/erase/", sent | {"sure": "1"})
    assert (again.status_code, "There is no user" in again.content.decode()) == (422, True)
    last = office.post(f"{PAGE}user/erase/", {"email": "op@example.com"})
    assert (last.status_code, "the only operator" in last.content.decode()) == (422, True)


def test_the_operator_exports_and_erases_a_customer(office, ada, lamp):
    order = cast.make_order(ada, {"LAMP": 1}, email="bird@example.com", customer_name="Canarina")
    named = {"seller": ada.seller.pk, "email": "bird@example.com"}
    exported = office.post(f"{PAGE}customer/export/", named)
    assert exported["Content-Disposition"] == 'attachment; filename="customer-data.json"'
    assert exported.json()["orders"][0]["customer_name"] == "Canarina"
    assert Event.objects.get(kind="order.exported").order == order
    for sent in (named, named | {"sure": "1"}):
        still_open = office.post(f"{PAGE}customer/erase/", sent)
        assert (still_open.status_code, "Still open" in still_open.content.decode()) == (422, True)
    nobody = office.post(f"{PAGE}customer/erase/", named | {"email": "nobody@example.com"})
    assert "No order of this seller" in nobody.content.decode()
    assert office.post(f"{PAGE}customer/erase/", {"seller": "x"}).status_code == 422
    cancel_order(order, actor=None)
    asked = office.post(f"{PAGE}customer/erase/", named)
    assert f"Would be erased (1): {order}" in asked.content.decode()
    assert office.post(f"{PAGE}customer/erase/", named | {"sure": "1"}).status_code == 302
    order.refresh_from_db()
    assert (order.email, order.customer_name) == ("", "")
    assert "Customers of closed orders" in office.get(PAGE).content.decode()
