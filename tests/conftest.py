"""Fixtures for real servers: database, mail and SMS peers, Celery worker, site and browser.

A test marked `django_db` commits for real, as the role of the portal; what it left is deleted after
it. The cast is in cast.py.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connections
from django.test import override_settings
from psycopg import sql

from fulfillment.demo.peers import (
    CarrierPeer,
    PushPeer,
    SmsPeer,
    SmtpPeer,
    TwilioPeer,
    VonagePeer,
    twilio,
    vonage,
)
from fulfillment.embedded.processes import Child
from notifications.channels.vapid import new_private_key
from orders.access import Role
from orders.carriers import CARRIERS
from orders.models import Order
from orders.row_security import work_for_all_sellers
from tests.balance import Books, findings, open_books
from tests.support import cast, databases, portal, servers, stages, vandals
from tests.support.cast import make_product
from tests.support.peer_carrier import PeerCarrier
from tests.support.stages import open_house
from tests.support.sweeping import Chapter, Sweeper, Teller, sweeper_of
from tests.tracking.tracked import MONDAY
from warehouse.models import StockMovement

CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# A test makes tens of thousands of objects; the usual 700 would have them looked through each time.
YOUNG_OBJECTS = 20_000
LEDGER = StockMovement._meta.db_table
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class FastHasher(PBKDF2PasswordHasher):
    """The portal's own way of hashing, once instead of a million times; the site can read it."""

    iterations = 1


def pytest_configure() -> None:
    """A test's own statements see all rows; a request that it sends sees what its viewer may."""
    work_for_all_sellers()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """No search for garbage while everything is imported, nor later among what stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: at the end nobody waits for the last of them.

    Of these the ones without a database first: the template is still being made beside them.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    stored = {item.path for item in items if _wants_rows(item)}
    items.sort(key=lambda item: (item.path not in slow, item.path in stored))


def _wants_rows(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db")) or "db" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session", autouse=True)
def _fast_clients() -> Iterator[None]:
    """Passwords hashed once, and no search for all static files by each Client that is made."""
    hasher = f"{__name__}.{FastHasher.__name__}"
    with override_settings(PASSWORD_HASHERS=[hasher], WHITENOISE_USE_FINDERS=False):
        yield


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[Sweeper]:
    """Instead of pytest-django's: a copy of the migrated template, used as the portal's role."""
    databases.make_database(servers.DATABASE)
    with sweeper_of(databases.superuser(servers.DATABASE)) as sweeper:
        yield sweeper


@pytest.fixture(scope="session")
def books(django_db_setup: Sweeper, django_db_blocker: Any) -> Books:
    """What the checks of `check_books` say of this worker's database."""
    with django_db_blocker.unblock():
        return open_books(django_db_setup.connection)


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest,
    django_db_setup: Sweeper,
    django_db_blocker: Any,
    books: Books,
) -> Iterator[None]:
    """Instead of pytest-django's, behind `django_db` and `db`: no transaction around the test.

    After a test that moved goods the books must balance, unless it says that it breaks them.
    """
    is_kept = request.node.get_closest_marker("one_story")
    with django_db_blocker.unblock():
        yield
        for connection in connections.all(initialized_only=True):
            # A test that broke its connection must not break the next test.
            connection.close_if_unusable_or_obsolete()
        may_break = bool(request.node.get_closest_marker("breaks_books"))
        used = django_db_setup.used()
        found = [] if may_break or not goods_moved(used) else findings()
        if not is_kept:
            django_db_setup.sweep(used)
    assert found == []


@pytest.fixture(scope="module")
def told(django_db_setup: Sweeper, django_db_blocker: Any) -> Iterator[dict[str, Order]]:
    """The vandals' story for all tests of a file that is marked `one_story`."""
    with django_db_blocker.unblock():
        yield vandals.tell_story()
    django_db_setup.sweep()


@pytest.fixture(scope="module")
def _kept() -> dict[tuple[Any, ...], Chapter]:
    """What `once` has told in this file."""
    return {}


@pytest.fixture
def once(
    request: pytest.FixtureRequest,
    db: None,
    django_db_setup: Sweeper,
    _kept: dict[tuple[Any, ...], Chapter],
) -> Iterator[Teller]:
    """Calls what makes rows and returns them; the next tests of the file find the same rows again.

    For a story that takes long: it is the first that a test writes, and of one moment. Where a file
    is marked `same_stages`, so are the stages (tests/support/stages.py) that follow straight on it.
    What Valkey counts of an order goes on from test to test: it is the same order.
    """
    teller = Teller(django_db_setup, _kept)
    has_stages = request.node.get_closest_marker("same_stages")
    with stages.told_by(teller) if has_stages else nullcontext():
        yield teller


def goods_moved(used: list[sql.Identifier]) -> bool:
    """Whether the test wrote into the ledger, or into a part of it."""
    return any(LEDGER in table.as_string() for table in used)


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpPeer]:
    peer = SmtpPeer().start()
    yield peer
    peer.stop()


