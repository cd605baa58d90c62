"""The second wall between tenants: PostgreSQL itself shows a request only its own sellers' rows."""

import re
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from fulfillment.database.base import ON_ROWS
from fulfillment.tracking.queries import SELLER
from orders.models import Event, Member, Order, Product, Seller, Warehouse
from orders.models.policies import WITHOUT_POLICY, policies
from orders.row_security import (
    ALL_SELLERS,
    NO_SELLER,
    reach_of,
    seeing,
)
from orders.statements import narrow_to_found, run
from tests.support import cast, servers
from tests.support.databases import superuser
from tests.test_doors import signed_in
from warehouse.models import Location, Run

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[1]
APPS = ("orders", "warehouse", "notifications")
# Who says that it works for everybody: why.
FOR_EVERYBODY = {
    "fulfillment/celery.py": "tasks work for all sellers",
    "fulfillment/demo/crew_process.py": "processes of an operator's command",
    "fulfillment/observability/metrics.py": "whoever has the token sees counts of the whole site",
    "manage.py": "an operator's commands",
    "notifications/reports/views/mail.py": "a provider reports on messages of all sellers",
    "notifications/reports/views/sms.py": "a provider reports on messages of all sellers",
    "orders/access.py": "operators",
    "orders/accounts/api_keys.py": "a key in a URL says whose it is",
    "orders/accounts/invitations.py": "a token says whose the request is, or founds a seller",
    "orders/intake/views.py": "the channel's secret says whose the request is",
    "warehouse/badges/devices.py": "a shared device's cookie says whose the request is",
    "warehouse/printing/printers.py": "the token of an agent says whose the request is",
    "warehouse/badges/views/sign_in.py": "a badge and its PIN say whose the request is",
}


@pytest.fixture
def sides(ada, bo):
    """Ada and Bo in Berlin, Cleo in Hamburg; each has a product, goods in a bin, and an order."""
    harbour = cast.make_warehouse("HAM")
    cleo = cast.make_seller("Cleo's Clocks", "cleo@example.com", harbour, owner="Cleo Clark")
    for side in (ada, bo, cleo):
        cast.put_stock(cast.make_product(side, "THING", "A thing"), 5)
        side.order = cast.make_order(side, {"THING": 1})
    return {"ada": ada, "bo": bo, "cleo": cleo}


def seen(sides):
    """Whose orders a statement of now is shown."""
    owners = {side.seller.pk: name for name, side in sides.items()}
    return {owners[seller] for seller in Order.objects.values_list("seller", flat=True)}


@pytest.mark.parametrize("app", APPS)
def test_every_table_of_a_tenant_has_the_policy_of_its_model(app):
    """A model with a tenant path and no policy fails here: its migration writes the statement."""
    wanted = policies(app)
    with superuser(servers.DATABASE) as database, database.transaction(force_rollback=True):
        for statement in policies(app, name="wanted").values():
            database.execute(statement)
        found = {
            (table, name): (condition, is_on, check, command)
            for table, name, condition, check, command, is_on in database.execute(
                "SELECT p.tablename, p.policyname, p.qual, p.with_check, p.cmd, c.relrowsecurity "
                "FROM pg_policies p JOIN pg_class c ON c.oid = p.tablename::regclass "
                "WHERE p.tablename LIKE %s",
                [f"{app}\\_%"],
            )
        }
    missing = {
        table: statement
        for table, statement in wanted.items()
        if (table, "tenant") not in found or not found[table, "tenant"][1]
    }
    assert missing == {}
    assert {table for table, _ in found} == set(wanted)
    different = [table for table in wanted if found[table, "tenant"] != found[table, "wanted"]]
    assert different == []


def test_only_what_says_why_has_no_policy():
    assert WITHOUT_POLICY.keys() == {"orders.User"}


def test_nothing_set_is_nothing_shown(sides):
    with seeing(NO_SELLER), connection.cursor() as cursor:
        for app in APPS:
            for table in policies(app):
                cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of our own
                assert cursor.fetchone() == (0,), table
    assert seen(sides) == {"ada", "bo", "cleo"}


def reaches(sides):
    ada, bo, cleo = (sides[name].seller for name in ("ada", "bo", "cleo"))
    berlin, harbour = ada.warehouse_id, cleo.warehouse_id
    return [
        (reach_of(), set()),
        (reach_of(sellers=[ada.pk]), {"ada"}),
        (reach_of(sellers=[ada.pk, cleo.pk]), {"ada", "cleo"}),
        (reach_of(buildings=[berlin]), {"ada", "bo"}),
        (reach_of(buildings=[harbour]), {"cleo"}),
        (reach_of(sellers=[bo.pk], buildings=[harbour]), {"bo", "cleo"}),
        (ALL_SELLERS, {"ada", "bo", "cleo"}),
    ]


