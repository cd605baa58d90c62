"""`orders` names no table, path, status or event kind of an app above it, in code or as text."""

import ast
import re
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ABOVE = ("warehouse", "notifications")


def models_above():
    return [model for app in ABOVE for model in apps.get_app_config(app).get_models()]


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@cache
def names_above():
    """Names of models and tables, and of the ways from rows of orders to theirs."""
    names = {name for model in models_above() for name in (model.__name__, model._meta.db_table)}
    return names | {field.remote_field.related_name for field in relations_to_orders()} - {
        None,
        "+",
    }


@cache
def steps_above():
    """How a path through `__` goes from rows of orders to theirs, also where nobody named it."""
    return {field.related_query_name() for field in relations_to_orders()} - {"+"}


def relations_to_orders():
    return [
        field
        for model in models_above()
        for field in model._meta.get_fields()
        if field.concrete and field.remote_field and field.related_model._meta.app_label == "orders"
    ]


@cache
def kinds_above():
    """How event kinds of the apps above begin: `pick_list.`, `message.`, …"""
    begins = "|".join(sorted(snake(model.__name__) for model in models_above()))
    return re.compile(rf"(?<![\w.])(?:{begins})\.[a-z_]+")


@cache
def states_of():
    """Model above -> what its status may be."""
    return {
        model.__name__: {value for value, _ in field.flatchoices}
        for model in models_above()
        for field in model._meta.concrete_fields
        if field.name == "status" and field.flatchoices
    }


def sources():
    return [path for path in (ROOT / "orders").rglob("*.py") if "migrations" not in path.parts]


def documents(tree):
    """The docstrings, which may explain whatever they like."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    heads = [node.body[0] for node in ast.walk(tree) if isinstance(node, kinds) and node.body]
    return {id(head.value) for head in heads if isinstance(head, ast.Expr)}


def spoken(tree):
    """Every name in code, and every text, of a module."""
    skipped = documents(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in skipped:
                yield node.value
        elif isinstance(node, ast.AST):
            for part in ("id", "attr", "arg", "name"):
                if isinstance(text := getattr(node, part, None), str):
                    yield text


@cache
def found_in(text):
    """What a name or a text says of the apps above."""
    words = set(re.findall(r"\w+", text))
    steps = {step for word in words if "__" in word for step in word.split("__")}
    if " " in text.strip():
        # A text for people may say "stock"; SQL names tables.
        words = {word for word in words if "_" in word}
    named = {name for name in names_above() if any(is_named(name, word) for word in words)}
    kinds = {found.group(0) for found in kinds_above().finditer(text)}
    return named | (steps & (steps_above() | names_above())) | kinds


def is_named(name, word):
    """Run, RunStatus and RUN_MOVES name a Run; running does not."""
    return word == name or bool(longer_than(name).fullmatch(word))


@cache
def longer_than(name):
    return re.compile(rf"{name}[A-Z]\w*|{snake(name).upper()}_\w*MOVES")


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_orders_names_nothing_of_the_apps_above(path):
    found = {
        text: names for text in spoken(ast.parse(path.read_text())) if (names := found_in(text))
    }
    assert found == {}


def test_orders_lists_no_statuses_of_the_apps_above():
    lists = {
        f"{module}.{name}": {member.value for member in value}
        for path in sources()
        for module in [".".join(path.relative_to(ROOT).with_suffix("").parts)]
        for name, value in vars(import_module(module.removesuffix(".__init__"))).items()
        if isinstance(value, type) and issubclass(value, Enum) and value.__module__ == module
    }
    theirs = {
        name: [model for model, states in states_of().items() if states == values]
        for name, values in lists.items()
    }
    assert {name: models for name, models in theirs.items() if models} == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("stops__run__courier", {"stops"}),
        ("PickListStatus", {"PickList"}),
        ("RUN_MOVES", {"Run"}),
        ("SELECT 1 FROM warehouse_stock WHERE true", {"warehouse_stock"}),
        ("pick_list.done", {"pick_list.done"}),
        ("Stock arrives late", set()),
        ("running", set()),
        ("shipment.packed", set()),
    ],
)
def test_the_rule_sees_names_paths_tables_and_kinds(text, names):
    assert found_in(text) == names
