"""A page as a person sees it: its forms with all their choices, its links and its codes."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
OUTCOME = re.compile(r'data-outcome="(\w+)">(.*?)</div>', re.DOTALL)
MARK = re.compile(r"<span[^>]*aria-hidden[^>]*>.*?</span>", re.DOTALL)
GOAL = re.compile(r'class="[^"]*\bgoal-code\b[^"]*"[^>]*>(.*?)</', re.DOTALL)
CODE = re.compile(r'class="[^"]*\bcode\b[^"]*"[^>]*>(.*?)</', re.DOTALL)
LABEL = re.compile(r'class="scan-label" for="code">(.*?)</label>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def words(html: str) -> str:
    """What a person reads in a piece of a page."""
    return re.sub(
        r"\s+", " ", unescape(TAG.sub(" ", re.sub(r"</?(bdi|strong)>", "", html)))
    ).strip()


@dataclass
class Form:
    """A form that is sent: what it sends along, and what is chosen or entered in it."""

    action: str
    is_scan: bool
    given: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, dict[str, str]] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.form = Form(given.get("action", ""), "data-scan" in given)
            if given.get("method", "").lower() == "post":
                self.forms.append(self.form)
        elif self.form and "disabled" not in given:
            self._take(self.form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""

    def _take(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "option" and self.select:
            form.choices[self.select].append(given.get("value", ""))
        elif tag == "select" and name:
            self.select, form.choices[name] = name, []
        elif tag == "button" and kind != "button":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and name and kind == "radio":
            form.choices.setdefault(name, []).append(given.get("value", ""))
        elif tag == "input" and name and kind == "checkbox":
            form.boxes[name] = given.get("value", "on")
        elif tag == "input" and name and kind == "number":
            form.numbers[name] = given
        elif tag in ("input", "textarea") and name and kind not in ("submit", "file", "image"):
            form.given[name] = given.get("value", "")


class Page:
    """An answer of the portal."""

    def __init__(self, answer: Any) -> None:
        self.status, self.url = answer.status_code, answer.request["PATH_INFO"]
        is_page = "html" in answer.get("Content-Type", "")
        html = answer.content.decode() if is_page and not answer.streaming else ""
        self.title = words(html[html.find("<title>") : html.find("</title>")])
        found = OUTCOME.search(html)
        self.kind = found.group(1) if found else ""
        self.says = words(MARK.sub("", found.group(2))) if found else ""
        main = MAIN.search(html)
        self.main = main.group(0) if main else ""
        reader = _Reader()
        reader.feed(self.main)
        self.forms, self.links = reader.forms, reader.links
        # Where to go stands before where to go next, whatever comes first on the page.
        found_codes = [*GOAL.findall(self.main), *CODE.findall(self.main)]
        codes = [words(code) for code in found_codes]
        self.codes = [code for code in dict.fromkeys(codes) if code]
        asked = LABEL.search(self.main)
        self.asks = words(asked.group(1)).lower() if asked else ""
