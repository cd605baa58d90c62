"""Check texts against facts: nothing false, no offer that the page lacks, nothing left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from notifications.channels import CHANNELS
from notifications.channels.base import Words, one_line
from notifications.channels.segments import plain
from notifications.editor.cases import Case, cases_of
from notifications.editor.said import SAID as SAID_IN
from notifications.editor.said import patterns, plainly, quote
from notifications.editor.samples import facts_of_sample
from notifications.editor.statements import NEEDLESS, OFFERS, STATEMENTS
from notifications.facts import Facts
from notifications.kinds.record import PUSH, SMS, Kind
from notifications.languages.texts import Texts, default_texts
from notifications.models import MessageSettings
from notifications.words import wording
from notifications.words.contents import Contents, contents_of
from notifications.words.rendering import LONGEST_SELLER, page_of, text_message
from notifications.words.values import values_of
from orders.models import Seller, Warehouse

SENTENCE = re.compile(r"[^.!?。？؟\n]+[.!?。？؟]?")
QUESTION = ("?", "？", "؟")
NUMBER = re.compile(r"\d+(?:[:.,]\d+)*")
SUPPORT = ("help@example.com", "")  # support addresses of the sample shops
VALUE = "¤"  # stands for the value of a variable
# These are words, and no values: whoever states them is held to them.
SAID = frozenset(
    {"failure", "hold", "problem", "corrects", "answer", "postage", "wish", "return_label"}
)


class Finding(NamedTuple):
    """A statement of a text that does not hold, or that is missing.

    `words`: those that state it, written plainly; "" where something is missing: `lacks`.
    """

    kind: str
    case: str
    channel: str
    language: str
    problem: str
    words: str = ""
    lacks: str = ""

    def __str__(self) -> str:
        where = f"{self.kind} ({self.case})" if self.case else self.kind
        return f"{where}, {self.channel}, {self.language}: {self.problem}"


class Checked(NamedTuple):
    """What was found, and how many statements were compared with facts."""

    findings: list[Finding]
    statements: int


def sample_seller(*, support_email: str = "help@example.com") -> Seller:
    """Return a seller that is in no database, with warehouse and settings."""
    house = Warehouse(
        name="Warehouse Berlin", street="Hafenstr. 4", postcode="10999", city="Berlin",
        country="DE", time_zone="Europe/Berlin",
    )  # fmt: skip
    seller = Seller(
        name="Lamps and More", email="ada@example.com", support_email=support_email, warehouse=house
    )
    seller._state.fields_cache["message_settings"] = MessageSettings(seller_id=seller.pk)
    return seller


def check_kind(
    kind: Kind,
    language: str,
    texts: Texts | None,
    *,
    now: datetime,
    is_thorough: bool = True,
    is_own: bool = False,
) -> Checked:
    """Check texts of a kind in a language in all its cases; without any, the default texts.

    `is_thorough`: also for a shop that has no support address. `is_own`: a seller wrote them, who
    may say in other words what must be said, and name numbers of the shop. No query.
    """
    if language not in SAID_IN:
        lacks = "nobody has written yet how it says its statements (editor/said)"
        return Checked([Finding(kind.name, "", "", language, lacks)], 0)
    found: dict[str, Finding] = {}
    number = 0
    for support_email in SUPPORT if is_thorough else SUPPORT[:1]:
        seller = sample_seller(support_email=support_email)
        for case in cases_of(kind):
            facts = facts_of_sample(seller, kind.name, case.sample, language=language, now=now)
            facts = replace(facts, texts=texts or default_texts(kind.name, language))
            for finding in _check(facts, kind, case, now=now, is_own=is_own):
                if isinstance(finding, int):
                    number += finding
                else:
                    found.setdefault(f"{finding.channel} {finding.problem}", finding)
    return Checked(list(found.values()), number)


def _check(
    facts: Facts, kind: Kind, case: Case, *, now: datetime, is_own: bool
) -> Iterator[int | Finding]:
    """Yield the numbers of statements that were checked, and what was found."""
    language = facts.message.language
    contents = contents_of(facts)
    values = values_of(facts, contents, now=now)
    known = _known(values, contents, language)
    for channel in kind.channels:
        text = _rendered(facts, values, channel, language)
        said, number = _said(text, known, language, is_own=is_own)
        needed = _needed(kind, channel, facts, values)
        if is_own:  # a seller says it in other words, but with the same facts
            needed = [] if channel == PUSH else [row for row in needed if row not in STATEMENTS]
        yield number + len(needed)
        where = (kind.name, case.name, channel, language)
        for words in _false(said, facts, values):
            yield Finding(*where, f"says “{words}”, which does not hold", words)
        for name in _left_out(needed, said, text, values):
            yield Finding(*where, f"leaves out {name.replace('_', ' ')}", lacks=name)


class Statement(NamedTuple):
    """A statement in a text; `name` is empty for a number that no fact has."""

    name: str
    words: str


def _rendered(facts: Facts, values: Mapping[str, Any], channel: str, language: str) -> str:
    """Return the text of a message as its layouts show it."""
    texts, contents = facts.texts, contents_of(facts)
    assert texts is not None  # noqa: S101
    if CHANNELS[channel].words == Words.TEXT:
        return text_message(texts, contents, dict(values), language)
    page = page_of(facts, texts, contents, dict(values))
    if CHANNELS[channel].words == Words.NOTE:
        return str(page["subject"])
    paragraphs = [*page["body"], *page["closing"]]
    lines = [page["subject"], page["heading"], *(row for part in paragraphs for row in part.lines)]
    return "\n".join(lines)


def _said(
    text: str, known: list[str], language: str, *, is_own: bool
) -> tuple[list[Statement], int]:
    """Return the statements of a text, and how many values and statements it has."""
    masked, number = _masked(plainly(text), known)
    found: list[Statement] = []
    for sentence in map(str.strip, SENTENCE.findall(masked)):
        if quote(language).search(sentence):
            continue
        is_asked = sentence.endswith(QUESTION)
        named = [
            Statement(str(match.lastgroup), match.group())
            for match in patterns(language).finditer(sentence)
            if match.lastgroup in OFFERS or not is_asked
        ]
        found += named
        # Sellers may name a telephone number; not a day or an hour beside what happens to a parcel.
        if named or not is_own:
            found += [Statement("", number) for number in NUMBER.findall(sentence)]
    return found, number + len(found)


def _masked(text: str, known: list[str]) -> tuple[str, int]:
    """Replace the values of variables in a text by a mark; (text, how many there were)."""
    forms = "|".join(map(re.escape, known))
    # A number is a value only as a whole: the 1 in 18:30 is not the number of parcels.
    return re.subn(rf"(?<!\d)(?:{forms})(?!\d)", VALUE, text)


def _known(values: Mapping[str, Any], contents: Contents, language: str) -> list[str]:
    """Return the values of variables as texts write them, the longest first."""
    found = {
        line
        for name, value in values.items()
        if name not in SAID and isinstance(value, str | int) and not isinstance(value, bool)
        for line in str(value).split("\n")
    }
    for goods in (contents.here, contents.waiting):
        found |= set(wording.short_lists(goods, language))
    found.add(wording.cut(values["seller"], LONGEST_SELLER))
    written = {plainly(one_line(form)) for line in found for form in (line, plain(line))}
    return sorted(written - {""}, key=len, reverse=True)


def _false(said: list[Statement], facts: Facts, values: Mapping[str, Any]) -> Iterator[str]:
    for statement in said:
        if not statement.name or not STATEMENTS[statement.name](facts, values):
            yield statement.words


def _needed(kind: Kind, channel: str, facts: Facts, values: Mapping[str, Any]) -> list[str]:
    """Return what this message must say: variables with a value, and statements that hold."""
    names = kind.says_shortly if channel in (SMS, PUSH) else (*kind.says_shortly, *kind.says)
    return [
        name
        for name in names
        if (STATEMENTS[name](facts, values) if name in STATEMENTS else values[name])
        and not (name in NEEDLESS and NEEDLESS[name](facts, values))
    ]


def _left_out(
    needed: list[str], said: list[Statement], text: str, values: Mapping[str, Any]
) -> Iterator[str]:
    names = {statement.name for statement in said}
    names |= {name.removeprefix("failure_") for name in names}
    shown = plainly(plain(text))
    for name in needed:
        if name in STATEMENTS:
            is_said = name in names
        else:
            forms = (values[name], values.get(f"{name}_short"))
            is_said = any(_shows(shown, str(form)) for form in forms if form)
        if not is_said:
            yield name


def _shows(text: str, value: str) -> bool:
    return all(plainly(plain(line)) in text for line in value.split("\n"))
