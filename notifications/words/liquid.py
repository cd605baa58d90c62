"""The template language of texts: a Liquid sandbox without loops, files or attributes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.ast import Node
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, Path
from liquid.builtin.expressions.logical import (
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
)
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from liquid.static_analysis import Variable

from notifications.channels.base import one_line
from notifications.words.mistakes import in_our_words
from notifications.words.shapes import MARKED, Outline, Shapes, mark
from notifications.words.text_cache import TextCache
from orders.words import say, say_count
from orders.words.writing import isolated, with_commas

TAGS = ("content", "output", "illegal", "if", "unless", "case", "comment")
FILTERS = ("default", "upcase", "downcase", "capitalize")
LONGEST = 8_000  # characters of one text
MOST_BYTES = 64_000  # of what it says
# Of a value with words, these ask only whether there are any.
ASKS_WHETHER = (BooleanExpression, LogicalAndExpression, LogicalNotExpression, LogicalOrExpression)


class TextError(Exception):
    """A template that cannot be used; the text is for its author."""


class _Compiled(NamedTuple):
    """A template; `printed`: names whose words do not decide what it says, only whether there are
    any. What it says depends on the values of those that are `compared`.
    """

    template: BoundTemplate
    printed: tuple[str, ...]
    compared: tuple[str, ...]


class _Sandbox(Environment):
    """The limits of a template: it can look up variables by name and nothing else."""

    context_depth_limit = 20
    loop_iteration_limit = 1
    local_namespace_limit = 1_000
    output_stream_limit = MOST_BYTES
    block_nesting_limit = 20


def _sandbox() -> _Sandbox:
    made = _Sandbox(undefined=StrictUndefined, strict_filters=True, autoescape=False)
    made.tags = {name: tag for name, tag in made.tags.items() if name in TAGS}
    made.filters = {name: known for name, known in made.filters.items() if name in FILTERS}
    return made


_environment = _sandbox()
_outlines: Shapes[Outline] = Shapes(attrgetter("size"))


def fill(text: str, values: Mapping[str, object]) -> str:
    """Render a template; None renders as nothing and is false.

    Raises TextError for a template that `problems_of` would have refused.
    """
    try:
        compiled = _compiled(text)
        outline = _outline(text, compiled, values)
        if outline:
            printed = [values[name] for name in compiled.printed]
            said = outline.filled([row if type(row) is str else str(row) for row in printed])
            if 4 * len(said) <= MOST_BYTES:
                return said
        return compiled.template.render(**values)
    except LiquidError as error:
        raise TextError(_said(error)) from error


def _outline(text: str, compiled: _Compiled, values: Mapping[str, object]) -> Outline | None:
    """What the text says of values of this shape; None where only the library knows."""
    shape: list[object] = [text]
    try:
        for name in compiled.printed:
            value = values[name]
            if value is None or value is True or value is False or value == "":
                shape.append(value)
            elif type(value) is str or type(value) is int:
                shape.append(MARKED)
            else:
                return None
        for name in compiled.compared:
            value = values[name]
            shape.append((type(value), value))
        return _outlines.of(tuple(shape), lambda: _outlined(compiled, values))
    except (KeyError, TypeError):  # an unknown name, a value that has no hash
        return None


def _outlined(compiled: _Compiled, values: Mapping[str, object]) -> Outline:
    marks = {
        name: mark(place)
        for place, name in enumerate(compiled.printed)
        if values[name] not in (None, "") and not isinstance(values[name], bool)
    }
    return Outline(compiled.template.render(**{**values, **marks}))


def problems_of(text: str, known: frozenset[str]) -> list[str]:
    """Check a template against these variables; returns all problems, none if it is fine."""
    if len(text) > LONGEST:
        given = len(text)
        return [say("expected at most {most} characters, got {given}", most=LONGEST, given=given)]
    try:
        found = _compiled(text).template.analyze()
    except LiquidError as error:
        return [_said(error, text)]
    problems = [
        _in_lines(text, uses, say("unknown variable {variable}", variable=_variable(name)))
        for name, uses in sorted(found.globals.items())
        if name not in known
    ]
    problems += [
        say("{variable}: expected only a name", variable=_variable(variable))
        for uses in found.globals.values()
        for variable in uses
        if len(variable.segments) > 1
    ]
    problems += [
        say("unknown filter {name}: expected {filters}", name=name, filters=with_commas(FILTERS))
        for name in sorted(found.filters)
        if name not in FILTERS
    ]
    return problems


def variables_in(text: str) -> dict[str, list[int]]:
    """Return the variables of a template with the lines that name them; {} if it has mistakes."""
    try:
        found = _compiled(text).template.analyze()
    except LiquidError:
        return {}
    return {name: _lines(text, uses) for name, uses in found.globals.items()}


def _lines(text: str, uses: Iterable[Variable]) -> list[int]:
    return sorted({text.count("\n", 0, use.span.index) + 1 for use in uses})


def _variable(name: object) -> str:
    """As a text writes it."""
    return isolated(f"{{{{ {name} }}}}")


def _in_lines(text: str, uses: Iterable[Variable], problem: str) -> str:
    """Name the lines of a problem, but in a text of one line."""
    if "\n" not in text:
        return problem
    return _at(_lines(text, uses), problem)


def _at(lines: Sequence[int], problem: str) -> str:
    return say_count(
        len(lines),
        "line {lines}: {problem}",
        "lines {lines}: {problem}",
        lines=with_commas(map(str, lines)),
        problem=problem,
    )


def _compile(text: str) -> _Compiled:
    template = _environment.from_string(text)
    compared = set(_compared(template.nodes))
    printed = template.analyze().globals.keys() - compared
    return _Compiled(template, tuple(sorted(printed)), tuple(sorted(compared)))


def _compared(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names whose words a template compares or changes."""
    for node in nodes:
        for expression in node.expressions():
            yield from _names(expression, is_asked=False)
        yield from _compared(node.children(NO_CONTEXT))


def _names(expression: Expression, *, is_asked: bool) -> Iterator[str]:
    """`is_asked`: only whether there are words, or they are printed as they are."""
    if isinstance(expression, Path):
        if not (is_asked and len(expression.path) == 1):
            yield str(expression.path[0])
    elif isinstance(expression, ASKS_WHETHER):
        for part in expression.children():
            yield from _names(part, is_asked=True)
    elif isinstance(expression, FilteredExpression):
        filters: Sequence[Any] = expression.filters or ()
        # Of a value with words, `default` prints these.
        is_whole = all(found.name == "default" for found in filters)
        for part in expression.children():
            yield from _names(part, is_asked=is_whole and part is expression.left)
    else:
        for part in expression.children():
            yield from _names(part, is_asked=False)


# What is compiled takes about ten times its text.
_compiled = TextCache(_compile, most_bytes=4 * 2**20)
NO_CONTEXT: Any = None  # of nodes that load no other templates


def _said(error: LiquidError, text: str = "") -> str:
    """The first line of an error of the library, with its line where the text has several."""
    said = in_our_words(one_line(str(error).partition("\n")[0])[:200])
    place = error.token.start_index if error.token else -1
    if "\n" not in text or place < 0:
        return said
    return _at([text.count("\n", 0, place) + 1], said)
