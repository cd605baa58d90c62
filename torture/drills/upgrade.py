"""script/drill upgrade: the former version's web and workers go on while this one migrates."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fulfillment.embedded import programs
from fulfillment.embedded.environment import BASE_DIR, Options
from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import DATABASE, OWNER, SUPERUSER, Postgres
from fulfillment.embedded.processes import Child
from torture.drills.catalog import catalog, differences
from torture.drills.steps import Steps
from torture.installation import (
    READY_SECONDS,
    Installation,
    add_tables,
    free_port,
    restore_tables,
)
from torture.load import NOBODY, Answer, Load, codes, slowest

FORMER = "8bb9c3adce68"  # before accounts, scopes of keys, encrypted secrets, row-level security
STOCK = 2_000  # orders that there are goods for
PER_SECOND, CLIENTS = 12.0, 4
NEW_NUMBERS = 1_000_000  # of the orders that the new version takes
REFUSED = "codes other than 2xx and 404"
# Prints the commands of the former version's processes, as that version starts them.
COMMANDS = """
import json, sys
from pathlib import Path
from fulfillment.embedded import programs
from fulfillment.embedded.environment import Options
from fulfillment.embedded.places import Place

var, port = Path(sys.argv[1]), int(sys.argv[2])
place, options = Place.prepare(var), Options(port=port, var=var, web_workers=2)
children = [programs.web(options, place, {}), programs.worker(options, place, {})]
children.append(programs.beat(place, {}))
print(json.dumps([[str(part) for part in child.command] for child in children]))
"""
LOST = (
    "SELECT count(*) FROM unnest(%s::text[]) r WHERE r NOT IN (SELECT reference FROM orders_order)"
)
UNALLOCATED = "SELECT count(*) FROM orders_order WHERE status = 'received'"
WAITING = (
    "SELECT count(*) FROM notifications_message WHERE status IN ('planned', 'claimed', 'retrying')"
)
UNGUARDED = (
    "SELECT count(*) FROM pg_policy p JOIN pg_class c ON c.oid = polrelid WHERE NOT relrowsecurity"
)


def main() -> int:
    """Exit code 0 when every step is as promised, else 1."""
    parser = argparse.ArgumentParser(prog="script/drill upgrade", description=__doc__)
    parser.add_argument(
        "--from", dest="former", default=FORMER, help="commit of the former version"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="of load in each step")
    parser.add_argument("--rate", type=float, default=PER_SECOND, help="requests a second")
    add_tables(parser)
    options = parser.parse_args()
    with _both(options.former) as (new, old):
        return Drill(new, old, options.seconds, options.rate, options.tables).run()


class Former:
    """The former version in a folder of its own, on the servers of the new one."""

    def __init__(self, folder: Path, new: Installation) -> None:
        self.folder, self.new = folder, new
        self.options = Options(port=free_port(), var=new.place.var, web_workers=2)
        self.children: list[Child] = []

    def prepare(self) -> None:
        """Make its tables and rows."""
        self._run("manage.py", "migrate", "--verbosity", "0", owner=True)
        self._run("-m", "torture.seed", str(STOCK))

    def start(self) -> None:
        """Start its web, worker and beat."""
        env, place = self.new.env, self.new.place
        said = self._run("-c", COMMANDS, str(place.var), str(self.options.port))
        for name, command in zip(("web", "worker", "beat"), json.loads(said), strict=True):
            log = place.log(f"former {name}")
            self.children.append(
                Child(name, command, log, env=env, folder=self.folder, patience=20.0)
            )
        for child in self.children:
            child.start()
        self.children[0].wait_until(
            lambda: programs.answers(self.options, env["SITE_URL"]), time.sleep, READY_SECONDS
        )

    def stop(self) -> None:
        """As a service manager does."""
        for child in self.children:
            child.stop()

    def errors(self) -> list[str]:
        """What its processes logged as errors."""
        return [
            line
            for child in self.children
            for line in child.log.read_text(errors="replace").splitlines()
            if "[error" in line or "[critical" in line or line.startswith("Traceback")
        ]

    def _run(self, *arguments: str, owner: bool = False) -> str:
        return _run(self.folder, self.new, *arguments, owner=owner)


class Drill(Steps):
    """The steps of docs/operations.md, each printed with its figures."""

    def __init__(
        self,
        new: Installation,
        old: Former,
        seconds: float,
        rate: float,
        tables: Path | None = None,
    ) -> None:
        super().__init__()
        self.tables = tables
        self.new, self.old, self.seconds, self.rate = new, old, seconds, rate
        self.accepted: set[str] = set()

    def run(self) -> int:
        """All steps in order."""
        self.old.prepare()
        self.old.start()
        with self._load(self.old.options.site, 0) as load:
            time.sleep(self.seconds)
            self._check("the former version alone", load.between(0))
            self._migrate(load)
            self._side_by_side(load)
        self.accepted |= load.accepted
        with self._load(self.new.options.site, 2 * NEW_NUMBERS) as load:
            self._finish(load)
        self.accepted |= load.accepted
        self._compare()
        self._compare_tables()
        return self.end()

    def _migrate(self, load: Load) -> None:
        begun = time.monotonic()
        _run(BASE_DIR, self.new, "manage.py", "migrate", "--verbosity", "0", owner=True)
        took = time.monotonic() - begun
        answers = load.between(begun)
        self.say(f"migrated in {took:.1f} s, slowest answer {slowest(answers, 1):.2f} s")
        time.sleep(self.seconds)
        self._check("the former version on the new tables", load.between(begun))

    def _side_by_side(self, load: Load) -> None:
        begun = time.monotonic()
        self.new.start_processes(crews=0)
        with self._load(self.new.options.site, NEW_NUMBERS) as fresh:
            time.sleep(self.seconds)
        self.accepted |= fresh.accepted
        self._check("the former version beside the new one", load.between(begun))
        self._check("the new version beside the former one", fresh.between(0))

    def _finish(self, load: Load) -> None:
        self.expect("errors in the former version's logs", self.old.errors()[:3], [])
        self.old.stop()
        said = _run(BASE_DIR, self.new, "manage.py", "finish_upgrade", owner=True)
        self.say(said.strip())
        time.sleep(self.seconds)
        self._check("the new version alone", load.between(0))
        self.expect("tables without their policy", self._count(UNGUARDED), 0)

    def _compare(self) -> None:
        """Everything that was accepted is there, allocated, and told once."""
        self.wait(lambda: not self._count(UNALLOCATED) and not self._count(WAITING))
        self.say(f"{len(self.accepted)} orders were accepted")
        self.expect("orders lost", self._count(LOST, list(self.accepted)), 0)
        mails = self.new.mails.messages
        told = {address for mail in mails for address in mail.recipients}
        wanted = {f"l{reference[2:]}@customer.example" for reference in self.accepted}
        self.expect("customers without a mail", len(wanted - told), 0)
        keys = Counter(mail.message["Message-ID"] for mail in mails)
        keys += Counter(text.key for text in self.new.texts.messages)
        self.expect("messages that came twice", sum(n - 1 for n in keys.values()), 0)
        self.expect("restarts of the new processes", self.new.restarts, 0)

    def _compare_tables(self) -> None:
        """An installation that was upgraded has the tables of one that begins now."""
        postgres, upgraded = self.new.postgres, DATABASE
        postgres.make_database("fresh")
        if self.tables:
            # A restored condition is worded otherwise than a migrated one: both are restored.
            upgraded = copied(postgres, self.new.place.var / "upgraded.sql")
            restore_tables(postgres, self.tables, "fresh")
        else:
            migrate = ("manage.py", "migrate", "--verbosity", "0")
            _run(BASE_DIR, self.new, *migrate, owner=True, database="fresh")
        with postgres.connect(upgraded) as old, postgres.connect("fresh") as fresh:
            found = differences(catalog(old), catalog(fresh))
        self.expect("differences from a database made now", found, [])

    def _load(self, site: str, first: int) -> Load:
        return Load(site, per_second=self.rate, clients=CLIENTS, first=first)

    def _check(self, what: str, answers: Sequence[Answer]) -> None:
        found = codes(answers)
        wrong = {code: n for code, n in found.items() if code == NOBODY or code >= 400}
        wrong.pop(404, None)  # tracking tokens that nobody has
        told = ", ".join(f"{n} x {code}" for code, n in sorted(found.items()))
        self.say(f"{what}: {told}; 95 of 100 within {slowest(answers):.2f} s")
        self.expect(f"{what}: {REFUSED}", wrong, {}, quiet=True)

    def _count(self, sql: str, *values: object) -> int:
        with self.new.postgres.connect("fulfillment") as line:
            row = line.execute(sql, values or None).fetchone()
        return int(row[0]) if row else 0


def copied(postgres: Postgres, dump: Path) -> str:
    """The name of a database with what the portal's has, dumped and restored."""
    name = "restored"
    postgres.make_database(name)
    pg_dump = str(postgres.program.path.with_name("pg_dump"))
    command = [pg_dump, f"--file={dump}", f"--dbname={postgres.url(SUPERUSER)}"]
    subprocess.run(command, check=True)
    restore_tables(postgres, dump, name)
    return name


@contextmanager
def _both(former: str) -> Iterator[tuple[Installation, Former]]:
    """The new version's servers without tables, and the former version's folder."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="fulfillment-drill-"))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        new = Installation(Place.prepare(folder))
        for left in (new.place.home, new.place.sockets):
            stack.callback(shutil.rmtree, left, ignore_errors=True)
        stack.callback(new.close)
        new.start_servers()
        old = Former(folder / "former", new)
        _unpack(former, old.folder)
        stack.callback(old.stop)
        yield new, old


def _unpack(commit: str, folder: Path) -> None:
    """Write the tree of a commit into a folder. SystemExit where it is not in this clone."""
    git = ["git", "-C", str(BASE_DIR), "archive", commit]
    packed = subprocess.run(git, capture_output=True, check=False)
    if packed.returncode:
        raise SystemExit(f"No commit {commit} here: {packed.stderr.decode().strip()}")
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)


def _run(
    folder: Path, of: Installation, *arguments: str, owner: bool = False, database: str = DATABASE
) -> str:
    """Run Python in one of the two trees to its end, and return what it printed."""
    env = of.env | ({"DATABASE_URL": of.postgres.url(OWNER, database)} if owner else {})
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)[:60]} failed: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
