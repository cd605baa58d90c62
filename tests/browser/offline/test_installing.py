"""The floor as an app: what is kept for everybody is nobody's, and nothing else is kept."""

import json
import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.browser.floor import ALARM_HERTZ

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WORKER, MANIFEST, OFFLINE = (
    f"/warehouse/{name}" for name in ("worker.js", "manifest.webmanifest", "offline/")
)


def test_the_manifest_is_of_the_floor_only(db):
    answer = Client().get(MANIFEST)

    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"]) == ("/warehouse/", "/warehouse/")
    assert told["display"] == "standalone"


def test_the_worker_names_its_files_and_is_asked_for_each_time(db):
    answer = Client().get(WORKER)

    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    files = json.loads(re.search(r"const FILES = (.+);", text)[1])
    assert all(path.startswith("/static/") for path in files)
    assert any("scan-queue" in path for path in files)


def test_the_page_without_a_connection_names_nobody(pat):
    client = Client()
    client.force_login(pat, backend="orders.accounts.sign_in.ViewerBackend")

    assert pat.name not in client.get(OFFLINE).content.decode()
    assert Client().get(OFFLINE).content == client.get(OFFLINE).content


@pytest.fixture
def board(phone, lea, lamp):
    """The lead's board on a wall, when the service worker has what it needs."""
    device = phone(lea)
    device.page.goto("/warehouse/")
    device.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    device.page.wait_for_function("() => navigator.serviceWorker.controller")
    device.page.goto("/warehouse/board/")
    yield device
    known = ("503",)
    device.problems = [text for text in device.problems if not any(word in text for word in known)]


def is_shown(device, heading):
    expect(device.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def test_the_board_comes_back_by_itself(board):
    board.lose_connection()
    board.page.evaluate("location.reload()")  # as it does each minute
    is_shown(board, "No answer")

    board.find_connection()

    is_shown(board, "Board")


def test_it_comes_back_after_an_outage_too(board):
    away = {"status": 503, "body": "Away"}
    board.context.route("**/warehouse/**", lambda route: route.fulfill(**away))
    board.page.evaluate("location.reload()")
    is_shown(board, "No answer")

    board.context.unroute("**/warehouse/**")

    is_shown(board, "Board")


@pytest.mark.parametrize(("code", "what"), [("A-01-1", "A-01-1"), ("FB" + "1" * 24, "a badge")])
def test_a_scan_without_an_answer_sounds_the_alarm(board, code, what):
    words = f"You scanned {what}. Not saved: the portal cannot be reached."
    board.lose_connection()
    board.page.evaluate("location.reload()")
    is_shown(board, "No answer")

    board.scan(code)

    board.answered(words)
    assert board.hertz() >= ALARM_HERTZ
    board.find_connection()
    # The alarm stands until it is seen: the page does not ask anew below it.
    board.page.get_by_role("link", name="Try again").click()
    is_shown(board, "Board")


def test_only_the_files_of_the_floor_and_a_walk_are_kept(phone, live_site, lea):
    device = phone(lea)
    page = device.page
    for address in ("/warehouse/", "/warehouse/walks/", "/warehouse/receive/"):
        page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()  # a page that was on its way when the worker became active has none
    page.wait_for_function("() => navigator.serviceWorker.controller")

    kept = page.evaluate("""async () => {
        const names = await caches.keys();
        const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
        return all.flat().map((request) => new URL(request.url).pathname);
    }""")
    assert OFFLINE in kept
    assert all(path == OFFLINE or path.startswith("/static/") for path in kept)
    device.lose_connection()
    page.goto("/warehouse/walks/")
    expect(page.get_by_role("heading", name="No answer")).to_be_visible()
    assert lea.name not in page.content()
    device.find_connection()
    # The page asks anew by itself; a click could miss the moment in which it does.
    expect(page.get_by_role("heading", name="Walks")).to_be_visible()
