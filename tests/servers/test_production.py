"""A real installation as README.md describes it, behind a TLS proxy: its pages and its logs."""

import json
import os
import re
from pathlib import Path

import psycopg
import pytest
import requests
from celery import current_app

from fulfillment.demo.peers.kept import Fault
from notifications.models import Message
from orders.keys import token_hash
from orders.models import ApiKey
from tests.orders.intake.test_intake import ORDER
from tests.servers.production import HOST, Production, get, is_up, named, values
from tests.servers.tls_proxy import TlsProxy
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAME, STREET, MAIL = "Canarina Vogelsang", "Kanarienweg 17", "canary.bird@customer.example"
PHONE, KEY, PASSWORD = "+4915155512345", "fk_canarykey" + "c" * 40, "canary-password-1"
REFUSED = "canary.refused@customer.example"
CANARIES = {*NAME.split(), "Kanarienweg", MAIL, REFUSED, PHONE, PHONE[3:], KEY, PASSWORD}
BAD_SQL = (
    f"SELECT '{NAME}, {STREET}' FROM nowhere",  # noqa: S608
    f"INSERT INTO orders_order (customer_name, email) VALUES ('{NAME}', '{MAIL}')",  # noqa: S608
    f"UPDATE orders_order SET currency = '{PHONE} {STREET}'",  # noqa: S608
)


@pytest.fixture(scope="module")
def production(django_db_setup, tmp_path_factory, _smtp_server, _sms_server):
    mail = {"EMAIL_HOST": _smtp_server.host, "EMAIL_PORT": str(_smtp_server.port)}
    peers = mail | {"EMAIL_USE_TLS": "0", "SMS_URL": _sms_server.url}
    running = Production(tmp_path_factory.mktemp("production"), **peers, SWEEP_SECONDS="1")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def proxy(production):
    proxy = TlsProxy(production.folder, production.port)
    wait_until(lambda: is_up(proxy), 60)
    yield proxy
    proxy.stop()


def test_the_table_has_what_this_test_sets():
    assert set(named()) == set(values())


def test_pages_behind_tls_are_pages_and_no_redirects_to_themselves(proxy):
    page = get(proxy, "/accounts/login/")
    assert page.status_code == 200
    assert "Sign in" in page.text
    assert "Secure" in page.headers["Set-Cookie"]
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    style = re.search(r'href="(/static/[^"]+[.]css)"', page.text)[1]
    assert get(proxy, style).status_code == 200
    home = get(proxy, "/")
    assert (home.status_code, home.headers["Location"]) == (302, "/accounts/login/")
    assert get(proxy, "/readyz").text == "ready\n"


def test_http_is_sent_to_https(production, proxy):
    answer = requests.get(
        f"http://127.0.0.1:{production.port}/accounts/login/",
        headers=HOST,
        allow_redirects=False,
        timeout=30,
    )
    assert answer.headers["Location"] == "https://portal.example/accounts/login/"


def test_worker_and_beat_are_running(production, proxy):
    wait_until(lambda: current_app.control.ping(timeout=1), 60)
    wait_until(lambda: list(production.folder.glob("schedule*")), 60)
    assert [process.poll() for process in production.started] == [None, None, None]


def test_personal_pages_are_kept_nowhere_and_errors_have_an_id(proxy):
    for path in ("/accounts/login/", "/dashboard/", "/api/v1/orders/", "/nowhere/", "/"):
        kept = get(proxy, path).headers["Cache-Control"]
        assert {"private", "no-store"} <= set(re.split(", *", kept)), path
    missing = get(proxy, "/nowhere/", **{"X-Request-ID": "from-the-proxy-1"})
    assert missing.headers["X-Request-ID"] == "from-the-proxy-1"
    assert "<code>from-the-proxy-1</code>" in missing.text
    forged = get(proxy, "/nowhere/", **{"X-Request-ID": "<script>1234567"})
    assert re.fullmatch("[0-9a-f]{32}", forged.headers["X-Request-ID"])


def test_no_log_says_who_ordered_what(proxy, production, ada, smtp_peer, sms_peer):
    """Canaries: planted, sent through everything with its errors, and looked for in all logs."""
    smtp_peer.behaviour = refuse_one
    ApiKey.objects.filter(channel__seller=ada.seller).update(key_hash=token_hash(KEY))
    wait_until(lambda: current_app.control.ping(timeout=1), 60)
    token = order(proxy, "A-1", MAIL).json()["tracking_url"].split("/")[-2]
    assert order(proxy, "A-2", REFUSED).status_code == 201
    wait_until(lambda: Message.objects.filter(channel="email", status="failed").exists(), 60)
    wait_until(lambda: [mail for mail in smtp_peer.messages if MAIL in mail.recipients], 60)
    make_errors(proxy, token)
    make_database_errors()

    logs = {path.name: path.read_text(errors="replace") for path in log_files(production)}
    assert '"Not Found: /track/***/' in logs["0.log"], "errors of pages are logged"
    lines = [json.loads(line) for line in logs["0.log"].splitlines() if line.startswith("{")]
    assert {"request_id", "event", "level"} <= lines[-1].keys()
    canaries = {*CANARIES, token}
    found = [(name, bird) for bird in canaries for name, text in logs.items() if bird in text]
    assert found == []


def refuse_one(mail):
    if REFUSED in mail.recipients:
        return Fault(status=550, text=f"{REFUSED} is unknown here")
    return None


def order(proxy, reference, mail, **more):
    body = ORDER | {"reference": reference, "number": f"#{reference}"} | more
    body["customer"] = {"name": NAME, "email": mail, "phone": PHONE}
    body["address"] = ORDER["address"] | {"street": STREET}
    return requests.post(
        f"{proxy.url}/api/v1/orders/",
        json=body,
        headers=HOST | {"Authorization": f"Bearer {KEY}", "Idempotency-Key": reference},
        verify=str(proxy.certificate),
        timeout=30,
    )


def make_errors(proxy, token):
    """Every way in which a page answers other than 200."""
    assert get(proxy, f"/track/{token}/").status_code == 200
    assert get(proxy, f"/track/{token}/none/").status_code == 404
    assert get(proxy, f"/track/{token}x/").status_code == 404
    assert get(proxy, "/api/v1/events/", Authorization=f"Bearer {KEY}x").status_code == 401
    assert get(proxy, f"/dashboard/orders/?q={MAIL}").status_code == 302
    assert order(proxy, "A-3", MAIL, lines=[]).status_code == 422
    sign_in = {"login": MAIL, "password": PASSWORD}
    for path, data in ((f"/track/{token}/", {}), ("/accounts/login/", sign_in)):
        answer = requests.post(
            f"{proxy.url}{path}", data, headers=HOST, verify=str(proxy.certificate), timeout=30
        )
        assert answer.status_code in {403, 405}, path


def make_database_errors():
    """Statements with canaries that the server refuses, and one that is slow."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as line:
        line.execute("SET lock_timeout = '1s'")
        for sql in BAD_SQL:
            with pytest.raises(psycopg.Error):
                line.execute(sql)


def log_files(production):
    """Of web, worker and beat, of PostgreSQL and of Valkey."""
    servers = sorted(Path(os.environ["TEST_FOLDER"]).rglob("*.log"))
    assert {"postgres.log", "valkey.log"} <= {path.name for path in servers}
    return [*production.folder.glob("*.log"), *servers]