@pytest.fixture(scope="session")
def _sms_server() -> Iterator[SmsPeer]:
    peer = SmsPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def smtp_peer(_smtp_server: SmtpPeer, settings: Any) -> SmtpPeer:
    """A mail server on loopback that the portal sends through; `messages` holds what came."""
    _smtp_server.reset()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = _smtp_server.host, _smtp_server.port
    return _smtp_server


@pytest.fixture
def sms_peer(_sms_server: SmsPeer, settings: Any) -> SmsPeer:
    """An SMS gateway on loopback that the portal sends through; `messages` holds what came."""
    _sms_server.reset()
    settings.SMS_URL = _sms_server.url
    return _sms_server


@pytest.fixture(scope="session")
def _push_server() -> Iterator[PushPeer]:
    peer = PushPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def push_peer(_push_server: PushPeer, settings: Any) -> PushPeer:
    """A push service on loopback, and settings that let browsers be told through it."""
    _push_server.reset()
    settings.VAPID_PRIVATE_KEY = new_private_key()
    settings.VAPID_SUBJECT = "mailto:ops@example.com"
    settings.WEBHOOK_ALLOW_LOCAL = True
    return _push_server


@pytest.fixture
def twilio_peer(settings: Any) -> Iterator[TwilioPeer]:
    """Twilio on loopback, and the settings of an account there."""
    peer = TwilioPeer().start()
    settings.SMS_PROVIDER, settings.TWILIO_URL = "twilio", peer.url
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = twilio.ACCOUNT, twilio.TOKEN
    yield peer
    peer.stop()


@pytest.fixture
def vonage_peer(settings: Any) -> Iterator[VonagePeer]:
    """Vonage on loopback, and the settings of an account there."""
    peer = VonagePeer().start()
    settings.SMS_PROVIDER, settings.VONAGE_URL = "vonage", peer.url
    settings.VONAGE_API_KEY, settings.VONAGE_API_SECRET = vonage.KEY, vonage.SECRET
    settings.VONAGE_SIGNATURE_SECRET = vonage.SIGNATURE
    yield peer
    peer.stop()


@pytest.fixture
def carrier_peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[CarrierPeer]:
    """A carrier on loopback that may misbehave, and "peer" in the registry, which speaks to it."""
    peer = CarrierPeer().start()
    monkeypatch.setitem(CARRIERS, "peer", PeerCarrier(peer.url))
    yield peer
    peer.stop()


@pytest.fixture
def celery_worker_process(db: None, smtp_peer: SmtpPeer, sms_peer: SmsPeer) -> Iterator[Child]:
    """A real worker on this test's database and broker, sending to the two peers."""
    worker = portal.start_worker(portal.environment(smtp_peer, sms_peer))
    yield worker
    worker.stop()


@pytest.fixture(scope="session")
def _site_process(
    django_db_setup: Sweeper, _smtp_server: SmtpPeer, _sms_server: SmsPeer
) -> Iterator[Child]:
    site = portal.start_site(portal.environment(_smtp_server, _sms_server))
    yield site
    site.stop()


@pytest.fixture
def live_site(db: None, _site_process: Child, settings: Any) -> str:
    """A real web server on this test's database; the value is its address, settings.SITE_URL."""
    return str(settings.SITE_URL)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), "")
    if not named:
        pytest.fail("No Chromium: install it (apt install chromium) or set CHROMIUM to its path.")
    return named


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, chromium: str) -> dict[str, Any]:
    """The machine's browser, quiet."""
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture
def building(db: None) -> Any:
    """The warehouse in Berlin that Ada and Bo share."""
    return cast.make_warehouse()


@pytest.fixture
def ada(building: Any) -> cast.SellerSide:
    """Ada sells lamps."""
    return cast.make_seller("Ada's Lamps", "ada@example.com", building)


@pytest.fixture
def bo(building: Any) -> cast.SellerSide:
    """Bo sells tea."""
    return cast.make_seller("Bo & Leaf", "bo@example.com", building, owner="Bo Lindqvist")


@pytest.fixture
def pat(building: Any) -> Any:
    """Pat picks."""
    return cast.make_user("pat@example.com", "Pat Petrov", Role.PICKER, warehouse=building)


@pytest.fixture
def pia(building: Any) -> Any:
    """Pia packs."""
    return cast.make_user("pia@example.com", "Pia Park", Role.PACKER, warehouse=building)


@pytest.fixture
def lea(building: Any) -> Any:
    """Lea leads the warehouse."""
    return cast.make_user("lea@example.com", "Lea Lorenz", Role.LEAD, warehouse=building)


@pytest.fixture
def cory(building: Any) -> Any:
    """Cory drives."""
    return cast.make_user("cory@example.com", "Cory Castro", Role.COURIER, warehouse=building)


@pytest.fixture
def monday_house(once):
    """A warehouse with two sellers and their goods, on Monday at ten in Berlin."""
    with time_machine.travel(MONDAY, tick=False):
        yield once(open_house)


@pytest.fixture
def lamp(ada):
    """Ada's lamp, with a barcode."""
    return make_product(ada, "LAMP", "Brass lamp", barcode="4006381333931")


@pytest.fixture
def shade(ada):
    """Ada's lamp shade."""
    return make_product(ada, "SHADE", "Linen shade")