@pytest.mark.parametrize("within", [nullcontext, transaction.atomic])
def test_a_reach_shows_its_sellers_and_no_other(sides, within):
    with within():
        for reach, names in reaches(sides):
            with seeing(reach):
                assert seen(sides) == names, reach
                owners = {side.seller.pk for name, side in sides.items() if name in names}
                for model in (Product, Event):
                    assert set(model.objects.values_list("seller", flat=True)) == owners
                assert set(Seller.objects.values_list("pk", flat=True)) == owners


def links(sides):
    """Hashes of tracking links, and whose rows are seen by who has them."""
    known = {name: bytes(side.order.tracking_hash) for name, side in sides.items()}
    return [
        (known["bo"], {"bo"}),
        (known["ada"], {"ada"}),
        (known["ada"], {"ada"}),
        (b"\0" * 32, set()),
        (known["ada"], {"ada"}),
    ]


@pytest.mark.parametrize("within", [nullcontext, transaction.atomic])
@pytest.mark.parametrize("is_pooled", [False, True])
def test_who_has_a_link_sees_the_rows_of_its_seller(sides, within, is_pooled, monkeypatch):
    connection.ensure_connection()
    if is_pooled:
        monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    for hashed, names in links(sides):
        with seeing(ALL_SELLERS), within():
            assert narrow_to_found(SELLER, [hashed]) == bool(names)
            assert seen(sides) == names
        with seeing(NO_SELLER):
            assert seen(sides) == set()
    assert seen(sides) == {"ada", "bo", "cleo"}


def test_a_link_that_cannot_be_looked_up_shows_nothing(sides):
    with seeing(NO_SELLER):
        for call in ("portal_seller_of(($1 || chr(0))::bytea)", "portal_seller_of($1::int::text)"):
            with pytest.raises(DatabaseError):
                narrow_to_found(call, ["ff"])
            assert seen(sides) == set()
        assert narrow_to_found(SELLER, [links(sides)[0][0]])
        assert seen(sides) == {"bo"}


def test_what_has_no_seller_is_seen_through_its_building(sides, pat, lea):
    ada, cleo = sides["ada"].seller, sides["cleo"].seller
    for reach in (reach_of(sellers=[cleo.pk]), reach_of(buildings=[cleo.warehouse_id])):
        with seeing(reach):
            assert [row.code for row in Warehouse.objects.all()] == ["HAM"]
            assert set(Location.objects.values_list("warehouse__code", flat=True)) == {"HAM"}
            assert set(Member.objects.values_list("user__name", flat=True)) == {"Cleo Clark"}
    with seeing(reach_of(buildings=[ada.warehouse_id])):
        assert {"Pat Petrov", "Lea Lorenz"} < set(
            Member.objects.values_list("user__name", flat=True)
        )
        assert Run.objects.count() == 0


def test_another_sellers_row_is_neither_written_nor_changed(sides):
    ada, bo = sides["ada"], sides["bo"]
    with seeing(reach_of(sellers=[bo.seller.pk])):
        assert Order.objects.filter(pk=ada.order.pk).update(number="stolen") == 0
        assert Order.objects.filter(pk=ada.order.pk).delete()[0] == 0
        with pytest.raises(DatabaseError, match="row-level security"):
            Product.objects.create(seller=ada.seller, sku="PLANTED")
        with pytest.raises(DatabaseError, match="row-level security"):
            Product.objects.filter(seller=bo.seller).update(seller=ada.seller)
    assert Product.objects.filter(seller=ada.seller).count() == 1
    assert Order.objects.get(pk=ada.order.pk).number == ada.order.number


def setting():
    """What is left on the connection between two statements; bytes are sent without a reach."""
    connection.ensure_connection()
    sent = b"SELECT coalesce(current_setting('portal.sees', true), '')"
    return connection.connection.execute(sent).fetchone()[0]


