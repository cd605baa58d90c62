"""The front reader: slow, large and cut bodies never reach a thread of the portal."""

import asyncio
import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest
import requests

from fulfillment.serving import front
from fulfillment.serving.bodies import most_bytes
from orders.models import Order
from tests.orders.intake.test_intake import ORDER
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SLOW_CLIENTS = 100
CHUNKED = "Transfer-Encoding: chunked"


def begin(stack, site, path, header, body=b"", method="POST", source=""):
    """A request whose body does not end: what came before, on a line that stays open."""
    where = urlsplit(site)
    there = (where.hostname, where.port)
    line = stack.enter_context(socket.create_connection(there, 20, source_address=(source, 0)))
    head = f"{method} {path} HTTP/1.1\r\nHost: {where.netloc}\r\n{header}\r\n\r\n"
    line.sendall(head.encode() + body)
    return line


def status_of(line):
    """The status code of the answer."""
    return int(line.makefile("rb").readline().split()[1])


def send_order(site, ada, number, **body):
    return requests.post(
        f"{site}/api/v1/orders/",
        headers={"Authorization": f"Bearer {ada.api_key}", "Idempotency-Key": f"k{number}"},
        timeout=20,
        **(body or {"json": ORDER | {"reference": f"A-{number}"}}),
    )


def test_slow_bodies_hold_no_thread_and_end(live_site, ada):
    with ExitStack() as stack:
        lines = [
            begin(stack, live_site, "/api/v1/orders/", "Content-Length: 1000", b"{")
            for _ in range(SLOW_CLIENTS)
        ]
        answers = [send_order(live_site, ada, number).status_code for number in range(3)]
        wait_until(lambda: requests.get(f"{live_site}/readyz", timeout=10).status_code == 200)
        began = time.monotonic()
        assert answers == [201] * 3
        assert {status_of(line) for line in lines} == {408}
        # Not one after the other: each had its own time.
        assert time.monotonic() - began < 2 * front.BODY_SECONDS + 20


@pytest.mark.parametrize("path", ["/api/v1/orders/", "/track/x/", "/accounts/login/", "/"])
@pytest.mark.parametrize("header", ["Content-Length: {more}", CHUNKED])
def test_a_large_body_is_refused_before_it_is_read(live_site, path, header):
    more = most_bytes(path) + 1
    # The chunk that says how long it is never ends; of the other one nothing is sent.
    with ExitStack() as stack:
        first = b"%x\r\n" % (2 * more) + b"x" * more if header == CHUNKED else b""
        line = begin(stack, live_site, path, header.format(more=more), first)
        assert status_of(line) == 413


@pytest.mark.parametrize("header", ["Content-Length: {}", CHUNKED])
def test_who_still_sends_what_is_refused_hears_why(live_site, header):
    """To cut the line would take the answer from them: a proxy says 502, and a program retries."""
    large = b"x" * 8 * most_bytes("/api/v1/orders/")
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(large), large) if header == CHUNKED else large
    with ExitStack() as stack:
        line = begin(stack, live_site, "/api/v1/orders/", header.format(len(large)), sent)
        assert status_of(line) == 413


def test_a_body_without_a_length_is_read(live_site, ada):
    parts = iter([b'{"reference": "A-1", ', b'"lines": 5}'])
    assert send_order(live_site, ada, 1, data=parts).status_code == 422


@pytest.mark.parametrize("chunks", [b"2\n{}\n0\n\n", b"2\r\n{}\r\n0\r\nX: y\r\n\r\n", b"z\r\n"])
def test_chunks_that_cannot_be_read_are_refused(live_site, chunks):
    with ExitStack() as stack:
        assert status_of(begin(stack, live_site, "/api/v1/orders/", CHUNKED, chunks)) == 400


def test_many_sign_ins_at_once_leave_room_for_pages(live_site):
    browser = requests.Session()
    page = browser.get(f"{live_site}/accounts/login/", timeout=20).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    cookie = f"Cookie: csrftoken={browser.cookies['csrftoken']}"
    form = "Content-Type: application/x-www-form-urlencoded"
    with ExitStack() as stack:
        for number in range(150):
            guess = f"login={number}%40example.com&password=x&csrfmiddlewaretoken={token}".encode()
            head = f"{form}\r\n{cookie}\r\nContent-Length: {len(guess)}"
            begin(stack, live_site, "/accounts/login/", head, guess)
        answers = {requests.get(live_site, timeout=20).status_code for _ in range(5)}
    assert answers == {200}


def test_who_leaves_early_costs_nothing(live_site, ada):
    with ExitStack() as stack:
        for _ in range(20):
            begin(stack, live_site, "/api/v1/orders/", "Content-Length: 1000", b"{")
    assert send_order(live_site, ada, 1).status_code == 201


