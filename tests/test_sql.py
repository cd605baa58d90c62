"""Statements of our own are written so that a second person can change them."""

import ast
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql import compiler as of_django
from django.db.models import Count, F, TextChoices

from orders.models import Event, Order, Shipment
from orders.statements import with_codes
from orders.states import PackageStatus

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("orders", "warehouse", "notifications", "fulfillment")
LONGEST = 40
STATEMENT = re.compile(
    r"\b(SELECT|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+.*SET|WITH\s+.*AS\s*(MATERIALIZED\s*)?\()",
    re.DOTALL,
)
NUMBER = re.compile(r"(?<![\w$%{.])\d+(?![\w}])")
COMMENT = re.compile(r"--.*")
TABLE_EXPRESSION = re.compile(r"^(?:\), |WITH (?:RECURSIVE )?)?(\w+) AS (?:MATERIALIZED )?\(")


def choices(of=TextChoices):
    """Every list of codes of ours that there is."""
    for kind in of.__subclasses__():
        yield kind
        yield from choices(kind)


@cache
def codes():
    assert apps.ready
    return {
        value
        for kind in choices()
        if kind.__module__.startswith(PACKAGES)
        for value in kind.values
        if value
    }


def texts_of(source):
    """(line, text) of each string of a module that is no docstring; f-strings with their gaps."""
    tree = ast.parse(source)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            said |= {id(part) for part in node.values}
            gaps = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(gaps)
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
        ):
            yield node.lineno, node.value


def statements():
    """(where, SQL) of each statement, or part of one, that stands in the four packages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for line, text in texts_of(path.read_text()):
                if STATEMENT.search(text):
                    yield f"{path.relative_to(ROOT).as_posix()}:{line}", text


def faults(sql):
    """What a second person could not see at once."""
    told = COMMENT.sub("", sql)
    found = [f"{code!r} is written out" for code in re.findall(r"'(\w+)'", told) if code in codes()]
    found += [f"{number} has no name" for number in NUMBER.findall(told) if int(number) > 1]
    if (length := len(sql.strip().splitlines())) > LONGEST:
        found.append(f"{length} lines are two statements")
    before_each = pairwise(["", *map(str.strip, sql.splitlines())])
    found += [
        f"{begins[1]} has no comment"
        for before, line in before_each
        if (begins := TABLE_EXPRESSION.match(line)) and not before.startswith("--")
    ]
    return found


def test_statements_name_their_codes_and_numbers():
    found = {where: wrong for where, sql in statements() if (wrong := faults(sql))}
    assert found == {}


def test_the_rule_sees_what_it_forbids():
    assert faults("SELECT id FROM orders_order WHERE status = 'on_hold' LIMIT 20") == [
        "'on_hold' is written out",
        "20 has no name",
    ]
    assert faults("WITH\nlate AS (\n  SELECT 1)\nSELECT 0 FROM late") == ["late has no comment"]
    assert faults("SELECT 1\n" * 41) == ["41 lines are two statements"]


def test_codes_become_literals():
    sql = with_codes("status IN ({two}) OR status = {one}", one="lost", two=list(PackageStatus)[:2])
    assert sql == "status IN ('packing', 'packed') OR status = 'lost'"


@pytest.mark.parametrize("text", ["it's", "", "a b"])
def test_a_text_is_no_code(text):
    with pytest.raises(ValueError, match="no code of ours"):
        with_codes("{text}", text=text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        Order.objects.select_related("seller__warehouse").order_by("-placed_at", "pk"),
        Order.objects.annotate(units=Count("lines")).order_by("-units", "number"),
        Order.objects.annotate(called=F("number")).order_by(F("called").desc(), "pk"),
        Order.objects.values("seller").annotate(orders=Count("pk")).order_by("orders"),
        Order.objects.values_list("seller__name", "service").order_by("seller__name"),
        Order.objects.extra(select={"seven": "7"}).order_by("seven"),
        Order.objects.filter(number="1").union(Order.objects.filter(number="2")).order_by("number"),
        Shipment.objects.select_related("order").order_by("order", "?"),
        Event.objects.filter(order__seller__slug="ada").defer("data").reverse(),
    ],
    ids=lambda rows: str(rows.query.order_by),
)
def test_our_compiler_writes_what_django_writes(rows):
    """Also where the values of columns are converted, or ordered by a name."""
    ours = rows.query.get_compiler("default")
    theirs = of_django.SQLCompiler(rows.query.clone(), connection, "default")
    found = []
    for compiler in (ours, theirs):
        sql = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        found.append((sql, sorted(compiler.get_converters(columns))))
    assert type(ours).__module__ == "fulfillment.database.compiler"
    assert found[0] == found[1]
