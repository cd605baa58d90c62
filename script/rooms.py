"""Counts rooms, modules and imports of each app, and writes the contract of each room.

A room is what lies in the root of an app: a folder, or a module that lies there alone. An arrow
leads from a room into another room of the same app, however many imports follow it.
"""

import argparse
import configparser
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
APPS = ("fulfillment", "warehouse", "notifications", "orders")
# Their order says nothing: Django finds them by name.
UNORDERED = {"management", "migrations"}
# From the outside in, whatever they import today; other modules lie below, as they import.
OUTSIDE = (("urls", "message_urls"), ("views",), ("forms",), ("tasks", "subscriber"))
CONTRACTS = ROOT / ".importlinter"
MARK = "# Below: script/rooms --contracts"


@dataclass
class Room:
    """What lies under one name in the root of an app."""

    modules: set[str]
    enters: set[str] = field(default_factory=set)
    imports: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", nargs="?", help="a commit; without one, the files as they are")
    parser.add_argument("--contracts", action="store_true", help=f"rewrite {CONTRACTS.name}")
    asked = parser.parse_args()
    if asked.contracts:
        write_contracts(read_imports(ROOT))
    elif asked.revision:
        with tempfile.TemporaryDirectory() as folder:
            unpack(asked.revision, Path(folder))
            report(read_imports(Path(folder)))
    else:
        report(read_imports(ROOT))


def unpack(revision: str, folder: Path) -> None:
    """The tree of a commit, without touching the files at hand."""
    made = subprocess.run(
        ["git", "archive", "--output", folder / "tree.tar", revision], check=False, cwd=ROOT
    )
    if made.returncode:
        sys.exit(f"{revision} is no revision here.")
    shutil.unpack_archive(folder / "tree.tar", folder)


def read_imports(folder: Path) -> grimp.ImportGraph:
    """Who imports whom; the folder must be the only place where the apps are found."""
    sys.path.insert(0, str(folder))
    here = [app for app in APPS if (folder / app / "__init__.py").exists()]
    return grimp.build_graph(*here, cache_dir=None)


def report(graph: grimp.ImportGraph) -> None:
    """One line a room, one an app, and the total last."""
    apps = {app: rooms_of(graph, app) for app in APPS if app in graph.modules}
    for app, rooms in apps.items():
        print(f"{app}\n  {'room':<18} modules  imports  enters")
        for name, room in sorted(rooms.items()):
            entered = " ".join(sorted(room.enters)) or "-"
            print(f"  {name:<18} {len(room.modules):>7}  {room.imports:>7}  {entered}")
        print(f"  {summary(rooms.values(), in_circles(rooms))}\n")
    everything = [room for rooms in apps.values() for room in rooms.values()]
    print(f"total: {summary(everything, sum(in_circles(rooms) for rooms in apps.values()))}")


def summary(rooms: Collection[Room], circles: int) -> str:
    return (
        f"{len(rooms)} rooms, {sum(len(room.modules) for room in rooms)} modules, "
        f"{sum(len(room.enters) for room in rooms)} arrows, {circles} rooms in circles, "
        f"{sum(room.imports for room in rooms)} imports that leave a room"
    )


def rooms_of(graph: grimp.ImportGraph, app: str) -> dict[str, Room]:
    """Every room of an app by its name, with the rooms that it enters."""
    rooms = {}
    for child in graph.find_children(app):
        if child.rpartition(".")[2] not in UNORDERED:
            modules = {child} | graph.find_descendants(child)
            rooms[child.rpartition(".")[2]] = Room(modules)
    for name, room in rooms.items():
        for module in room.modules:
            for imported in graph.find_modules_directly_imported_by(module) - room.modules:
                room.imports += 1
                entered = imported.split(".")[1:2]
                if imported.startswith(f"{app}.") and entered[0] in rooms.keys() - {name}:
                    room.enters.add(entered[0])
    return rooms


def in_circles(rooms: dict[str, Room]) -> int:
    """How many rooms can be left through one door and entered through another."""
    return sum(name in reached_from(rooms, name) for name in rooms)


def reached_from(rooms: dict[str, Room], name: str) -> set[str]:
    reached: set[str] = set()
    new = set(rooms[name].enters)
    while new:
        reached |= new
        new = {entered for room in new for entered in rooms[room].enters} - reached
    return reached


def write_contracts(graph: grimp.ImportGraph) -> None:
    """Keep what is written by hand, and write the contract of each room anew below it."""
    by_hand = CONTRACTS.read_text().partition(MARK)[0]
    contracts = [contract(graph, room) for room in containers(graph)]
    CONTRACTS.write_text(f"{by_hand}{MARK}\n\n" + "\n".join(contracts))


def containers(graph: grimp.ImportGraph) -> Iterator[str]:
    """Every folder inside an app whose modules have an order; those of a registry have none."""
    skipped = registries()
    for module in sorted(graph.modules):
        is_inside = module.count(".") > 0 and not UNORDERED & set(module.split("."))
        if is_inside and module not in skipped and graph.find_children(module):
            yield module


def registries() -> set[str]:
    """The folders of [registries]; a registry is its folder, or a module in it."""
    written = configparser.ConfigParser()
    written.read(CONTRACTS)
    names = set(written["registries"])
    folders = {name for name in names if (ROOT / name.replace(".", "/")).is_dir()}
    return folders | {name.rpartition(".")[0] for name in names - folders}


def contract(graph: grimp.ImportGraph, room: str) -> str:
    layers = "\n".join(f"    {' | '.join(sorted(layer))}" for layer in layers_of(graph, room))
    return (
        f"[importlinter:contract:{room}]\nname = Inside {room}\ntype = layers\n"
        f"containers = {room}\nexhaustive = true\nlayers =\n{layers}\n"
    )


def layers_of(graph: grimp.ImportGraph, room: str) -> list[set[str]]:
    """From the outside in: what answers requests and tasks, then the rest as it imports."""
    below = imports_inside(graph, room)
    outside = [{name for name in layer if name in below} for layer in OUTSIDE]
    rest = below.keys() - set().union(*outside)
    inside: list[set[str]] = []
    while rest:
        lowest = {name for name in rest if not below[name] & rest - {name}}
        if not lowest:
            sys.exit(f"{room}: {', '.join(sorted(rest))} import each other in a circle.")
        inside.insert(0, lowest)
        rest -= lowest
    return [layer for layer in (*outside, *inside) if layer]


def imports_inside(graph: grimp.ImportGraph, room: str) -> dict[str, set[str]]:
    """What each module or folder of a room imports of the others."""
    names = {child.rpartition(".")[2] for child in graph.find_children(room)}
    below: dict[str, set[str]] = {name: set() for name in names}
    for name in names:
        child = f"{room}.{name}"
        for module in {child} | graph.find_descendants(child):
            for imported in graph.find_modules_directly_imported_by(module):
                if imported.startswith(f"{room}."):
                    below[name].add(imported.removeprefix(f"{room}.").partition(".")[0])
    return below


if __name__ == "__main__":
    main()
