"""A system check: every language has every phrase of the customer's pages, and none too many."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel import Locale
from django.conf import settings
from django.core.checks import CheckMessage, Error

from fulfillment.tracking.languages import WORDS
from fulfillment.tracking.languages.page_words import PageWords
from notifications.channels import CHANNELS
from notifications.consent.preferences import OPTIONAL
from notifications.languages import LANGUAGES
from orders.event_kinds import event_kinds

SLOT = re.compile(r"\{(\w+)\}")
USED = re.compile(r"words(?:\(\w+\))?\.(\w+)")
# In English these are the registries' own: the words of events in `orders.event_kinds`.
OWN_IN_ENGLISH = {"events"}
PLURALS = {
    name
    for name, value in WORDS["en"]._asdict().items()
    if isinstance(value, Mapping) and "other" in value
}
# What a plural category says in words: "two" is "قطعتان", without a number.
SPOKEN = {"count"}


def know_every_phrase(**_options: Any) -> list[CheckMessage]:
    """Error E002 for each phrase that a language lacks, or that no page says."""
    problems = [*_languages(), *_each(), *_unused(), *_registries()]
    return [Error(problem, id="fulfillment.E002") for problem in problems]


def _languages() -> Iterator[str]:
    if set(WORDS) != set(LANGUAGES):
        odd = ", ".join(sorted(set(WORDS) ^ set(LANGUAGES)))
        yield f"The customer's pages and the messages speak different languages: {odd}."


def _each() -> Iterator[str]:
    english = WORDS["en"]._asdict()
    for language, words in WORDS.items():
        for name, value in words._asdict().items():
            for problem in _phrase(name, value, english[name], language):
                yield f"{language}: {name}: {problem}"


def _phrase(name: str, value: Any, english: Any, language: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _text(value, {english})
    elif name in PLURALS:
        yield from _plural(value, english, language)
    elif isinstance(next(iter(english.values()), ""), Mapping):
        for key in value.keys() | english.keys():
            yield from _plural(value.get(key, {}), english.get(key, {}), language)
    elif name not in OWN_IN_ENGLISH:
        if odd := value.keys() ^ english.keys():
            yield f"has not the keys of English: {', '.join(sorted(odd))}."
        for key in value.keys() & english.keys():
            yield from _text(value[key], {english[key]})


def _text(text: str, english: set[str]) -> Iterator[str]:
    expected = {slot for one in english for slot in SLOT.findall(one)}
    if not text.strip():
        yield "is empty."
    if set(SLOT.findall(text)) != expected:
        yield f"fills in {sorted(set(SLOT.findall(text)))}, English {sorted(expected)}."


def _plural(forms: Mapping[str, str], english: Mapping[str, str], language: str) -> Iterator[str]:
    expected = {slot for text in english.values() for slot in SLOT.findall(text)} - SPOKEN
    known = {*Locale.parse(language).plural_form.tags, "other"}
    if "other" not in forms or forms.keys() - known:
        yield f"has the forms {sorted(forms)}, CLDR {sorted(known)}."
    for text in forms.values():
        if set(SLOT.findall(text)) - SPOKEN != expected:
            yield f"fills in other values than English: {text}"


def _unused() -> Iterator[str]:
    used = set(USED.findall(_sources()))
    fields = set(PageWords._fields)
    yield from (f"{name} is said on no page." for name in sorted(fields - used))
    templates = set(re.findall(r"\bwords\.(\w+)", _templates()))
    yield from (f"A template says {name}, which no language has." for name in templates - fields)


def _sources() -> str:
    room = Path(settings.BASE_DIR) / "fulfillment" / "tracking"
    files = [path for path in room.rglob("*.py") if path.parent.name != "languages"]
    return _templates() + "".join(path.read_text(encoding="utf-8") for path in files)


def _templates() -> str:
    folder = Path(settings.BASE_DIR) / "templates" / "track"
    files = [path for path in folder.iterdir() if path.suffix in {".html", ".jinja"}]
    return "".join(path.read_text(encoding="utf-8") for path in files)


def _registries() -> Iterator[str]:
    """Check what has a line in a registry: events, channels and updates that may be refused."""
    ours = {kind.name for kind in event_kinds().values() if kind.customer}
    for language, words in WORDS.items():
        if language != "en":
            odd = ", ".join(sorted(ours ^ words.events.keys()))
            yield from [f"{language}: events: not those that customers see: {odd}."] if odd else []
    channels = {channel.name for channel in CHANNELS.values() if channel.plural}
    words = WORDS["en"]
    if lost := words.channel_to.keys() - channels:
        yield f"There is no channel {', '.join(sorted(lost))}."
    refusable = {name for updates in OPTIONAL.values() for name in updates}
    if odd := ", ".join(sorted(refusable ^ words.update_names.keys())):
        yield f"update_names: not what customers may refuse: {odd}."
