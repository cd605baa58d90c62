"""Mutants of Python: operators, boundaries, conditions, constants, answers, statements."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from mutants.source import Mutant, Source

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Div: ("/", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
LOOKUPS = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}
BOUNDARY = 10
CONDITIONS = {"filter", "exclude", "Q"}  # calls whose arguments are conditions
# What no test can see: how a lock is taken, what a log says, how a class is stored.
UNSEEN_KEYWORDS = {
    "savepoint", "durable", "robust", "frozen", "slots", "daemon", "strict", "no_key", "kw_only",
    "batch_size", "chunk_size", "max_length", "exist_ok", "missing_ok", "parents", "second",
    "microsecond",
}  # fmt: skip
UNSEEN_CALLS = {"log", "logger", "logging", "warnings"}


def python_mutants(source: Source) -> Iterator[Mutant]:
    """Every mutant of the code of a module."""
    unseen = set(_unseen(source.tree))
    for node in source.nodes:
        if node in unseen:
            continue
        for kind, breaks in BREAKS.items():
            if isinstance(node, kind):
                for start, end, piece in breaks(source, node):
                    if mutant := source.broken(start, end, piece):
                        yield mutant


def _unseen(tree: ast.AST) -> Iterator[ast.AST]:
    """Annotations, decorators, texts, logs: nodes that are not broken."""
    for node in ast.walk(tree):
        for hidden in _hidden(node):
            yield from ast.walk(hidden)


def _hidden(node: ast.AST) -> list[ast.expr | ast.stmt]:
    """What of one node is not broken."""
    match node:
        case ast.arg(annotation=ast.expr() as annotation) | ast.AnnAssign(annotation=annotation):
            return [annotation]
        case ast.FunctionDef(returns=returns, decorator_list=decorators):
            return [*decorators, *([returns] if returns else [])]
        case ast.ClassDef(bases=bases, decorator_list=decorators):
            return [*bases, *decorators]
        case ast.keyword(arg=name, value=value) if name in UNSEEN_KEYWORDS:
            return [value]
        case ast.Expr(value=value) if _is_unseen_call(value):
            return [node]
        case ast.JoinedStr():
            return [node]
    return []


def _is_unseen_call(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return not isinstance(node, ast.Await | ast.Yield)
    root: ast.expr = node.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id.lower() in UNSEEN_CALLS


Pieces = Iterator[tuple[int, int, str]]


def _compare(source: Source, node: ast.Compare) -> Pieces:
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        old, new = COMPARISONS[type(operator)]
        yield from _between(source, left, right, old, new)
        left = right


def _arithmetic(source: Source, node: ast.BinOp) -> Pieces:
    if pair := ARITHMETIC.get(type(node.op)):
        yield from _between(source, node.left, node.right, *pair)


def _between(source: Source, left: ast.expr, right: ast.expr, old: str, new: str) -> Pieces:
    """Replace the operator between two operands, if only brackets and spaces are beside it."""
    start, end = source.end(left), source.start(right)
    gap = source.data[start:end].decode()
    found = re.search(r"\s+".join(map(re.escape, old.split())), gap)
    if found and gap.isascii() and "#" not in gap:
        yield start + found.start(), start + found.end(), new


def _bool(source: Source, node: ast.BoolOp) -> Pieces:
    """Swap `and` and `or`, and delete each condition."""
    is_and = isinstance(node.op, ast.And)
    old, new, nothing = ("and", "or", "True") if is_and else ("or", "and", "False")
    for left, right in zip(node.values, node.values[1:], strict=False):
        yield from _between(source, left, right, old, new)
    for value in node.values:
        yield source.start(value), source.end(value), nothing


def _unary(source: Source, node: ast.UnaryOp) -> Pieces:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield source.start(node), source.end(node), source.piece(node.operand)


def _constant(source: Source, node: ast.Constant) -> Pieces:
    value = node.value
    if isinstance(value, bool):
        yield source.start(node), source.end(node), str(not value)
    elif isinstance(value, int | float):
        yield source.start(node), source.end(node), str(other_number(value))


def other_number(value: float) -> float:
    """The next number for a small one, a possible boundary; else a clearly different one."""
    return value + 1 if value <= BOUNDARY else value * 2


def _return(source: Source, node: ast.Return) -> Pieces:
    value = node.value
    if value is not None and not isinstance(value, ast.Constant):
        yield source.start(value), source.end(value), "None"


def _statement(source: Source, node: ast.stmt) -> Pieces:
    yield source.start(node), source.end(node), "pass"


def _assign(source: Source, node: ast.Assign) -> Pieces:
    """Delete assignments to attributes and items; without a plain name the code would not run."""
    if any(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
        yield from _statement(source, node)


def _test(source: Source, node: ast.If | ast.IfExp) -> Pieces:
    """Negate the condition, unless other mutants break it already."""
    if isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        return
    piece = f"not ({source.piece(node.test)})"
    yield source.start(node.test), source.end(node.test), piece


def _comprehension(source: Source, node: ast.comprehension) -> Pieces:
    for condition in node.ifs:
        yield source.start(condition), source.end(condition), "True"


def _call(source: Source, node: ast.Call) -> Pieces:
    """Delete one condition of a query."""
    if isinstance(node.func, ast.Name) and node.func.id != "Q":
        return  # the filter of Python
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    arguments: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    if name not in CONDITIONS or not arguments:
        return
    start, end = source.end(node.func), source.end(node)
    if len(arguments) == 1:
        if isinstance(node.func, ast.Attribute):
            yield start - len(name), end, "all()"
        return
    for left_out in arguments:
        kept = ", ".join(source.piece(other) for other in arguments if other is not left_out)
        yield start, end, f"({kept})"


def _keyword(source: Source, node: ast.keyword) -> Pieces:
    name, _, lookup = (node.arg or "").rpartition("__")
    if name and lookup in LOOKUPS:
        start = source.start(node)
        yield start, start + len(node.arg or ""), f"{name}__{LOOKUPS[lookup]}"


BREAKS: dict[type[ast.AST], Callable[[Source, Any], Pieces]] = {
    ast.Compare: _compare,
    ast.BinOp: _arithmetic,
    ast.BoolOp: _bool,
    ast.UnaryOp: _unary,
    ast.Constant: _constant,
    ast.Return: _return,
    ast.Expr: _statement,
    ast.AugAssign: _statement,
    ast.Delete: _statement,
    ast.Raise: _statement,
    ast.Continue: _statement,
    ast.Assign: _assign,
    ast.If: _test,
    ast.IfExp: _test,
    ast.comprehension: _comprehension,
    ast.Call: _call,
    ast.keyword: _keyword,
}
