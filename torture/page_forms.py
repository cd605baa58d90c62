"""The forms on our pages: where each one leads, and what a person would send with it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

PLAUSIBLE = {
    "number": "1", "date": "2026-12-01", "time": "10:00", "datetime-local": "2026-11-23T10:00",
    "email": "grace@example.com", "url": "https://127.0.0.1/", "color": "#0b6372",
}  # fmt: skip
LEFT_OUT = ("submit", "button", "reset", "image", "file")


@dataclass
class PageForm:
    """A form: its action ("" is the page itself), method and fields."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower()
            self.forms.append(PageForm(given.get("action", ""), method))
        elif self.forms:
            self._take(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def _take(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, given.get("name", "")
        if tag == "option" and self._select:
            if "selected" in given or not fields[self._select]:
                fields[self._select] = given.get("value", "")
        elif tag == "select" and name:
            self._select = name
            fields[name] = ""
        elif tag == "textarea" and name:
            fields[name] = "Some words"
        elif tag in ("input", "button") and name and given.get("type") not in LEFT_OUT:
            kind = given.get("type", "text")
            fields[name] = given.get("value") or PLAUSIBLE.get(kind, "x")


def forms_in(page: str) -> list[PageForm]:
    """The forms of a page, without the token against forgery."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        form.fields.pop("csrfmiddlewaretoken", None)
    return reader.forms