def test_nothing_leaks_from_one_request_to_the_next_on_one_connection(sides):
    """Ada's, Bo's, a stranger's and a failed request, in turn on this thread's connection."""
    ada, bo = signed_in(sides["ada"].owner), signed_in(sides["bo"].owner)
    url = {name: reverse("dashboard_order", args=[side.order.pk]) for name, side in sides.items()}
    api = {name: {"Authorization": f"Bearer {side.api_key}"} for name, side in sides.items()}
    backend = connection.connection.info.backend_pid

    for _ in range(2):
        assert ada.get(url["ada"]).status_code == 200
        assert bo.get(url["ada"]).status_code == 404
        assert bo.get(url["bo"]).status_code == 200
        assert Client().get("/track/nobody/").status_code == 404
        assert Client().get(f"/track/{sides['ada'].order.token}/").status_code == 200
        for owner, wanted, status in (("ada", "ada", 200), ("bo", "ada", 404)):
            detail = reverse("api_order", args=[sides[wanted].order.pk])
            assert Client().get(detail, headers=api[owner]).status_code == status
        assert Client().get("/track/nobody/").status_code == 404
        with seeing(NO_SELLER):
            assert seen(sides) == set()
    assert connection.connection.info.backend_pid == backend
    assert seen(sides) == {"ada", "bo", "cleo"}  # the thread is back to what it was


def test_a_reach_ends_with_its_transaction_and_with_what_is_rolled_back(sides):
    ada, bo = (reach_of(sellers=[sides[name].seller.pk]) for name in ("ada", "bo"))
    carried = setting()
    with seeing(ada), transaction.atomic():
        assert seen(sides) == {"ada"}
        with pytest.raises(ZeroDivisionError), transaction.atomic(), seeing(bo):
            assert seen(sides) == {"bo"}
            raise ZeroDivisionError
        assert seen(sides) == {"ada"}
    assert setting() == carried
    assert seen(sides) == {"ada", "bo", "cleo"}


def test_a_reach_whose_statement_failed_is_set_again(sides):
    """The session gets its setting together with the statement, and loses it if that fails."""
    with seeing(reach_of(sellers=[sides["ada"].seller.pk])):
        for _ in range(2):
            with pytest.raises(DatabaseError):
                Order.objects.extra(where=["1/0 = 1"]).count()
            assert seen(sides) == {"ada"}
    assert seen(sides) == {"ada", "bo", "cleo"}


def test_goods_of_a_seller_who_came_later_are_seen(sides):
    """What a function found is good for one request, or one block, on this connection."""
    berlin, harbour = (sides[name].seller.warehouse for name in ("ada", "cleo"))
    with seeing(reach_of(buildings=[berlin.pk])):
        assert seen(sides) == {"ada", "bo"}
        with seeing(ALL_SELLERS):
            sides["dora"] = cast.make_seller("Dora", "dora@example.com", berlin, owner="Dora Dee")
            cast.make_product(sides["dora"], "THING", "A thing")
            sides["dora"].order = cast.make_order(sides["dora"], {"THING": 1})
        assert seen(sides) == {"ada", "bo", "dora"}
        count = "SELECT count(*)::int FROM orders_order WHERE $1 = 1"
        assert run(count, [1]) == [(3,)]
    with seeing(ALL_SELLERS):
        assert Seller.objects.filter(pk=sides["bo"].seller.pk).update(warehouse=harbour)
        with seeing(reach_of(buildings=[berlin.pk])):
            assert seen(sides) == {"ada", "bo", "dora"}, "what lies there is still its"
        assert sides["bo"].seller.houses.filter(warehouse=berlin).delete()
    for building, names in ((berlin, {"ada", "dora"}), (harbour, {"bo", "cleo"})):
        with seeing(reach_of(buildings=[building.pk])):
            assert seen(sides) == names


def test_clients_may_take_turns_on_one_connection_as_behind_a_pooler(sides):
    """Each statement carries its reach, prepared or not, so any session may run it."""
    count = "SELECT count(*) FROM orders_order WHERE seller_id = $1 OR $1 = seller_id"
    ada, bo = (sides[name].seller.pk for name in ("ada", "bo"))
    connection.ensure_connection()
    prepared = connection.connection.prepare_threshold
    for threshold in (prepared, None, prepared):
        connection.connection.prepare_threshold = threshold
        for mine, asked, rows in ((ada, ada, 1), (bo, ada, 0), (bo, bo, 1), (ada, bo, 0)):
            with seeing(reach_of(sellers=[mine])):
                assert run(count, [asked]) == [(rows,)]
                assert Order.objects.filter(seller=asked).count() == rows


