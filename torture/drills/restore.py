"""script/drill restore: back up a working portal, restore it into another cluster, compare."""

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from fulfillment.embedded.environment import BASE_DIR
from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import OWNER
from torture.customers import KEYS, bodies
from torture.drills.steps import Steps
from torture.installation import SWEEP_SECONDS, Installation, installation

SEED = 1
PAGE = 500
QUIET_SWEEPS = 3  # so many must pass without a message
BURNT = "SELECT pg_current_xact_id()"  # a transaction, so that the first cluster is ahead


def main() -> int:
    """Exit code 0 when every step is as promised, else 1."""
    parser = argparse.ArgumentParser(prog="script/drill restore", description=__doc__)
    parser.add_argument("--orders", type=int, default=500, help="of each of the four lots")
    options = parser.parse_args()
    with installation() as first, _second() as copy:
        return Drill(first, copy, options.orders).run()


@contextmanager
def _second() -> Iterator[Installation]:
    """Another cluster with an empty database, and servers that have not been started."""
    folder = Path(tempfile.mkdtemp(prefix="fulfillment-drill-"))
    folder.chmod(0o755)
    built = Installation(Place.prepare(folder))
    try:
        built.start_servers()
        yield built
    finally:
        built.close()
        for left in (folder, built.place.home, built.place.sockets):
            shutil.rmtree(left, ignore_errors=True)


class Drill(Steps):
    """The steps, each printed with its figures; both send to the peers of the first."""

    def __init__(self, first: Installation, copy: Installation, orders: int) -> None:
        super().__init__()
        self.first, self.copy = first, copy
        self.orders = bodies(4 * orders, SEED)
        self.lot = orders
        for name in ("EMAIL_HOST", "EMAIL_PORT", "SMS_URL"):
            copy.env[name] = first.env[name]

    def run(self) -> int:
        """All steps in order."""
        file = self.first.place.var / "portal.dump"
        before, cursors = self._work_and_back_up(file)
        sent = self._lose_the_first(cursors)
        self._restore(file)
        self._check_quiet(sent)
        self._check_events(before, cursors)
        self._resume(sent)
        return self.end()

    def _work_and_back_up(self, file: Path) -> tuple[list[str], dict[str, str]]:
        first = self.first
        first.run("-m", "torture.seed", str(4 * self.lot))
        first.start_processes(crews=0)
        with first.postgres.connect("fulfillment") as line:
            for _ in range(20 * self.lot):
                line.execute(BURNT)
        self._order(first)
        self.wait(lambda: not self._waiting(first))
        cursors = {"of before": self._events(first, "")[1]}
        self.say(f"{self.lot} orders came in, {self._sent()} messages left")
        self._manage(first, "sending", "pause")
        self._order(first)
        between, cursors["of the backup"] = self._events(first, cursors["of before"])
        self.say(f"{self.lot} more orders, {self._waiting(first)} messages wait")
        self.say(self._manage(first, "backup", str(file)).strip())
        return between, cursors

    def _lose_the_first(self, cursors: dict[str, str]) -> int:
        self._manage(self.first, "sending", "resume")
        self._order(self.first)
        self.wait(lambda: not self._waiting(self.first))
        cursors["of after it"] = self._events(self.first, cursors["of the backup"])[1]
        self.first.stop_processes()
        self.say(f"{self.lot} orders after the backup; {self._sent()} messages have left; it dies")
        return self._sent()

    def _restore(self, file: Path) -> None:
        for line in self._manage(self.copy, "restore", str(file)).splitlines():
            self.say(line)
        self.copy.start_processes(crews=0)

    def _check_quiet(self, sent: int) -> None:
        self._order(self.copy)
        time.sleep(QUIET_SWEEPS * SWEEP_SECONDS)
        ready = requests.get(f"{self.copy.options.site}/readyz", timeout=10).status_code
        self.expect("messages that the copy sent before it was told to", self._sent() - sent, 0)
        self.expect("status of /readyz of the copy", ready, 200)

    def _check_events(self, before: list[str], cursors: dict[str, str]) -> None:
        everything, _ = self._events(self.copy, "")
        fresh = self._events(self.copy, cursors["of after it"])[0]
        self.expect("events that were told twice", len(everything) - len(set(everything)), 0)
        self.expect("new events, cursor of after the backup", len(fresh), len(set(fresh)))
        self.expect("orders in them", len(fresh) >= self._loud_of_lot, True)
        for name, wanted in {"of before": before + fresh, "of the backup": fresh}.items():
            got = self._events(self.copy, cursors[name])[0]
            missing, strange = set(wanted) - set(got), set(got) - set(wanted)
            self.expect(f"events missing, cursor {name} ({len(got)} read)", len(missing), 0)
            self.expect(f"events too many, cursor {name}", len(strange), 0)

    def _resume(self, sent: int) -> None:
        self.say(self._manage(self.copy, "sending", "resume", "--without-waiting").splitlines()[0])
        self.wait(lambda: not self._waiting(self.copy))
        self.say(f"{self._sent() - sent} messages of the orders after the restore left")
        self.expect("messages sent after it was told to", self._sent() > sent, True)
        keys = Counter(mail.message["Message-ID"] for mail in self.first.mails.messages)
        keys += Counter(text.key for text in self.first.texts.messages)
        self.expect("messages that came twice", sum(n - 1 for n in keys.values()), 0)

    def _order(self, to: Installation) -> None:
        self._loud_of_lot = 0
        for key, order in itertools.islice(self.orders, self.lot):
            self._loud_of_lot += key == KEYS["loud"]
            answer = requests.post(
                f"{to.options.site}/api/v1/orders/",
                json=order,
                headers={"Authorization": f"Bearer {key}", "Idempotency-Key": order["reference"]},
                timeout=30,
            )
            self.expect("an order", answer.status_code, 201, quiet=True)

    def _events(self, of: Installation, cursor: str) -> tuple[list[str], str]:
        """(ids of all events after a cursor, the last cursor), as a seller's system reads them."""
        ids: list[str] = []
        until = time.monotonic() + SWEEP_SECONDS
        while True:
            answer = requests.get(
                f"{of.options.site}/api/v1/events/",
                params={"after": cursor, "limit": str(PAGE)},
                headers={"Authorization": f"Bearer {KEYS['loud']}"},
                timeout=30,
            ).json()
            ids += [event["data"]["event"] for event in answer["events"]]
            cursor = answer["next"]
            # What an open transaction may precede comes a moment later.
            if not answer["events"] and time.monotonic() > until:
                return ids, cursor

    def _manage(self, of: Installation, *arguments: str) -> str:
        env = of.env | {"MIGRATION_DATABASE_URL": of.postgres.url(OWNER)}
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"manage.py {' '.join(arguments)} failed: {done.stderr}")
        return done.stdout

    def _waiting(self, of: Installation) -> int:
        """Messages that wait for anything but their hour."""
        statuses = "('planned', 'claimed', 'retrying')"
        with of.postgres.connect("fulfillment") as line:
            sql = f"SELECT count(*) FROM notifications_message WHERE status IN {statuses}"  # noqa: S608
            found = line.execute(sql).fetchone()
        return int(found[0]) if found else 0

    def _sent(self) -> int:
        return len(self.first.mails.messages) + len(self.first.texts.messages)


if __name__ == "__main__":
    sys.exit(main())
