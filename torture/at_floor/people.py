"""Somebody at a screen: scans, presses and types as luck has it, and remembers the answers."""

import re
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.test import Client

from orders.models import User
from torture.at_floor.pages import Form, Page

BACKEND = "orders.accounts.sign_in.ViewerBackend"
RIGHT, IN_HAND = 0.85, 0.97  # of the scans: what the screen shows, something of that kind
AGAIN = 0.06  # of what is sent: the answer was lost on its way, so it is sent once more
TAKEN_UP = ("parcel", "return", "inbound", "tote or a shipment", "next tote")  # whichever it is
ELSEWHERE = 0.08  # of the steps: to another screen
BUSY, TRIES, HOST = 503, 20, "127.0.0.1"
FILLED = 0.3  # of the optional fields
# A person who signs out, or reads another language, is no help here.
NEVER = dict.fromkeys(("/accounts/", "language", "logout", "lock/", "badge/"), 0.0)
# Nobody reads these: a placeholder that nothing filled, or what only a programmer knows.
NO_SENTENCE = re.compile(r"[{}<>]|\bNone\b|[0-9a-f]{8}-[0-9a-f]{4}-|Error\b|^$")


class Workplace(NamedTuple):
    """Where somebody works: the screens to begin at, and the links and buttons used there."""

    screens: tuple[str, ...]
    links: re.Pattern[str]
    seldom: Mapping[str, float] = {}  # part of an address -> how often, beside 1


@dataclass
class Diary:
    """What somebody did and was told."""

    name: str
    sent: Counter[str] = field(default_factory=Counter)  # by the answer's code
    told: list[tuple[str, str]] = field(default_factory=list)  # good answers: (address, words)
    refused: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


