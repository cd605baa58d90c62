"""The variables that a kind of message has, each with a sample value, for its writer."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from notifications.editor.cases import cases_of
from notifications.editor.checking import sample_seller
from notifications.editor.editing import FOR_WRITERS, Parts, default_parts
from notifications.editor.samples import NOON, facts_of_sample
from notifications.kinds.catalogue import kind_of
from notifications.languages import LANGUAGES
from notifications.languages.texts import PARTS
from notifications.words.contents import contents_of
from notifications.words.liquid import variables_in
from notifications.words.values import values_of
from orders.words import say
from orders.words.writing import isolated

Values = Mapping[str, Any]
# What orders in real life have besides what is in the sample orders, by what the event is about.
REST = frozenset({"is_part", "later", "waiting", "rest_when", "together", "incomplete"})
ALSO = {
    "package": REST,
    "shipment": REST,
    "promise": REST,
    "return": frozenset({"restocked", "written_off", "refund", "refund_by", "refund_credit"}),
}


class Offered(NamedTuple):
    """A variable; `sample` is "" where it is only asked for by `if`: `is_flag`."""

    name: str
    meaning: str
    sample: str
    is_flag: bool

    @property
    def written(self) -> str:
        """What its button writes; `…` stands for what was marked."""
        if self.is_flag:
            return f"{{% if {self.name} %}}…{{% endif %}}"
        return f"{{{{ {self.name} }}}}"


def offered(template: str, language: str, shown: Values, *, now: datetime) -> list[Offered]:
    """Return the variables that have a value in this kind of message. No query.

    `shown`: the values of the order in the preview, told before those of a sample order.
    """
    samples = _samples(template, language, now.date())
    subject = kind_of(template).on.partition(".")[0]
    known = _written_by_us(template) | samples.keys() | ALSO.get(subject, frozenset())
    known |= {name for name in shown if shown[name]}
    return [
        _offered(name, meaning, shown.get(name) or samples.get(name))
        for name, meaning in FOR_WRITERS.items()
        if name in known
    ]


def never_filled(parts: Parts, names: frozenset[str]) -> dict[str, list[str]]:
    """Name by part the variables that are none of these `names`, so empty in all samples."""
    found: dict[str, list[str]] = {}
    for part in PARTS:
        for name, lines in variables_in(parts[part]).items():
            if name in FOR_WRITERS and name not in names:
                line = lines[0] if "\n" in parts[part] else 0
                found.setdefault(part, []).append(_empty(name, line))
    return found


def _empty(name: str, line: int) -> str:
    variable = isolated(f"{{{{ {name} }}}}")
    if line:
        return say(
            "Line {line}: {variable} is empty in all samples of this message.",
            line=line,
            variable=variable,
        )
    return say("{variable} is empty in all samples of this message.", variable=variable)


def _offered(name: str, meaning: str, value: Any) -> Offered:
    sample = "" if value is None or value is True else " ".join(str(value).split())
    return Offered(name, meaning, sample, value is True or meaning.startswith("True if"))


@lru_cache(maxsize=64)
def _written_by_us(template: str) -> frozenset[str]:
    """The variables of our own texts of this kind."""
    parts = (default_parts(template, language).values() for language in LANGUAGES)
    return frozenset(name for texts in parts for text in texts for name in variables_in(text))


@lru_cache(maxsize=256)
def _samples(template: str, language: str, day: date) -> Values:
    """Return the first value of each variable in the cases of a kind."""
    found: dict[str, Any] = {}
    seller, kind, noon = sample_seller(), kind_of(template), datetime.combine(day, NOON)
    for case in cases_of(kind):
        facts = facts_of_sample(seller, kind.name, case.sample, language=language, now=noon)
        values = values_of(facts, contents_of(facts), now=noon)
        found = {name: value for name, value in values.items() if value} | found
    return found
