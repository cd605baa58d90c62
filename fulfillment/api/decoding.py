"""Validation of what a client sends, a body or a query string: every problem by its field path."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

import msgspec
from django.http import QueryDict

from orders.shops.reading import decode, in_words, word_for
from orders.values.problems import Problems
from orders.values.texts import is_storable

S = TypeVar("S", bound=msgspec.Struct)
# What the types of a struct cannot check: field path -> a function that returns the value or raises
# Unfit.
Checks = Mapping[str, Callable[[Any], Any]]

NUL_ESCAPE = b"\\u0000"


class Shape(Generic[S]):
    """The JSON object that a door takes: a struct, and the checks beyond its types."""

    def __init__(self, struct: type[S], checks: Checks | None = None) -> None:
        self.struct = struct
        self.checks = checks or {}
        self._decoder = msgspec.json.Decoder(struct)

    def read(self, body: bytes) -> tuple[S, dict[str, Any]]:
        """(the struct, {field path: value as its check keeps it}).

        Raises NotJson, or InvalidInput with every problem.
        """
        problems = Problems()
        try:
            found = self._decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            find_problems(problems, decode(body), self.struct, self.checks)
            if not problems:  # `decode` reads the last of two equal names, and the first was wrong
                problems.add("", f"a field is given twice: {error}")
            problems.refuse()
        if NUL_ESCAPE in body:
            decode(body)  # refuses the character itself; an escaped backslash may look like it
        kept = {
            path: problems.kept(path, read, attrgetter(path)(found), None)
            for path, read in self.checks.items()
        }
        problems.refuse()
        return found, kept


def read_query(given: QueryDict, struct: type[S], checks: Checks | None = None) -> S:
    """The parameters of a query string. Raises InvalidInput: a misspelt filter is none."""
    problems = Problems()
    values: dict[str, Any] = {}
    for name, texts in given.lists():
        if len(texts) > 1:
            problems.add(name, "is given twice")
        elif not is_storable(texts[0]):
            problems.add(name, "expected a text without NUL")
        values[name] = texts[0]
    checks = checks or {}
    numbers = {name: read for name, read in checks.items() if name in values}
    for name, read in numbers.items():
        values[name] = problems.kept(name, read, values[name], values[name])
    problems.refuse()
    find_problems(problems, values, struct, {})
    problems.refuse()
    return msgspec.convert(values, struct)


def find_problems(
    problems: Problems, value: Any, shape: Any, checks: Checks, path: str = ""
) -> None:
    """Add what is wrong with a JSON value that should be a struct."""
    if not isinstance(value, dict):
        problems.add(path, f"expected an object, got {word_for(value)}")
        return
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    for name in value:
        if name not in fields:
            problems.add(_join(path, name), "unknown field")
    for name, field in fields.items():
        here = _join(path, name)
        if name in value:
            _check_field(problems, value[name], field.type, checks, here)
        elif field.required:
            problems.add(here, "is required")


def _check_field(problems: Problems, value: Any, kind: Any, checks: Checks, path: str) -> None:
    if value is not None:
        kind = _without_none(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        find_problems(problems, value, kind, checks, path)
    elif isinstance(value, list) and _is_list_of_structs(kind):
        _check_list(problems, value, kind, checks, path)
    else:
        try:
            found = msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            problems.add(path, in_words(error))
        else:
            problems.kept(path, checks.get(path, _as_it_is), found, None)


def _check_list(problems: Problems, value: list[Any], kind: Any, checks: Checks, path: str) -> None:
    """The length first: what nobody will take is not read."""
    inner, meta = get_args(kind)
    least = meta.min_length or 0
    if not least <= len(value) <= meta.max_length:
        expected = f"expected {least} to {meta.max_length} lines, got {len(value)}"
        problems.add(path, expected)
        return
    (shape,) = get_args(inner)
    for index, part in enumerate(value):
        find_problems(problems, part, shape, checks, f"{path}[{index}]")


def _without_none(kind: Any) -> Any:
    """The type of a value that may be null or left out; other types as they are."""
    is_union = get_origin(kind) in (Union, UnionType)
    nothing = NoneType, msgspec.UnsetType
    left = [part for part in get_args(kind) if part not in nothing] if is_union else []
    return left[0] if len(left) == 1 else kind


def _is_list_of_structs(kind: Any) -> bool:
    inner = get_args(kind)
    if not inner or get_origin(inner[0]) is not list:
        return False
    (part,) = get_args(inner[0])
    return isinstance(part, type) and issubclass(part, msgspec.Struct)


def _as_it_is(value: Any) -> Any:
    return value


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
