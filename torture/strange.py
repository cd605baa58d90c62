"""Strange values for every kind of field: known ones, and more that hypothesis makes of a seed."""

import json
import random
from collections.abc import Iterator
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, strategies

# As they are typed into a form or a query string.
TEXTS = [
    "", " ", "x", "abc", "0", "-1", "5", "1e400", "NaN", "9" * 30, str(2**31), str(2**63), "٣",
    "null", "true", "[]", "{}", "\x00", "a\x00b", "\ud800", "\u202ex", "ä" * 300, "x" * 5000,
    "a\r\nBcc: b@c.d", "'\"><script>", "{{ x }}", "%s%n", "../../etc/passwd", "0001-01-01",
    "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "25:00",
    "00000000-0000-0000-0000-000000000000", "jürgen@example.com", "a@b", "+9991234567",
    "+4930123456", "110", "https://[::ffff:0:7f00:1]/", "javascript:alert(1)", "deu-ABCDE", "ZZ",
    "Germany", "abc-def", "YQ", "a" + "W10=" * 100,
]  # fmt: skip
# As they stand in JSON: some of them are no value of Python.
JSON = [
    "5", "null", "[]", "{}", '"x"', "true", "1e400", "-1", "9" * 30, "[" * 40 + "]" * 40,
    '{"a":' * 40 + "1" + "}" * 40, '"\\u0000"', '"\\ud800"', '"' + "x" * 7000 + '"',
    "[[], 5, {}, null]", '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"',
    '[{"name": {}, "value": []}]', '""', '"+9991234567"', "[null]", '{"": {"": ""}}',
]  # fmt: skip


class Strange:
    """Draws strange values; the same seed draws the same."""

    def __init__(self, seed: int, *, made: int = 200) -> None:
        self.luck = random.Random(seed)  # noqa: S311 - to be repeated, not a secret
        values = _values(seed, made)
        self.texts = [*TEXTS, *(value for value in values if isinstance(value, str))]
        self.json = [*JSON, *(json.dumps(value) for value in values)]

    def text(self) -> str:
        return self.luck.choice(self.texts)

    def put_somewhere(self, payload: Any) -> bytes:
        """The JSON of a payload with a strange value at one place, or as it is."""
        if self.luck.random() < 0.1:
            return json.dumps(payload).encode()
        return put(payload, self.luck.choice(list(places(payload))), self.luck.choice(self.json))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values in a payload."""
    yield path
    inner = value.items() if isinstance(value, dict) else []
    for name, part in enumerate(value) if isinstance(value, list) else inner:
        yield from places(part, (*path, name))


def put(value: Any, path: tuple[Any, ...], text: str) -> bytes:
    """The JSON of a payload that has this text at a path."""
    if not path:
        return text.encode()
    copy = json.loads(json.dumps(value))
    *above, last = path
    inner = copy
    for name in above:
        inner = inner[name]
    inner[last] = "HERE"
    return json.dumps(copy).replace('"HERE"', text).encode()


def _values(seed: int, count: int) -> list[Any]:
    """Values of hypothesis: texts of every alphabet, numbers, moments, and JSON of them."""
    found: list[Any] = []
    plain = strategies.one_of(
        strategies.text(max_size=80),
        strategies.integers().map(str),
        strategies.floats().map(str),
        strategies.datetimes(timezones=strategies.timezones()).map(lambda at: at.isoformat()),
        strategies.dates().map(str),
        strategies.uuids().map(str),
        strategies.emails(),
    )
    nested = strategies.recursive(
        plain | strategies.none() | strategies.booleans(),
        lambda inner: (
            strategies.lists(inner, max_size=3)
            | strategies.dictionaries(strategies.text(max_size=9), inner, max_size=3)
        ),
        max_leaves=5,
    )

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(plain | nested)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    return found