def test_what_was_prepared_outlives_a_rollback(sides):
    with seeing(reach_of(sellers=[sides["ada"].seller.pk])):
        for _ in range(3):
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                assert run("SELECT count(*) FROM orders_order WHERE 1 = $1", [1]) == [(1,)]
                raise ZeroDivisionError


def test_an_event_of_no_seller_is_for_those_who_see_something(sides):
    with seeing(reach_of(sellers=[sides["ada"].seller.pk])):
        event = Event.objects.create(kind="run.started")
        assert Event.objects.filter(pk=event.pk).exists()
    with seeing(NO_SELLER):
        assert not Event.objects.filter(pk=event.pk).exists()
        with pytest.raises(DatabaseError, match="row-level security"):
            Event.objects.create(kind="run.started")


def test_a_thread_begins_with_the_reach_of_its_process(sides):
    found = []

    def look():
        found.append(seen(sides))
        connection.close()

    with seeing(reach_of(sellers=[sides["ada"].seller.pk])):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [{"ada", "bo", "cleo"}]


@pytest.mark.parametrize(
    ("sql", "is_on_rows"),
    [
        ("SELECT 1", True),
        ("(SELECT 1) UNION (SELECT 2)", True),
        ("\n-- Why.\n-- More.\nWITH found AS (SELECT 1) SELECT 1", True),
        ("insert into x values (1)", True),
        ("EXPLAIN SELECT 1", True),
        ('SAVEPOINT "s"', False),
        ('ROLLBACK TO SAVEPOINT "s"', False),
        ("CREATE INDEX CONCURRENTLY x ON y (z)", False),
        ("SELECTED", False),
    ],
)
def test_what_a_reach_goes_before(sql, is_on_rows):
    assert bool(ON_ROWS.match(sql)) is is_on_rows


def test_what_searches_behind_the_policies_compares_the_seller_itself(sides):
    """The functions of the search run as the owner of the tables, whom no policy binds."""
    searches = {
        "SELECT portal_orders_named($1, 9)": [["Grace", "Hopper"]],
        "SELECT portal_orders_numbered($1, 9)": ["#"],
    }
    for sql, values in searches.items():
        found = {}
        for name, side in sides.items():
            with seeing(reach_of(sellers=[side.seller.pk])):
                found[name] = [order_id for (order_id,) in run(sql, values)]
        assert found == {name: [side.order.pk] for name, side in sides.items()}
        with seeing(NO_SELLER):
            assert run(sql, values) == []
        with seeing(ALL_SELLERS):
            assert len(run(sql, values)) == len(sides)


def test_a_product_in_other_letters_is_that_of_its_seller_alone(sides):
    """As in the search: the function of the intake runs as the owner of the tables."""
    ada, bo = (sides[name].seller for name in ("ada", "bo"))
    found = [(Product.objects.get(seller=ada, sku="THING").pk,)]
    find = "SELECT id FROM portal_product_in_any_letters($1, 'tHing')"
    seen_by = {reach_of(sellers=[ada.pk]): found, ALL_SELLERS: found}
    for reach in (reach_of(sellers=[bo.pk]), NO_SELLER):
        seen_by[reach] = []
    for reach, rows in seen_by.items():
        with seeing(reach):
            assert run(find, [ada.pk]) == rows
    cast.make_product(sides["ada"], "thing", "Another thing")
    assert run(find, [ada.pk]) == []


def test_a_pattern_is_a_value_in_the_search(ada):
    order = cast.make_order(ada, {"LAMP": 1}, customer_name="Siobhán O'Neill")
    for patterns, is_found in ((["o'neill"], True), ([r"x'\) OR true --"], False), (["%"], False)):
        found = run("SELECT portal_orders_named($1, 9)", [patterns])
        assert found == ([(order.pk,)] if is_found else [])


def test_who_works_for_everybody_says_so():
    says = re.compile(r"\b(ALL_SELLERS|work_for_all_sellers)\b")
    files = [ROOT / "manage.py"]
    for folder in (*APPS, "fulfillment"):
        files += (ROOT / folder).rglob("*.py")
    found = {str(path.relative_to(ROOT)) for path in files if says.search(path.read_text())}
    assert found - {"orders/row_security.py"} == FOR_EVERYBODY.keys()


def test_a_statement_of_many_rows_of_values_carries_no_reach():
    """executemany and COPY would be shown nothing: nobody uses them."""
    users = [
        str(path)
        for folder in (*APPS, "fulfillment")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\.executemany\(|\.copy\(\s*[\"'bf]", path.read_text())
    ]
    assert users == []
