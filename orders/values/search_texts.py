"""Texts as a search compares them: database expressions, each with an index of the orders."""

from datetime import UTC

from django.db.models import CharField, Func, TextField, Value
from django.db.models.functions import Replace, Reverse, TruncWeek, Upper


class Plain(Func):
    """A text in small letters without accents: "Jérôme" is "jerome"."""

    function = "portal_plain"
    output_field = TextField()
    arity = 1


def from_its_end(name: str) -> Reverse:
    """A phone number backwards: its last digits are a beginning, which an index finds."""
    return Reverse(name, output_field=CharField())


def squeezed(name: str) -> Upper:
    """A postcode in capitals without blanks: "sw1a 1aa" is "SW1A1AA"."""
    return Upper(Replace(name, Value(" "), Value("")))


def week_of(name: str) -> TruncWeek:
    """The Monday, in UTC, of the week of a moment: a search looks at the newest weeks first."""
    return TruncWeek(name, tzinfo=UTC)