class Person:
    """A person with a browser."""

    def __init__(
        self,
        user: User,
        workplace: Workplace,
        luck: Random,
        codes: Mapping[str, Callable[[], list[str]]],
    ) -> None:
        self.workplace, self.luck, self.codes = workplace, luck, codes
        self.diary = Diary(user.name)
        self.client = Client(raise_request_exception=False, SERVER_NAME=HOST)
        self.client.force_login(user, backend=BACKEND)
        self.page: Page | None = None

    def step(self) -> None:
        """Do one thing at the screen, or go to another one."""
        if self.page is None or self.luck.random() < ELSEWHERE:
            self.page = self.open(self.luck.choice(self.workplace.screens))
            return
        form = self._choose(self.page)
        if isinstance(form, Form) and form.is_scan and self._has_nothing(self.page):
            self.page = None
        elif isinstance(form, Form):
            self.send(self.page, form)
        elif form:
            self.page = self.open(urljoin(self.page.url, form))
        else:
            self.page = None

    def open(self, url: str) -> Page | None:
        """Look at a page; None where there is none any more."""
        page = self._noted("GET", url, self.client.get(url, follow=True))
        return page if page.status < 400 else None

    def send(self, page: Page, form: Form) -> None:
        """Fill in a form and send it, at times twice; the answer is the screen from then on."""
        url, fields = urljoin(page.url, form.action), self._filled(page, form)
        answer = self._post(url, fields)
        if self.luck.random() < AGAIN and "client_id" in fields:
            again = self._post(url, fields)
            if answer.says and again.says and again.says != answer.says:
                self._find(f"{url} was told {answer.says!r}, then {again.says!r}: {fields}")
        if answer.kind == "good":
            self.diary.told.append((url, answer.says))
        elif answer.kind == "alarm":
            self.diary.refused[answer.says] += 1
        self.page = answer if answer.status in (200, 409, 422) else None

    def _post(self, url: str, fields: dict[str, Any]) -> Page:
        """Send a form; where too many wait for the same rows, again, as static/waiting.js does."""
        answer = self.client.post(url, fields, follow=True)
        for _ in range(TRIES):
            if answer.status_code != BUSY:
                break
            self.diary.sent[f"POST {BUSY}"] += 1
            answer = self.client.post(url, fields, follow=True)
        return self._noted("POST", url, answer, fields)

    def _noted(self, method: str, url: str, answer: Any, fields: Any = None) -> Page:
        page = Page(answer)
        self.diary.sent[f"{method} {page.status}"] += 1
        if page.status >= 500 or page.status == 400:
            error = answer.exc_info
            lines = "".join(traceback.format_exception(*error)[-6:]) if error else ""
            self._find(f"{page.status} to {method} {url} {fields}\n{lines}{page.title}")
        elif page.kind == "alarm" and NO_SENTENCE.search(page.says):
            self._find(f"{method} {url} {fields} is refused by no sentence: {page.says!r}")
        elif page.status == 409 and page.kind != "alarm" and "warehouse" in url:
            self._find(f"{method} {url} {fields} is refused without a word")
        return page

    def _find(self, what: str) -> None:
        self.diary.findings.append(f"{self.diary.name}: {what}")

    def _has_nothing(self, page: Page) -> bool:
        """Whether there is nothing to scan of what the screen asks for."""
        asked = next((one for one in self.codes if one in page.asks), "")
        return bool(asked) and not self.codes[asked]() and self.luck.random() < RIGHT

    def _choose(self, page: Page) -> Form | str | None:
        """A form or a link of the page; mostly what it was opened for."""
        links = [link for link in page.links if self.workplace.links.search(link)]
        ways: list[Form | str] = [*page.forms, *dict.fromkeys(links)]
        weights = [self._weight(page, way) for way in ways]
        return self.luck.choices(ways, weights)[0] if any(weights) else None

    def _weight(self, page: Page, way: Form | str) -> float:
        address = urljoin(page.url, way.action) if isinstance(way, Form) else way
        weight = 1.0
        if isinstance(way, Form):
            is_goal = way.is_scan and page.asks
            weight = 8.0 if is_goal else 0.2 if way.is_scan else 2.0
        for part, share in {**NEVER, **self.workplace.seldom}.items():
            weight *= share if part in address else 1.0
        return weight

    def _filled(self, page: Page, form: Form) -> dict[str, Any]:
        luck = self.luck
        fields = {name: value or self._text(name) for name, value in form.given.items()}
        fields |= {name: luck.choice(values) for name, values in form.choices.items() if values}
        fields |= {name: self._number(page, name, given) for name, given in form.numbers.items()}
        fields |= {name: value for name, value in form.boxes.items() if luck.random() < FILLED}
        name, value = luck.choice(form.buttons or [("", "")])
        if name:
            fields[name] = value
        if form.is_scan:
            fields["code"] = self._code(page)
        return {name: value for name, value in fields.items() if value is not None}

    def _text(self, name: str) -> str:
        return "Some words" if name in ("because", "reason", "note", "detail") else ""

    def _number(self, page: Page, name: str, given: Mapping[str, str]) -> str:
        if name == "counted":  # the parcels that were scanned: “2 of 5”
            return (page.codes[:1] or ["0"])[0].split(" ")[0]
        if name == "weight_grams" and self.luck.random() < RIGHT:  # no scale at hand
            return ""
        shown = given.get("value", "")
        if self.luck.random() > FILLED and (shown or "required" not in given):
            return shown
        low, high = int(given.get("min") or 0), int(given.get("max") or 9)
        return str(self.luck.randint(low, max(low, min(high, low + 3))))

    def _code(self, page: Page) -> str:
        """What is scanned: what the screen shows, something of the kind it asks for, anything."""
        luck, asked = self.luck.random(), next((one for one in self.codes if one in page.asks), "")
        there = self.codes[asked]() if asked else []
        shown = [code for code in page.codes if code in there and asked not in TAKEN_UP]
        if shown and luck < RIGHT:
            return shown[0]
        if there and luck < IN_HAND:
            return self.luck.choice(there)
        others = [code for named in self.codes.values() for code in named()]
        return self.luck.choice([*others, "NOPE-7", "4006381333931"])
