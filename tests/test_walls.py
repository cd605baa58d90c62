"""The contracts of .importlinter hold: a wrong import breaks one, and only the one it should."""

import configparser
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from functools import cache
from itertools import combinations, islice, product
from pathlib import Path

import grimp
import pytest
from django.conf import settings
from importlinter.api import read_configuration
from importlinter.contracts.layers import LayersContract

pytestmark = pytest.mark.slow

ROOT = Path(settings.BASE_DIR)
LINT = Path(sys.executable).with_name("lint-imports")
APPS = ("fulfillment", "orders", "warehouse", "notifications")
# Django finds them by name; their order says nothing.
UNORDERED = {"management", "migrations"}
# A wrong import may break two walls at once; then another one of the same kind is planted.
TRIES = 4


@cache
def written_file():
    written = configparser.ConfigParser()
    written.read(ROOT / ".importlinter")
    return written


@cache
def contracts():
    """Name of a contract -> its containers and layers; each layer is a list of names."""
    return {
        part["name"]: (
            part.get("containers", "").split(),
            [re.findall(r"\w+", layer) for layer in part["layers"].strip().splitlines()],
        )
        for title, part in written_file().items()
        if title.startswith("importlinter:contract:")
    }


@cache
def graph():
    return grimp.build_graph(*APPS, cache_dir=None)


@cache
def walls():
    """The contracts as lint-imports reads them."""
    written = read_configuration(str(ROOT / ".importlinter"))
    return [
        LayersContract(each["name"], written["session_options"], each)
        for each in written["contracts_options"]
    ]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The files of the tree in a folder where a test may spoil them."""
    folder = tmp_path_factory.mktemp("walls")
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *APPS)
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in (".importlinter", *names.strip("\0").split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def broken(copy):
    """The names of the contracts that do not hold in the copy."""
    ran = subprocess.run([LINT], cwd=copy, check=False, capture_output=True, text=True)
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", ran.stdout, re.MULTILINE))
    assert verdicts.keys() == contracts().keys(), ran.stdout + ran.stderr
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


def broken_by(copy, importer, imported):
    """What breaks when one module imports another; the copy is mended afterwards."""
    file = copy / (importer.replace(".", "/") + ".py")
    file = file if file.exists() else file.with_suffix("") / "__init__.py"
    text = file.read_text()
    file.write_text(f"{text}\nimport {imported}\n")
    try:
        return broken(copy)
    finally:
        file.write_text(text)


def broken_with(importer, imported):
    """What breaks with one import more, without a program that reads all files anew."""
    imports = deepcopy(graph())
    imports.add_import(importer=importer, imported=imported)
    # A chain that is new begins with one of the first and ends with one of the second.
    ends = (
        imports.find_downstream_modules(importer) | {importer},
        imports.find_upstream_modules(imported) | {imported},
    )
    return {
        wall.name
        for wall in walls()
        if all(any(map(roots(wall.name).match, end)) for end in ends)
        and not wall.check(imports, verbose=False).kept
    }


@cache
def roots(name):
    """What matches the modules that a contract speaks of."""
    containers, layers = contracts()[name]
    named = containers or [name for layer in layers for name in layer]
    return re.compile(rf"(?:{'|'.join(map(re.escape, named))})(?:\.|$)")


def wrong_imports(name):
    """Pairs that a contract forbids; first those that bring the fewest other modules together."""
    containers, layers = contracts()[name]
    base = f"{containers[0]}." if containers else ""
    inside = members(base, [name for layer in layers for name in layer])
    pairs = [
        pair
        for low, high in forbidden(layers)
        for pair in product(members(base, low), members(base, high))
    ]
    importers = {who: len(graph().find_downstream_modules(who) & inside) for who in inside}
    imported = {whom: len(graph().find_upstream_modules(whom) & inside) for whom in inside}
    return sorted(pairs, key=lambda pair: (importers[pair[0]] + imported[pair[1]], pair))


def forbidden(layers):
    """(who, whom): a lower layer and a higher one, or two strangers of the only layer."""
    if len(layers) == 1:
        return [(layers[0][:1], layers[0][1:])]
    return [(low, high) for high, low in combinations(layers, 2)]


def members(base, names):
    roots = {base + name for name in names}
    return roots | {inner for root in roots for inner in graph().find_descendants(root)}


def walls_between_modules():
    """Contracts that name two modules or more."""
    return [name for name, (_, layers) in contracts().items() if sum(map(len, layers)) > 1]


def test_the_tree_breaks_none(copy):
    assert broken(copy) == set()


@pytest.mark.parametrize("name", walls_between_modules())
def test_a_wrong_import_breaks_this_contract_alone(name):
    for importer, imported in islice(wrong_imports(name), TRIES):
        found = broken_with(importer, imported)
        assert name in found, f"{importer} may import {imported}"
        if found == {name}:
            return
    pytest.fail(f"Each wrong import also breaks other contracts, the last one: {found}")


@pytest.mark.parametrize(
    ("importer", "imported", "name"),
    [
        ("orders.lifecycle.transitions", "warehouse.stock.postings", "apps"),
        ("warehouse.floor.packing", "notifications.planning.subscriber", "apps"),
        ("orders.keys", "orders.models", "orders"),
        ("orders.lifecycle.transitions", "orders.intake.acceptance", "orders"),
        ("warehouse.stock.postings", "warehouse.floor.packing", "warehouse"),
        ("warehouse.stock.postings", "warehouse.stock.views", "warehouse.stock"),
        ("warehouse.floor.packing", "warehouse.floor.views.packing", "warehouse.floor"),
        ("fulfillment.tracking.queries", "fulfillment.tracking.views.show", "fulfillment.tracking"),
    ],
)
def test_mistakes_that_somebody_will_make(copy, importer, imported, name):
    contract = written_file()[f"importlinter:contract:{name}"]
    assert contract["name"] in broken_by(copy, importer, imported)


def test_a_module_that_no_layer_names_breaks_the_contract_of_its_room(copy):
    rooms = {name: containers for name, (containers, _) in contracts().items() if containers}
    strangers = [
        copy / container.replace(".", "/") / "stranger.py"
        for containers in rooms.values()
        for container in containers
    ]
    for stranger in strangers:
        stranger.write_text('"""Nobody knows me."""\n')
    try:
        assert broken(copy) == rooms.keys()
    finally:
        for stranger in strangers:
            stranger.unlink()


def test_every_folder_of_modules_has_a_contract_or_is_a_registry():
    known = {container for containers, _ in contracts().values() for container in containers}
    folders = {
        module
        for module in graph().modules
        if graph().find_children(module) and not UNORDERED & set(module.split("."))
    }
    registries = written_file().options("registries")
    assert {
        folder
        for folder in folders - known
        if not any(name in (folder, f"{folder}.{name.rpartition('.')[2]}") for name in registries)
    } == set()
