"""Mutants of the SQL in a module's texts: operators, numbers, conditions."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from mutants.python import other_number
from mutants.source import Mutant, Source

IS_SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE \w|DELETE FROM|WITH \w+ AS)\b")
STRING = re.compile(r"""(?s)(?P<open>[A-Za-z]*(\"\"\"|'''|"|'))(?P<inner>.*?)(\2)\Z""")
COMMENT = re.compile(r"--[^\n]*")
SPACED = r"(?<=\s){}(?=\s)"
# `=` is a comparison only after one of these words; else it is an assignment.
CONDITION = re.compile(r"\b(WHERE|AND|OR|ON|WHEN|NOT|CASE)\b")
SWAPS = [
    (SPACED.format("<="), "<"),
    (SPACED.format(">="), ">"),
    (SPACED.format("<"), "<="),
    (SPACED.format(">"), ">="),
    (SPACED.format("<>"), "="),
    (SPACED.format("="), "<>"),
    (SPACED.format(r"\+"), "-"),
    (SPACED.format("-"), "+"),
    (r"\bAND\b", "OR"),
    (r"\bOR\b", "AND"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bNOT EXISTS\b", "EXISTS"),
    (r"\bNOT (?=[(\w])(?!NULL|EXISTS|MATERIALIZED)", ""),
    (r"\bleast(?=\()", "greatest"),
    (r"\bgreatest(?=\()", "least"),
    (r"\bmin(?=\()", "max"),
    (r"\bmax(?=\()", "min"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"\bDESC\b", "ASC"),
    # A whole line that only adds a condition.
    (r"(?m)^\s*(AND|OR) (?:[^()\n]|\([^()\n]*\))*$", ""),
]
NUMBER = re.compile(r"(?<![\w.$%:}])\d+(?![\w.])")


def sql_mutants(source: Source) -> Iterator[Mutant]:
    """Every mutant of the SQL of a module."""
    for start, inner in _texts(source):
        for first, last, piece in _pieces(inner):
            begin = start + len(inner[:first].encode())
            end = begin + len(inner[first:last].encode())
            if mutant := source.broken(begin, end, piece):
                yield mutant


def _texts(source: Source) -> Iterator[tuple[int, str]]:
    """(offset, text) of each string with SQL, or in one statement with such a string."""
    spans = _sql_statements(source)
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        kind = tokenize.tok_name[token.type]
        line, column = token.start
        if kind not in {"STRING", "FSTRING_MIDDLE"} or not any(line in span for span in spans):
            continue
        lines = source.text.splitlines()
        offset = source.starts[line - 1] + len(lines[line - 1][:column].encode())
        if kind == "FSTRING_MIDDLE":
            yield offset, token.string
        elif found := STRING.match(token.string):
            yield offset + len(found["open"].encode()), found["inner"]


def _sql_statements(source: Source) -> list[range]:
    """The lines of the simple statements with SQL; a docstring is none."""
    return [
        range(node.lineno, (node.end_lineno or 0) + 1)
        for node in source.nodes
        if isinstance(node, ast.stmt)
        and not hasattr(node, "body")
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and any(
            isinstance(inner, ast.Constant)
            and isinstance(inner.value, str)
            and IS_SQL.search(inner.value)
            for inner in ast.walk(node)
        )
    ]


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    comments = [found.span() for found in COMMENT.finditer(text)]
    for pattern, piece in SWAPS:
        for found in re.finditer(pattern, text):
            if _is_code(found.start(), comments) and _is_sense(text, found):
                yield found.start(), found.end(), piece
    for found in NUMBER.finditer(text):
        if _is_code(found.start(), comments) and not text[: found.start()].endswith("SELECT "):
            yield found.start(), found.end(), str(other_number(int(found[0])))


def _is_code(offset: int, comments: list[tuple[int, int]]) -> bool:
    return not any(start <= offset < end for start, end in comments)


def _is_sense(text: str, found: re.Match[str]) -> bool:
    """Whether the change is valid SQL: a syntax error would be killed by any test."""
    before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    if found[0] == "=":
        return bool(CONDITION.search(before))
    return not (found[0] == "AND" and "BETWEEN" in before)
