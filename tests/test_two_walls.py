"""Two walls between tenants, proved one by one: each keeps strangers out with the other gone."""

from contextlib import contextmanager
from uuid import UUID

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from orders.access import Role, TenantQuerySet, Viewer
from orders.models import User, Warehouse
from tests.support import WHOLE, cast, servers
from tests.support.databases import superuser
from tests.test_doors import signed_in, town
from torture.at_doors.addresses import address, template
from torture.at_doors.door_table import DOORS, FLOOR, PUBLIC

__all__ = ["town"]  # the fixture: Ada's rows at every station
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SWITCH = "ALTER TABLE {} {} ROW LEVEL SECURITY"
GUARDED = "SELECT tablename FROM pg_policies WHERE schemaname = 'public'"
OWNED = "SELECT table_name FROM information_schema.columns WHERE column_name = 'seller_id'"
COUNTED = "SELECT count(*), max(xmin::text::bigint) FROM {} WHERE seller_id = %s"
CHOOSE = "/warehouse/workplace/"
PRIVATE = sorted(name for name, who in DOORS.items() if who != PUBLIC)
NOT_ALLOWED = set()  # (door, method) that was answered by 405, which no wall decides


@contextmanager
def without_filter():
    """The application forgets its tenant filter everywhere; row-level security remains."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TenantQuerySet, "visible_to", lambda rows, viewer: rows)
        # What is kept compiled has the filter in it, and none is kept without: nothing is kept.
        patch.setattr(Viewer, "only_seller", None)
        yield


@contextmanager
def without_row_security():
    """PostgreSQL shows every row to everybody; the filter remains."""
    with superuser(servers.DATABASE) as database:
        tables = [name for (name,) in database.execute(GUARDED)]
        for table in tables:
            database.execute(SWITCH.format(table, "DISABLE"))
        try:
            yield
        finally:
            for table in tables:
                database.execute(SWITCH.format(table, "ENABLE"))


@pytest.fixture
def strangers(bo):
    """Signs in a client of a role, of another seller or of another building than Ada's."""
    harbour = cast.make_warehouse("HAM")
    sam = cast.make_user("samantha@example.com", "Samantha", Role.STAFF, seller=bo.seller)
    users = {Role.OWNER: bo.owner, Role.STAFF: sam}
    for role in (Role.LEAD, Role.PICKER, Role.PACKER, Role.COURIER):
        users[role] = cast.make_user(f"{role}@harbour.example", "Hans", role, warehouse=harbour)

    def sign_in(role):
        if role == Role.API_KEY:
            return Client(headers={"Authorization": f"Bearer {bo.api_key}"})
        return signed_in(User.objects.get(pk=users[role].pk))  # a door may have changed it

    return sign_in


def test_strangers_find_nothing_with_one_wall_fallen(town, strangers):
    """With both walls down the same sweep finds leaks: it can see them.

    Half of the doors are tried with one wall fallen and the others with the other, each by all
    roles; all of them with either with PROOFS=whole.
    """
    users, rows = town
    forged = forged_from(rows, users)
    written = state(rows["texts"])

    for turn, fallen in enumerate((without_filter, without_row_security)):
        doors = PRIVATE if WHOLE else PRIVATE[turn::2]
        with fallen():
            assert (fallen.__name__, *sweep(doors, rows, forged, strangers)) == (fallen.__name__,)
        assert state(rows["texts"]) == written

    # A courier's pages look for the courier's own stops, which is a third wall.
    leaky = set(Role) - {Role.OPERATOR, Role.COURIER}
    with without_filter(), without_row_security():
        leaks = sweep(PRIVATE, rows, forged, strangers, once=True)
    assert {role for role, _, _ in leaks} == leaky


def sweep(doors, rows, forged, strangers, *, once=False):
    """What each door shows of Ada's, or does to it, for every stranger whose role may open it.

    With `once`, a role that has found something looks no further.
    Who works on a floor looks from the own building, and then says that Ada's is the workplace.
    """
    own = Warehouse.objects.get(code="HAM")
    found = []
    for building, names in ((own, doors), (rows["pack"].warehouse, on_the_floor(doors))):
        sent, clients = forged | {"warehouse": building.pk}, {}
        for name in names:
            for role in sorted(set(DOORS[name]) - {Role.OPERATOR}):  # who sees everybody's
                if once and role in {role for role, _, _ in found}:
                    continue
                if role not in clients or is_out(clients[role], role):
                    clients[role] = strangers(role)
                    if role in FLOOR:
                        clients[role].post(CHOOSE, sent)
                found += [(role, name, leak) for leak in leaks_at(name, clients[role], rows, sent)]
    return found


def on_the_floor(doors):
    return [name for name in doors if name.startswith("warehouse_")]


def is_out(client, role):
    """Whether a door has ended the session, as the one that enrols a device does."""
    return role != Role.API_KEY and SESSION_KEY not in client.session


def leaks_at(name, client, rows, sent):
    url = address(name, rows)
    ids = {str(row.pk) for row in rows.values() if isinstance(row.pk, UUID)}
    secrets = ids - {*url.split("/"), *map(str, sent.values())} | {"Desk lamp", "Ada&#x27;s"}
    for ask in (client.get, client.post):
        if (name, ask.__name__) in NOT_ALLOWED:
            continue
        answer = ask(url, sent if ask == client.post else None)
        if answer.status_code == 405:
            NOT_ALLOWED.add((name, ask.__name__))
        is_away = answer.status_code in (404, 405) or answer.get("Location") == CHOOSE
        if "<" in template(name) and not is_away:
            yield answer.status_code
        text = answer.getvalue().decode(errors="ignore")
        yield from (secret for secret in secrets if secret in text)


def forged_from(rows, users):
    """What a stranger might put into any form: ids and codes of Ada's."""
    return {
        "seller": rows["texts"].pk,
        "channel": rows["channels"].pk,
        "product": rows["stock"].pk,
        "courier": users[Role.COURIER].pk,
        "packages": [rows["boxes"].pk],
        "code": rows["pack"].number,
        "kind": "shopify",
        "name": "Forged",
    }


def state(seller):
    """How many rows each table has of a seller, and the last transaction that wrote one."""
    with superuser(servers.DATABASE) as database:
        return {
            table: database.execute(COUNTED.format(table), [seller.pk]).fetchone()
            for (table,) in database.execute(OWNED).fetchall()
        }
