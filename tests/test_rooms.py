"""Rooms are small, their registries keep providers strangers, and script/rooms counts them."""

import ast
import configparser
import re
import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

import grimp
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("fulfillment", "orders", "warehouse", "notifications")
MOST_IN_A_FOLDER = 20
MOST_IN_A_ROOT = 12
DOTTED = re.compile(r"[a-z_]+(\.\w+){2,}")


def modules_by_folder(*roots):
    """How many modules lie in each folder; what only makes it a package is no module."""
    return Counter(
        path.parent.relative_to(ROOT).as_posix()
        for root in roots
        for path in (ROOT / root).rglob("*.py")
        if path.name != "__init__.py"
    )


def test_no_folder_holds_many_modules():
    counted = modules_by_folder(*APPS, "tests", "benchmarks", "torture")
    # Migrations are only added, and nobody looks for a subject among them.
    kept = {name: n for name, n in counted.items() if not name.endswith("/migrations")}
    assert {name: n for name, n in kept.items() if n > MOST_IN_A_FOLDER} == {}


def test_the_root_of_an_app_holds_few_modules():
    counted = modules_by_folder(*APPS)
    assert {app: counted[app] for app in APPS if counted[app] > MOST_IN_A_ROOT} == {}


# Registries: folders whose files are chosen by name


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*APPS, cache_dir=None)


def registries():
    """Each registry, its folder, and the modules of the folder that are no providers."""
    written = configparser.ConfigParser()
    written.read(ROOT / ".importlinter")
    for registry, shared in written["registries"].items():
        is_folder = (ROOT / registry.replace(".", "/")).is_dir()
        folder, _, name = registry.rpartition(".")
        yield registry, *((registry, set()) if is_folder else (folder, {name})), shared.split()


REGISTRIES = [
    pytest.param(registry, folder, own | set(shared), id=registry)
    for registry, folder, own, shared in registries()
]


def providers(graph, folder, shared):
    inside = {module.rpartition(".")[2]: module for module in graph.find_children(folder)}
    assert shared <= inside.keys(), f"{folder} has no longer: {shared - inside.keys()}"
    return {module for name, module in inside.items() if name not in shared}


@pytest.mark.parametrize(("registry", "folder", "shared"), REGISTRIES)
def test_a_provider_imports_no_other_provider(graph, registry, folder, shared):
    found = providers(graph, folder, shared)
    pairs = {one: graph.find_modules_directly_imported_by(one) & found for one in found}
    assert {one: others for one, others in pairs.items() if others} == {}


# What a caller needs of one provider only, whatever the registry says.
ASKED_BY_NAME = {
    ("notifications.editor.trial", "notifications.channels.mail"),
    ("fulfillment.management.words.stored_reasons", "notifications.channels.mail"),
    ("fulfillment.tracking.views.browsers", "notifications.channels.push"),
    ("notifications.reports.views.sms", "notifications.channels.sms"),
}


@pytest.mark.parametrize(("registry", "folder", "shared"), REGISTRIES)
def test_only_the_registry_imports_providers(graph, registry, folder, shared):
    found = {
        (importer, provider)
        for provider in providers(graph, folder, shared)
        for importer in graph.find_modules_that_directly_import(provider)
    }
    assert {pair for pair in found if pair[0] != registry} <= ASKED_BY_NAME


@pytest.mark.parametrize(("registry", "folder", "shared"), REGISTRIES)
def test_no_provider_is_left_out_of_its_registry(graph, registry, folder, shared):
    """The registry imports it, or a module of the folder or a setting names it as text."""
    folders = (ROOT / folder.replace(".", "/"), ROOT / "fulfillment" / "settings")
    named = {
        node.value.rpartition(".")[0]
        for path in chain.from_iterable(place.glob("*.py") for place in folders)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and DOTTED.fullmatch(str(node.value))
    }
    registered = graph.find_modules_directly_imported_by(registry) | named
    # A provider may be a folder, of which one module is named.
    registered |= {name.rpartition(".")[0] for name in registered}
    assert providers(graph, folder, shared) <= registered


# script/rooms


def rooms(*arguments):
    return subprocess.run(
        [sys.executable, ROOT / "script" / "rooms.py", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )


def test_script_rooms_counts_the_files_at_hand():
    ran = rooms()
    assert ran.returncode == 0, ran.stderr
    for app in APPS:
        assert re.search(rf"^{app}$", ran.stdout, re.MULTILINE)
    assert re.search(r"^  floor +\d+ +\d+ .*\bstock\b", ran.stdout, re.MULTILINE)
    assert re.search(
        r"^total: \d+ rooms, \d+ modules, \d+ arrows, 0 rooms in circles, \d+ imports",
        ran.stdout,
        re.MULTILINE,
    )


def test_script_rooms_counts_a_commit():
    ran = rooms("HEAD")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("total: ")


def test_script_rooms_refuses_what_is_no_commit():
    ran = rooms("no-such-commit")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.endswith("no-such-commit is no revision here.\n")