def test_who_sends_much_at_once_holds_up_only_their_own_network(live_site, ada):
    note = json.dumps(ORDER).encode() + b" " * 2 * front.SMALL_BYTES
    keys = f"Authorization: Bearer {ada.api_key}\r\nIdempotency-Key: large"
    most = most_bytes("/hooks/")

    def send(stack, source):
        head = f"{keys}\r\nContent-Length: {len(note)}"
        return status_of(begin(stack, live_site, "/api/v1/orders/", head, note, source=source))

    def hold_another_large_one(stack):
        line = begin(
            stack, live_site, "/hooks/shops/x/", f"Content-Length: {most}", source="127.0.7.1"
        )
        line.settimeout(20)
        with suppress(OSError):  # this one may be refused while it is being sent
            line.sendall(b"x" * (most - 1))

    def is_refused(stack):
        # A refused one gives its bytes free, and those before it may have ended by then.
        hold_another_large_one(stack)
        return {send(stack, "127.0.7.2") for _ in range(6)} == {503}

    with ExitStack() as stack:
        wait_until(lambda: is_refused(stack))
        assert {send(stack, "127.0.8.1") for _ in range(6)} <= {200, 201}


CHUNK = b"%x\r\n%s\r\n"
LENGTH = "Content-Length: {}"


@pytest.mark.parametrize("header", [CHUNKED, LENGTH])
@pytest.mark.parametrize("filling", [0, 2 * front.SMALL_BYTES])
def test_an_order_whose_end_was_cut_off_is_not_taken(live_site, ada, header, filling):
    order = json.dumps(ORDER | {"reference": "A-cut"}).encode() + b" " * filling
    keys = f"Authorization: Bearer {ada.api_key}\r\nIdempotency-Key: cut\r\n"
    first = CHUNK % (len(order), order) if header == CHUNKED else order
    with ExitStack() as stack:
        head = keys + header.format(len(order) + 1)
        begin(stack, live_site, "/api/v1/orders/", head, first)
    # Later than the cut one would be, in the same process or the other.
    for number in range(4):
        assert send_order(live_site, ada, number).status_code == 201
    assert not Order.objects.filter(reference="A-cut").exists()


def test_who_does_not_read_the_answer_holds_no_thread(live_site, ada):
    with ExitStack() as stack:
        for _ in range(20):
            begin(stack, live_site, "/static/vendor/bootstrap.min.css", "X: y", method="GET")
        assert send_order(live_site, ada, 1).status_code == 201


def test_programs_hear_it_as_json_and_people_see_a_page(live_site):
    def refused(path):
        large = requests.post(f"{live_site}{path}", data=b"x" * (2 * 2**20), timeout=20)
        return large.status_code, large.headers["Content-Type"], large.text

    large = '"errors":[{"field":"","problem":"The body is larger than 1 MB."}]}'
    status, kind, problem = refused("/api/v1/orders/")
    assert (status, kind) == (413, "application/problem+json")
    assert problem.endswith(large)
    status, kind, page = refused("/dashboard/")
    assert (status, kind) == (413, "text/html; charset=utf-8")
    assert "The body is larger than 1 MB." in page


def test_what_pages_and_files_are_is_the_same_behind_it(live_site):
    page = requests.get(f"{live_site}/accounts/login/?next=/caf%C3%A9/", timeout=20)
    assert page.status_code == 200
    assert "/café/" in page.text
    with ExitStack() as stack:  # as curl sends it: unquoted
        path = "/accounts/login/?next=/café/日本/"
        line = begin(stack, live_site, path, "Connection: close", method="GET")
        assert "/café/日本/" in line.makefile(encoding="utf-8").read()
    style = requests.get(f"{live_site}/static/vendor/bootstrap.min.css", timeout=20)
    assert len(style.content) == int(style.headers["Content-Length"]) > 100_000
    head = requests.head(f"{live_site}/accounts/login/", timeout=20)
    assert (head.status_code, head.content) == (200, b"")


def test_a_large_body_has_more_time():
    """Photos of a phone take longer than an order; to announce without bounds gains nothing."""
    site = front.Front(lambda *_: [], threads=0)

    async def seconds(announced):
        with site._is_reading(announced):
            (until,) = site.reading.values()
            return until - time.monotonic()

    with ThreadPoolExecutor(1) as thread:  # in this one a browser's loop may be running
        few, photos, absurd = (
            thread.submit(asyncio.run, seconds(size)).result() for size in (100, 12 * 2**20, 2**60)
        )
    assert few == pytest.approx(front.BODY_SECONDS, abs=1)
    assert photos == pytest.approx(front.BODY_SECONDS + 24, abs=1)
    assert absurd == pytest.approx(front.BODY_SECONDS + 32, abs=1)
    assert site.reading == {}
