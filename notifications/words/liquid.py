"""The template language of texts: a Liquid sandbox without loops, files or attributes."""

from collections.abc import Iterable, Mapping

from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.exceptions import LiquidError
from liquid.static_analysis import Variable

from notifications.channels.base import one_line
from notifications.words.text_cache import TextCache

TAGS = ("content", "output", "illegal", "if", "unless", "case", "comment")
FILTERS = ("default", "upcase", "downcase", "capitalize")
LONGEST = 8_000  # characters of one text


class TextError(Exception):
    """A template that cannot be used; the text is for its author."""


class _Sandbox(Environment):
    """The limits of a template: it can look up variables by name and nothing else."""

    context_depth_limit = 20
    loop_iteration_limit = 1
    local_namespace_limit = 1_000
    output_stream_limit = 64_000
    block_nesting_limit = 20


def _sandbox() -> _Sandbox:
    made = _Sandbox(undefined=StrictUndefined, strict_filters=True, autoescape=False)
    made.tags = {name: tag for name, tag in made.tags.items() if name in TAGS}
    made.filters = {name: known for name, known in made.filters.items() if name in FILTERS}
    return made


_environment = _sandbox()


def fill(text: str, values: Mapping[str, object]) -> str:
    """Render a template; None renders as nothing and is false.

    Raises TextError for a template that `problems_of` would have refused.
    """
    try:
        return _compiled(text).render(**values)
    except LiquidError as error:
        raise TextError(_said(error)) from error


def problems_of(text: str, known: frozenset[str]) -> list[str]:
    """Check a template against these variables; returns all problems, none if it is fine."""
    if len(text) > LONGEST:
        return [f"expected at most {LONGEST} characters, got {len(text)}"]
    try:
        found = _compiled(text).analyze()
    except LiquidError as error:
        return [_said(error, text)]
    problems = [
        _in_lines(text, uses) + f"unknown variable {{{{ {name} }}}}"
        for name, uses in sorted(found.globals.items())
        if name not in known
    ]
    problems += [
        f"{{{{ {variable} }}}}: expected only a name"
        for uses in found.globals.values()
        for variable in uses
        if len(variable.segments) > 1
    ]
    problems += [
        f"unknown filter {name}: expected {', '.join(FILTERS)}"
        for name in sorted(found.filters)
        if name not in FILTERS
    ]
    return problems


def variables_in(text: str) -> dict[str, list[int]]:
    """Return the variables of a template with the lines that name them; {} if it has mistakes."""
    try:
        found = _compiled(text).analyze()
    except LiquidError:
        return {}
    return {name: _lines(text, uses) for name, uses in found.globals.items()}


def _lines(text: str, uses: Iterable[Variable]) -> list[int]:
    return sorted({text.count("\n", 0, use.span.index) + 1 for use in uses})


def _in_lines(text: str, uses: Iterable[Variable]) -> str:
    """Name the lines, "" in a text of one line."""
    lines = _lines(text, uses)
    if "\n" not in text:
        return ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}: "


def _compile(text: str) -> BoundTemplate:
    return _environment.from_string(text)


# What is compiled takes about ten times its text.
_compiled = TextCache(_compile, most_bytes=4 * 2**20)


def _said(error: LiquidError, text: str = "") -> str:
    """The first line of an error of the library, with its line where the text has several."""
    said = one_line(str(error).partition("\n")[0])[:200] or "this template cannot be parsed"
    place = error.token.start_index if error.token else -1
    if "\n" not in text or place < 0:
        return said
    return f"line {text.count(chr(10), 0, place) + 1}: {said}"
