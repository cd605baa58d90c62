"""Parse untrusted JSON: strict decoding, typed fields, exact money."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, TypeVar

import msgspec
from babel.numbers import get_currency_precision

from orders.errors import DomainError
from orders.values.counts import MOST_UNITS, whole
from orders.values.moments import FIRST, moment
from orders.values.problems import Problems
from orders.values.texts import NUL
from orders.values.unfit import Unfit

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1  # of a database column
MOST_AMOUNT = 10**14
AMOUNT = re.compile(r"[0-9]{1,14}(\.[0-9]{1,12})?")
WORDS = {
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "str": "a text",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "nothing",
    "datetime": "a date and time",
}
T = TypeVar("T", bound=msgspec.Struct)

_decoder = msgspec.json.Decoder(float_hook=Decimal)


class NotJson(DomainError):
    """Bytes that are not JSON, or JSON that our database cannot hold."""


class JsonProblems(Problems):
    """What is wrong with a JSON payload, by field path."""

    def is_object(self, value: Any, path: str) -> bool:
        """Whether it is a JSON object; if not, a problem is added."""
        if not isinstance(value, dict):
            self.add(path, f"expected an object, got {word_for(value)}")
        return isinstance(value, dict)

    def read(self, kind: type[T], value: Any, path: str = "") -> T:
        """Convert an object to a struct; a wrong type adds a problem, and gives the default."""
        if not self.is_object(value, path):
            return kind()
        good = {}
        for known in msgspec.structs.fields(kind):
            if known.encode_name not in value:
                continue
            try:
                good[known.name] = msgspec.convert(value[known.encode_name], known.type)
            except msgspec.ValidationError as error:
                self.add(f"{path}.{known.encode_name}".lstrip("."), in_words(error))
        return kind(**good)

    def utc_moment(self, value: str | None, path: str) -> datetime:
        """A moment that is in UTC, whether it says so or not; FIRST and a problem for none."""
        if value is None:
            if path not in self:
                self.add(path, "expected a date and time, got nothing")
            return FIRST
        return self.kept(path, partial(moment, zone=UTC), value, FIRST)

    def price(self, value: Any, currency: str, path: str) -> int:
        """A price in minor units; 0 for none, and with a problem for what is no price."""
        if value in (None, ""):
            return 0
        if isinstance(value, Decimal) and 0 <= value < MOST_AMOUNT:
            value = f"{value:.6f}"  # without what a division has left: 10.799999999999999
        try:
            return minor_units(value, currency)
        except ValueError as error:
            self.add(path, str(error))
            return 0


def decode(body: bytes) -> Any:
    """Decode JSON; numbers with a point are Decimal. Raises NotJson, nothing else."""
    try:
        value = _decoder.decode(body)
    except RecursionError:
        raise NotJson(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from None
    except InvalidOperation:
        raise NotJson("The JSON holds a number out of range.") from None
    except UnicodeDecodeError:
        raise NotJson("The JSON is not written in UTF-8.") from None
    except msgspec.MsgspecError as error:
        raise NotJson(f"The body is not JSON: {error}.") from None
    _check(value)
    return value


def minor_units(amount: Any, currency: str) -> int:
    """A price ("12.30", 12, Decimal) in minor units. Raises ValueError, whose text says why."""
    if not AMOUNT.fullmatch(str(amount)):
        raise ValueError("expected an amount of money like 12.30")
    units = Decimal(str(amount)).scaleb(get_currency_precision(currency))
    return int(units.to_integral_value(rounding="ROUND_HALF_UP"))


def whole_units(value: Any, problems: Problems, path: str) -> int:
    """Whole units, as 2, 2.0 or "2.0000"; of a half nobody can guess what that is in a box."""
    if isinstance(value, str) and "." in value and AMOUNT.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, Decimal) and 0 <= value <= MOST_UNITS:
        if value != int(value):
            problems.add(path, f"expected a whole number of units, got {value.normalize():.6g}")
            return 0
        value = int(value)
    try:
        return whole(value, least=0, most=MOST_UNITS)
    except Unfit as error:
        problems.add(path, str(error))
        return 0


def _check(value: Any) -> None:
    """Refuse what the database cannot hold, level by level: recursion could overflow the stack."""
    level = [value]
    for _ in range(MAX_DEPTH):
        if not level:
            return
        level = [child for parent in level for child in _children(parent)]
    if level:
        raise NotJson(f"The JSON is nested deeper than {MAX_DEPTH} levels.")


def _children(value: Any) -> list[Any]:
    if isinstance(value, str) and NUL in value:
        raise NotJson("The JSON holds a text with a NUL character.")
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise NotJson("The JSON holds a whole number out of range.")
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def in_words(error: msgspec.ValidationError) -> str:
    """The text of a msgspec error with JSON's type names in the place of Python's."""
    text = str(error).split(" - at ")[0]
    for name, word in WORDS.items():
        text = text.replace(f"`{name}`", word)
    if text.startswith("Expected `"):  # a choice of types
        wanted, _, got = text.removeprefix("Expected `").partition("`, got ")
        known = [WORDS.get(name, name) for name in wanted.split(" | ") if name != "null"]
        text = f"expected {' or '.join(known)}, got {got}"
    return text[0].lower() + text[1:]


def word_for(value: Any) -> str:
    """The name of the JSON type of a value."""
    names = {type(None): "null", bool: "bool", int: "int", Decimal: "decimal", str: "str"}
    return WORDS[names.get(type(value), "object" if isinstance(value, dict) else "array")]
