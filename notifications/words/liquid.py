"""The template language of texts: a Liquid sandbox without loops, files or attributes."""

from collections.abc import Mapping

from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.exceptions import LiquidError

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
        return [_said(error)]
    problems = [
        f"unknown variable {{{{ {name} }}}}" for name in sorted(found.globals) if name not in known
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


def _compile(text: str) -> BoundTemplate:
    return _environment.from_string(text)


# What is compiled takes about ten times its text.
_compiled = TextCache(_compile, most_bytes=4 * 2**20)


def _said(error: LiquidError) -> str:
    """The first line of an error of the library."""
    return one_line(str(error).partition("\n")[0])[:200] or "this template cannot be parsed"
