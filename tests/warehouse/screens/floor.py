"""A worker at a screen of the floor, over HTTP: scans, presses, and reads what the screen says."""

import re
from datetime import timedelta
from functools import cached_property
from html import unescape
from itertools import count
from uuid import uuid4

import time_machine
from django.test import Client

from tests.support.cast import MONDAY

OUTCOME = re.compile(r'data-outcome="(\w+)">(.*?)</div>', re.DOTALL)
MARK = re.compile(r"<span[^>]*aria-hidden[^>]*>.*?</span>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def words(html):
    """What a person reads in a piece of a page."""
    html = re.sub(r"</?(bdi|strong)>", "", html)
    return re.sub(r"\s+", " ", unescape(TAG.sub(" ", html))).strip()


class Screen:
    """An answer of the server."""

    def __init__(self, answer):
        self.status = answer.status_code
        at = answer.headers.get("Content-Location", answer.request["PATH_INFO"])
        self.url = at.partition("?")[0]
        self.html = answer.content.decode()
        found = OUTCOME.search(self.html)
        self.kind = found.group(1) if found else None
        self.says = words(MARK.sub("", found.group(2))) if found else None
        main = re.search(r"<main.*?</main>", self.html, re.DOTALL)
        self.text = words(main.group(0)) if main else words(self.html)


class Worker:
    """A person with a scanner."""

    def __init__(self, user):
        self.user, self.client_id, self.numbers = user, uuid4(), count(1)

    @cached_property
    def client(self):
        """Signed in as late as it is needed: a stage that a test begins with is told once."""
        client = Client()
        client.force_login(self.user, backend="orders.accounts.sign_in.ViewerBackend")
        return client

    def opens(self, url):
        """Open a page."""
        return Screen(self.client.get(url, follow=True))

    def sends(self, url, **fields):
        """Press a button, or scan a `code`: as scanner.js does it."""
        shared = {"client_id": self.client_id, "sequence": next(self.numbers)}
        prefer = {"prefer": "return=representation"}
        return Screen(self.client.post(url, shared | fields, headers=prefer, follow=True))


def minute_after(once, story):
    """For a fixture: what the story of Monday at ten makes; then the clock goes on from 10:01.

    Some seconds later where a stage of another test has been told in them: it is over by then.
    """
    with time_machine.travel(MONDAY, tick=False):
        told = once(story)
    starts = MONDAY + timedelta(minutes=1)
    if once.latest < starts + timedelta(seconds=50):
        starts = max(starts, once.latest)
    with time_machine.travel(starts, tick=True):
        yield told
