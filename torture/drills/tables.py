"""script/drill tables: the migrations one by one, and the ones that replace them, end the same."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree

from fulfillment.embedded.environment import BASE_DIR
from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import OWNER, Postgres
from torture.drills.catalog import catalog, differences, rows
from torture.drills.steps import Steps


def main() -> int:
    """Exit code 0 when both databases are the same, else 1."""
    steps = Steps()
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="fulfillment-drill-"))
        folder.chmod(0o755)
        place = Place.prepare(folder)
        for left in (folder, place.home, place.sockets):
            stack.callback(rmtree, left, ignore_errors=True)
        postgres = Postgres(place, {"fsync": "off"})
        stack.callback(postgres.stop)
        postgres.start(time.sleep)
        ways = ("one-by-one", "replaced")
        seconds = {way: make(way, postgres) for way in ways}
        for way, took in seconds.items():
            steps.say(f"{way}: {took:.1f} s of processor time")
        found = differences(*(look(postgres, way) for way in ways))
        steps.expect("differences", found, [])
    return steps.end()


def make(way: str, postgres: Postgres) -> float:
    """A database of that name with all tables, and the processor time of Python for it."""
    postgres.make_database(way)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    env = os.environ | {"DEBUG": "1", "DATABASE_URL": postgres.url(OWNER, way)}
    env |= {"SECRET_KEY": "x", "VAR_DIR": str(postgres.place.var)}
    subprocess.run(
        [sys.executable, "-m", "torture.drills.migrating", way],
        cwd=BASE_DIR, env=env, check=True,
    )  # fmt: skip
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def look(postgres: Postgres, name: str) -> dict[str, set[str]]:
    """What is in that database, with its rows."""
    with postgres.connect(name) as connection:
        return catalog(connection) | {"rows": rows(connection)}


if __name__ == "__main__":
    sys.exit(main())
