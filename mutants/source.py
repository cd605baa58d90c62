"""The source of a module, and mutants made by replacing a piece of it."""

import ast
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Mutant:
    """A module with one changed line. `lines`: a test must run one to notice it (none: any)."""

    path: str
    line: int
    before: str
    after: str
    text: str  # the whole module, broken
    lines: frozenset[int]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Source:
    """A module's text with its syntax tree; offsets are in bytes, as those of ast are."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.data = text.encode()
        self.tree = ast.parse(text)
        self.starts = [0]
        for line in self.data.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the tree."""
        return list(ast.walk(self.tree))

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where a node begins."""
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where a node ends."""
        return self.starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def piece(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """The text of a node."""
        return self.data[self.start(node) : self.end(node)].decode()

    def broken(self, start: int, end: int, piece: str) -> Mutant | None:
        """The mutant with this piece replaced; None if the result does not compile."""
        text = (self.data[:start] + piece.encode() + self.data[end:]).decode()
        try:
            compile(text, self.path, "exec", dont_inherit=True)
        except SyntaxError:
            return None
        line = self.line_of(start)
        before = self.text.splitlines()[line - 1].strip()
        after = text.splitlines()[line - 1].strip()
        if before == after:  # what changed is further down: the first line that differs is shown
            pairs = zip(self.text.splitlines(), text.splitlines(), strict=False)
            line, before, after = next(
                (number, old.strip(), new.strip())
                for number, (old, new) in enumerate(pairs, start=1)
                if old != new
            )
        return Mutant(self.path, line, before, after, text, self.lines_to_run(line))

    def line_of(self, offset: int) -> int:
        """The number of the line in which an offset lies."""
        return sum(start <= offset for start in self.starts[:-1]) or 1

    def lines_to_run(self, line: int) -> frozenset[int]:
        """The lines of the statement; of a constant of the module, the lines that use its name.

        None of what runs with the import only, such as the fields of a class.
        """
        around = self._around(line)
        if not around:
            return frozenset()
        if names := self._constants.get(around[0].lineno):
            return self._users(names)
        if any(isinstance(statement, ast.FunctionDef) for statement in around):
            return frozenset(_own_lines(around[-1]))
        return frozenset()

    def _around(self, line: int) -> list[ast.stmt]:
        """The statements around a line, outermost first."""
        around = [
            node
            for node in self.nodes
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
        ]
        return sorted(around, key=lambda node: (node.lineno, -(node.end_lineno or 0)))

    @cached_property
    def _constants(self) -> dict[int, set[str]]:
        """The line of each statement of the module itself that names something: the names."""
        named = {}
        for node in self.tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign):
                targets = [node.target]
            if names := {target.id for target in targets if isinstance(target, ast.Name)}:
                named[node.lineno] = names
        return named

    def _users(self, names: set[str]) -> frozenset[int]:
        """Lines of functions that read one of the names, also through another constant."""
        wanted, size = set(names), 0
        while len(wanted) > size:
            size = len(wanted)
            for node in self.tree.body:
                if self._constants.get(node.lineno) and wanted & _names_in(node):
                    wanted |= self._constants[node.lineno]
        lines: set[int] = set()
        for function in self.nodes:
            if isinstance(function, ast.FunctionDef) and wanted & _names_in(function):
                lines |= set(range(function.body[0].lineno, (function.end_lineno or 0) + 1))
        return frozenset(lines)


def _names_in(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _own_lines(statement: ast.stmt) -> range:
    """The lines of the head of a compound statement, or of the body of a function."""
    last = statement.end_lineno or statement.lineno
    if isinstance(statement, ast.FunctionDef):
        return range(statement.body[0].lineno, last + 1)
    body = getattr(statement, "body", None)
    return range(statement.lineno, max(body[0].lineno, statement.lineno + 1) if body else last + 1)
