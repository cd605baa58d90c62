"""Rate limits: exact over processes, cautious without Valkey, by the true network of a client."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.test import Client, RequestFactory

from fulfillment.serving import rates
from fulfillment.serving.calls import client_of
from fulfillment.serving.clients import believe, client_network
from fulfillment.serving.rates import Limit, LocalLog, give_back, take
from orders.events.broker import broker
from orders.keys import new_id
from tests.support import cast

SPAN = 60
ONE_PROCESS = """
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from fulfillment.serving.rates import Limit, take
with ThreadPoolExecutor(10) as pool:
    waits = pool.map(lambda _: take(Limit("shared", "all", 25, 60)), range(30))
print(sum(wait is None for wait in waits))
"""


@pytest.fixture(autouse=True)
def _nothing_counted():
    """Each test begins with empty logs."""
    forget()


def forget():
    broker().ask(lambda client: [client.delete(key) for key in client.keys(f"{rates.PREFIX}*")])
    rates.local.moments.clear()


@pytest.fixture
def no_valkey(settings):
    settings.REDIS_URL = "unix:///nowhere/broker.sock"


def allowed(limit, times):
    return [take(limit) is None for _ in range(times)]


def test_a_log_is_exact_over_threads_and_processes():
    children = [
        subprocess.Popen(
            [sys.executable, "-c", ONE_PROCESS],
            cwd=Path(django_settings.BASE_DIR),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert sum(int(child.communicate()[0]) for child in children) == 25


def test_it_slides():
    limit = Limit("slides", "ada", 3, 1)
    assert allowed(limit, 4) == [True, True, True, False]
    time.sleep(1.05)
    assert allowed(limit, 4) == [True, True, True, False]


def test_where_one_limit_is_used_up_the_others_count_nothing():
    small, large = Limit("small", "x", 1, SPAN), Limit("large", "x", 2, SPAN)
    assert take(small, large) is None
    assert 1 <= take(small, large) <= SPAN
    assert allowed(large, 2) == [True, False]


def test_what_is_given_back_counts_no_more():
    limit = Limit("back", "x", 1, SPAN)
    for _ in range(3):
        assert take(limit) is None
        give_back(limit)
    assert allowed(limit, 2) == [True, False]


def test_a_clock_that_was_set_back_locks_nobody_out():
    limit = Limit("clock", "x", 2, SPAN)
    take(limit)
    future = str(int(time.time() * 1000) + 3_600_000)
    broker().ask(lambda client: client.lpush(limit.key, future, future))
    assert take(limit) is None


def test_no_limit_and_nobody_knows_whose():
    assert allowed(Limit("none", "x", 0, SPAN), 50) == [True] * 50
    assert "ada@example.com" not in Limit("key", "ada@example.com", 1, SPAN).key


def test_without_valkey_a_process_allows_a_share(no_valkey):
    limit = Limit("alone", "x", 8, SPAN)
    assert allowed(limit, 4) == [True, True, False, False]
    give_back(limit)
    assert allowed(limit, 2) == [True, False]


def test_a_local_log_is_bounded(monkeypatch):
    monkeypatch.setattr(rates, "MOST_LOCAL_KEYS", 10)
    log = LocalLog()
    for number in range(100):
        assert log.take([Limit("many", str(number), 4, SPAN)]) == 0
    assert len(log.moments) == 10


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("203.0.113.9", "", "203.0.113.0/24"),
        ("203.0.113.9", "8.8.8.8", "203.0.113.0/24"),  # no proxy of ours: not believed
        ("10.0.0.5", "198.51.100.7", "198.51.100.0/24"),
        ("10.0.0.5", "8.8.8.8, 198.51.100.7", "198.51.100.0/24"),  # only the last is its word
        ("10.0.0.5", "198.51.100.7, 10.0.0.9", "198.51.100.0/24"),  # two proxies of ours
        ("10.0.0.5", "8.8.8.8, garbage", "10.0.0.0/24"),
        ("10.0.0.5", "", "10.0.0.0/24"),
        ("10.0.0.5", "198.51.100.7:4711", "198.51.100.0/24"),
        ("10.0.0.5", "[2001:db8:1:2ff::7]:4711", "2001:db8:1:200::/56"),
        ("::ffff:10.0.0.5", "2001:db8:1:2ff::8", "2001:db8:1:200::/56"),
        ("2001:db8:1:2ff::9", "", "2001:db8:1:200::/56"),
        ("", "198.51.100.7", "unknown"),
    ],
)
def test_a_client_is_who_a_trusted_proxy_says(settings, peer, forwarded, network):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/24")]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    believe(request.META)
    assert client_network(request) == network


def test_each_line_that_proxies_have_added_is_read(settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/24")]
    headers = Message()
    headers["x-forwarded-for"] = "8.8.8.8"  # of whoever sends
    headers["x-forwarded-for"] = "198.51.100.7"
    scope = SimpleNamespace(client="10.0.0.5:4711", headers=headers)
    assert client_of(scope) == "198.51.100.7"
    del headers["x-forwarded-for"]
    assert client_of(scope) == "10.0.0.5"


@pytest.mark.parametrize(("peer", "is_secure"), [("10.0.0.5", True), ("203.0.113.9", False)])
def test_only_a_trusted_proxy_says_that_it_was_https(settings, peer, is_secure):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/24")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    believe(request.META)
    assert request.is_secure() is is_secure


@pytest.mark.django_db
def test_strangers_of_a_network_are_limited_and_nobody_else(settings, ada):
    settings.RATE_STRANGER = 3
    stranger, neighbour = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.200")
    assert [stranger.get("/track/nothing/").status_code for _ in range(2)] == [404] * 2
    assert neighbour.get("/accounts/login/").status_code == 200
    refused = neighbour.get("/track/nothing/")
    assert (refused.status_code, refused.headers["Cache-Control"]) == (429, "no-store")
    assert 1 <= int(refused.headers["Retry-After"]) <= SPAN
    assert "Please try again in" in refused.content.decode()
    for url in ("/healthz", "/dashboard/"):
        signed_in = Client(REMOTE_ADDR="203.0.113.1")
        signed_in.force_login(ada.owner)
        assert signed_in.get(url).status_code == 200
    assert Client(REMOTE_ADDR="203.0.114.1").get("/track/nothing/").status_code == 404


@pytest.mark.django_db
def test_a_key_has_its_own_rate_and_guesses_count_for_their_network(settings, ada, bo):
    settings.RATE_API_KEY, settings.RATE_STRANGER = 2, 2

    def ask(key):
        answer = Client(REMOTE_ADDR="203.0.113.1").get(
            "/api/v1/events/", headers={"Authorization": f"Bearer {key}"}
        )
        return answer.status_code

    assert [ask("guess"), ask("another"), ask("third")] == [401, 401, 429]
    assert [ask(ada.api_key) for _ in range(3)] == [200, 200, 429]
    assert ask(bo.api_key) == 200
    refused = Client().get("/api/v1/events/", headers={"Authorization": f"Bearer {ada.api_key}"})
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["errors"][0]["problem"].startswith("Too many requests: try again in")


@pytest.mark.django_db
def test_a_hook_is_limited_by_network(settings, ada):
    settings.RATE_HOOK = 2
    path = f"/hooks/shops/{ada.channel.pk}/"

    def call(address):
        return Client(REMOTE_ADDR=address).post(path, {}, "application/json")

    assert [call("203.0.113.1").status_code for _ in range(3)] == [401, 401, 429]
    assert call("203.0.113.1").json()["errors"][0]["field"] == ""
    # The shop itself comes from another network.
    assert call("198.51.100.1").status_code == 401


def test_who_invents_addresses_of_shops_is_a_stranger(settings, ada):
    settings.RATE_STRANGER = 2

    def call(address, path):
        return Client(REMOTE_ADDR=address).post(path, {}, "application/json").status_code

    invented = [f"/hooks/shops/{new_id()}/" for _ in range(3)]
    assert [call("203.0.113.1", path) for path in invented] == [401, 401, 429]
    assert call("198.51.100.1", invented[0]) == 401


def sign_in(address, email, password, **headers):
    form = {"login": email, "password": password}
    return Client(REMOTE_ADDR=address, headers=headers).post("/accounts/login/", form).status_code


@pytest.mark.django_db
def test_failed_sign_ins_are_limited_by_account_and_by_network(settings, ada, bo):
    settings.RATE_SIGN_IN, settings.RATE_SIGN_IN_NETWORK = 2, 4
    right = ("203.0.113.1", "ada@example.com", cast.PASSWORD)
    assert [sign_in(*right) for _ in range(4)] == [302] * 4
    assert [sign_in("203.0.113.1", " Ada@Example.com ", "no") for _ in range(2)] == [200] * 2
    assert sign_in(*right) == 429
    # Whoever guesses, the owner signs in on her own network.
    assert sign_in("198.51.100.1", "ada@example.com", cast.PASSWORD) == 302
    assert [sign_in("203.0.113.1", f"{n}@example.com", "no") for n in range(3)] == [200, 200, 429]
    assert sign_in("198.51.100.1", "bo@example.com", cast.PASSWORD) == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers", [{"X-Requested-With": "XMLHttpRequest"}, {"Accept": "application/json"}]
)
def test_a_script_guesses_no_more_than_a_page(settings, ada, headers):
    settings.RATE_SIGN_IN, settings.RATE_SIGN_IN_NETWORK = 2, 2
    guess = ("203.0.113.1", "ada@example.com", "no")
    assert [sign_in(*guess, **headers) for _ in range(3)] == [200, 200, 429]
    script = Client(REMOTE_ADDR="203.0.113.1", headers=headers)
    form = {"email": "ada@example.com"}
    asked = [script.post("/accounts/password/reset/", form).status_code for _ in range(3)]
    assert asked == [302, 302, 429]


@pytest.mark.django_db
def test_a_form_of_another_site_counts_as_no_guess(settings, ada):
    settings.RATE_SIGN_IN, settings.RATE_SIGN_IN_NETWORK = 2, 4
    browser = Client(REMOTE_ADDR="203.0.113.1", enforce_csrf_checks=True)
    form = {"login": "ada@example.com", "password": "no"}
    for _ in range(6):
        sent = browser.post("/accounts/login/", form, headers={"Origin": "https://evil.example"})
        assert sent.status_code == 403
    assert sign_in("203.0.113.1", "ada@example.com", cast.PASSWORD) == 302


@pytest.mark.django_db
def test_a_hundred_guesses_at_once_are_no_more_than_the_limit(settings, ada):
    settings.RATE_SIGN_IN = 5
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda _: sign_in("203.0.113.1", "ada@example.com", "no"), range(50)))
    assert codes.count(200) == 5
