"""docs/settings.md is true: the variables that the code reads, by whom, and their defaults."""

import ast
import re
from collections import defaultdict
from functools import cache
from importlib import import_module
from pathlib import Path

from django.conf import settings

from fulfillment.embedded.environment import Options

ROOT = Path(settings.BASE_DIR)
# The package has a function of this name, so the module is asked for by its path.
ENV = import_module("fulfillment.settings.env")
TABLE = ROOT / "docs" / "settings.md"
READERS = {
    "fulfillment/settings": "portal",
    "fulfillment/embedded": "script/server",
    "manage.py": "manage.py",
    "script": "",  # each by its own name
    "benchmarks": "script/bench",
    "tests": "tests",
}
# What the system, Python, Django or pytest define.
NOT_OURS = {
    *("DJANGO_SETTINGS_MODULE", "HOME", "PATH", "LANG", "PWD", "PYTEST_XDIST_WORKER"),
}
# The tests hand these to themselves, and the benchmark to its processes.
HANDED_ON = {("tests", "TEST_FOLDER"), ("tests", "VAR_DIR"), ("tests", "REDIS_URL")}
HANDED_ON |= {("tests", "DATABASE_URL"), ("tests", "SITE_URL"), ("script/bench", "SITE_URL")}
HANDED_ON |= {("script/bench", "MIGRATION_DATABASE_URL"), ("tests", "NUMBERS_ORDERS")}
HANDED_ON |= {("tests", "PROOFS")}
REQUIRED, NOTHING = "required", "empty"
EMPTY = (NOTHING, NOTHING)  # in production, in development
KINDS = ({"DEBUG": False, "HTTPS": True}, {"DEBUG": True, "HTTPS": False})


def sources():
    for place, reader in READERS.items():
        for path in [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*")):
            if path.is_file() and path.suffix in {"", ".py"} and path != Path(__file__):
                yield path, reader or path.relative_to(ROOT).as_posix()


@cache
def reads():
    """Variable -> what reads it -> its default in production and in development."""
    found = defaultdict(dict)
    for path, reader in sources():
        for name, defaults in reads_of_python(path) if path.suffix else reads_of_shell(path):
            is_asked_for = name not in NOT_OURS and (reader, name) not in HANDED_ON
            if is_asked_for and found[name].get(reader, EMPTY) == EMPTY:
                found[name][reader] = defaults
    return found


def reads_of_shell(path):
    """`${NAME:-default}`: what a script takes from outside."""
    for name, default in re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", path.read_text()):
        yield name, (default or NOTHING,) * 2


def reads_of_python(path):
    for node in ast.walk(ast.parse(path.read_text())):
        yield from read_by_call(path, node)
        match node:
            case ast.Subscript(where, ast.Constant(str(name)), ast.Load()) if is_environment(where):
                yield name, EMPTY
            case ast.Assign([ast.Name("VARIABLE")], ast.Constant(str(name))):
                yield name, EMPTY


def read_by_call(path, node):
    match node:
        case ast.Call(ast.Name(kind), [ast.Constant(str(name)), *rest]) if is_reader(kind):
            yield name, defaults_of(path, kind, rest)
        case ast.Call(ast.Attribute(where, "get"), [ast.Constant(str(name)), *rest]):
            if is_environment(where):
                yield name, defaults_of(path, "get", rest)
        case ast.Call(ast.Attribute(_, "startswith"), [ast.Constant("ANYMAIL_" as prefix)]):
            yield f"{prefix}…", EMPTY


def is_reader(name):
    return name == "whole_number" or (name.startswith("env") and hasattr(ENV, name))


def is_environment(node):
    """The one of this process, or the copy that a supervisor hands to others."""
    return ast.unparse(node) in {"os.environ", "self.env"}


def defaults_of(path, kind, arguments):
    """The default, evaluated as in production and as in development."""
    if kind == "env_needed" or (kind == "get" and not is_plain(arguments)):
        return EMPTY
    if not arguments:
        missing = REQUIRED if kind == "env" else "0" if kind == "env_bool" else NOTHING
        return (missing,) * 2
    if isinstance(arguments[0], ast.Constant):
        return (written(arguments[0].value),) * 2
    expression = compile(ast.Expression(arguments[0]), str(path), "eval")
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    # A default that is the value of another variable is written as its name.
    names = vars(module) | {"cls": Options} | {name: name for name in ("SECRET_KEY", "SITE_URL")}
    return tuple(written(eval(expression, names | of_kind)) for of_kind in KINDS)  # noqa: S307


def is_plain(arguments):
    return all(isinstance(argument, ast.Constant) for argument in arguments)


def written(default):
    """A default as the table writes it."""
    if default is None:
        return REQUIRED
    if isinstance(default, bool):
        return str(int(default))
    return str(default).removeprefix(f"{ROOT}/") or NOTHING


def cells_of(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


@cache
def table():
    """Variable -> (readers, default, default in development)."""
    rows = {}
    for line in TABLE.read_text().splitlines():
        if line.startswith("| `"):
            name, _, default, development, by = (
                cell.strip() for cell in line.strip("|").split("|")
            )
            rows[name.strip("`")] = (
                {reader.strip() for reader in by.split(",")},
                default.strip("`"),
                development.strip("`") or default.strip("`"),
            )
    return rows


def test_the_table_has_every_variable_and_no_other():
    assert sorted(reads().keys() - table().keys()) == [], "missing in docs/settings.md"
    assert sorted(table().keys() - reads().keys()) == [], "read by nobody"


def test_the_table_names_each_once():
    names = re.findall(r"^\| `([^`]+)`", TABLE.read_text(), re.MULTILINE)
    assert len(names) == len(set(names))


# The names are read where they are compared: a run's workers would each read the whole tree to
# list them as tests.


def test_the_table_says_who_reads_it():
    said = {name: row[0] for name, row in table().items()}
    assert said == {name: set(by_reader) for name, by_reader in reads().items()}


def test_the_table_has_the_defaults_of_the_code():
    said = {name: row[1:] for name, row in table().items()}
    assert said == {name: defaults_in(by_reader) for name, by_reader in reads().items()}


def defaults_in(by_reader):
    """What a variable is in production and in development where nobody sets it."""
    production, development = by_reader.get("portal") or next(iter(by_reader.values()))
    # What script/server assumes is what a development copy has.
    started = by_reader.get("script/server", EMPTY)[1]
    return production, development if started == NOTHING else started
