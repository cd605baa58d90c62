"""The scenes of script/torture faults: what each breaks, what is promised, what was measured."""

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg

from fulfillment.embedded import programs
from fulfillment.embedded.processes import Child, kill_group
from orders.row_security import OPTIONS_FOR_ALL_SELLERS
from torture.installation import Installation
from torture.load import Answer, Load, codes, slowest

AWAY_SECONDS = 3.0
CALM_SECONDS = 4.0  # of steady load, to be compared with
HEALED_SECONDS = 2.0
RETURN_SECONDS = 30.0
MESSAGES_SECONDS = 60.0
ORDER_SECONDS = 0.5
SLOW_CLIENTS = 200
BURST, BURST_CLIENTS, BURST_FROM = 10, 60, 10_000_000
MEMORY_SHARE = 1.2
HOUR = 3600
BUSY, REFUSED = 503, range(400, 500)
WAITING = (
    "SELECT count(*) FROM notifications_message "
    "WHERE status IN ('planned', 'claimed', 'retrying') AND id <= %s"
)
NEWEST_MESSAGE = "SELECT coalesce(max(id), 0) FROM notifications_message"
KNOWN = "SELECT reference FROM orders_order"


class Promise(NamedTuple):
    """What was promised with its figure; `is_clock` depends on how fast the machine is."""

    text: str
    is_kept: bool
    is_clock: bool


@dataclass
class Scene:
    """One scene under the steady load: the installation to damage, and what was found."""

    built: Installation
    load: Load
    burst_seconds: float
    disk: Path | None
    promises: list[Promise] = field(default_factory=list)

    def promise(self, text: str, *, kept: bool) -> None:
        """Note a promise that no slow machine breaks."""
        self.promises.append(Promise(text, kept, is_clock=False))

    def promise_time(self, text: str, seconds: float, most: float) -> None:
        """Note how long something took, and how long it may."""
        words = f"{text}: {seconds:.2f} s (promised {most:.3g} s)"
        self.promises.append(Promise(words, seconds <= most, is_clock=True))

    def answers_are(self, what: str, answers: list[Answer], *allowed: int) -> None:
        """Promise that only these codes and refusals were answered, each 503 with Retry-After."""
        found = codes(answers)
        listed = ", ".join(f"{number} x {code}" for code, number in sorted(found.items()))
        wrong = [code for code in found if not (200 <= code < 300 or code in (302, *allowed))]
        mute = [answer for answer in answers if answer.code in (BUSY, 429) and not answer.says_when]
        self.promise(f"{what}: {listed}", kept=not wrong and not mute)

    def nothing_is_lost(self) -> None:
        """Promise that every order that was answered by 2xx is in the database."""
        accepted = set(self.load.accepted)
        known = {reference for (reference,) in self.rows(KNOWN)}
        text = f"{len(accepted)} orders answered by 2xx, {len(accepted - known)} of them lost"
        self.promise(text, kept=accepted <= known)

    def messages_leave(self) -> None:
        """Promise that what waits now has left within a minute."""
        ((newest,),) = self.rows(NEWEST_MESSAGE)
        began = time.monotonic()
        seconds = wait_for(lambda: not self.rows(WAITING, newest)[0][0], MESSAGES_SECONDS * 2)
        left = self.rows(WAITING, newest)[0][0]
        came = len(self.built.mails.messages) + len(self.built.texts.messages)
        self.promise(f"{came} messages came, {left} are still waiting", kept=came > 0 and not left)
        self.promise_time("messages left", seconds or time.monotonic() - began, MESSAGES_SECONDS)

    def rows(self, question: str, *values: object) -> list[tuple[int, ...]]:
        """Ask the database."""
        with psycopg.connect(
            self.built.env["DATABASE_URL"], connect_timeout=5, options=OPTIONS_FOR_ALL_SELLERS
        ) as connection:
            return connection.execute(question.encode(), values).fetchall()

    def calm(self) -> float:
        """How fast orders are answered while nothing is broken: the 95th percentile."""
        began = time.monotonic()
        time.sleep(CALM_SECONDS)
        return slowest(self.load.between(began))

    def back_within(self, since: float, usual: float) -> float:
        """Seconds since a moment until all answers of a second are good, and as fast as usual."""

        def is_usual() -> bool:
            time.sleep(1)
            now = time.monotonic()
            lately = [a for a in self.load.between(now - 2) if a.came_at > now - 1]
            good = all(answer.code < 500 and answer.code != 429 for answer in lately)
            return bool(lately) and good and slowest(lately) <= 2 * usual + 0.2

        wait_for(is_usual, 4 * RETURN_SECONDS)
        return time.monotonic() - since - 1


def postgres_killed(scene: Scene) -> None:
    """Kill -9 the server and all its processes, and start it again."""
    postgres = scene.built.postgres
    began = time.monotonic()
    kill_group(_pid(postgres.child))
    postgres.child.stop()
    time.sleep(AWAY_SECONDS)
    postgres.start(time.sleep)
    back = time.monotonic()
    time.sleep(HEALED_SECONDS + CALM_SECONDS)
    after = scene.load.between(back)
    late = max((a.came_at - back for a in after if a.code >= 500 or not a.code), default=0.0)
    scene.answers_are("answers while it was away", scene.load.between(began, back), BUSY, 404)
    scene.promise_time("after it was back the last error came", late, HEALED_SECONDS)
    scene.nothing_is_lost()
    scene.messages_leave()


def valkey_stopped(scene: Scene) -> None:
    """SIGSTOP: it takes connections and never answers."""
    began = time.monotonic()
    os.kill(_pid(scene.built.valkey.child), signal.SIGSTOP)
    try:
        time.sleep(AWAY_SECONDS * 2)
        answers = scene.load.between(began)
    finally:
        os.kill(_pid(scene.built.valkey.child), signal.SIGCONT)
    scene.answers_are("answers while it hung", answers, 404)
    scene.promise_time("95 of 100 answers within", slowest(answers), ORDER_SECONDS)
    scene.messages_leave()


def valkey_flushed(scene: Scene) -> None:
    """FLUSHALL: queues, bindings and counted rates are gone."""
    began = time.monotonic()
    scene.built.tell_valkey(b"FLUSHALL\r\n")
    time.sleep(CALM_SECONDS)
    scene.answers_are("answers after it", scene.load.between(began), 404)
    scene.messages_leave()


def disk_full(scene: Scene) -> None:
    """Fill the disk of PostgreSQL, of logs and of everything else; then make room."""
    if scene.disk is None:
        scene.promise("not tried: this machine lets us mount no small disk", kept=True)
        return
    filler = scene.disk / "filler"
    began = time.monotonic()
    _fill(filler)
    until = time.monotonic() + AWAY_SECONDS * 3
    while time.monotonic() < until:
        _fill(filler)
        _revive(scene)
        time.sleep(0.2)
    made_room = time.monotonic()
    filler.unlink()
    wait_for(lambda: _revive(scene), RETURN_SECONDS)
    seconds = wait_for(lambda: _is_good_again(scene, made_room), RETURN_SECONDS * 2)
    scene.answers_are("answers while it was full", scene.load.between(began, made_room), BUSY, 404)
    scene.promise("orders are taken again without hands", kept=seconds is not None)
    scene.promise_time("after room was made", time.monotonic() - made_room, RETURN_SECONDS)
    scene.nothing_is_lost()
    scene.messages_leave()


def slow_bodies(scene: Scene) -> None:
    """200 clients that send the beginning of a body and stop."""
    usual = scene.calm()
    where = urlsplit(scene.built.options.site)
    head = (
        f"POST /api/v1/orders/ HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: 1000\r\n\r\n{{"
    )
    with ExitStack() as stack:
        began = time.monotonic()
        lines = [
            stack.enter_context(socket.create_connection((where.hostname or "", where.port or 0)))
            for _ in range(SLOW_CLIENTS)
        ]
        for line in lines:
            line.sendall(head.encode())
        time.sleep(CALM_SECONDS)
        answers = scene.load.between(began)
        for line in lines:
            line.settimeout(RETURN_SECONDS)
        ended = sum(b" 408 " in line.recv(64) for line in lines)
        seconds = time.monotonic() - began
    scene.answers_are("answers to others", answers, 404)
    most = max(2 * usual, ORDER_SECONDS)
    scene.promise_time("95 of 100 answers within", slowest(answers), most)
    scene.promise(
        f"{ended} of {SLOW_CLIENTS} slow bodies were answered 408", kept=ended == SLOW_CLIENTS
    )
    scene.promise_time("and ended after", seconds, RETURN_SECONDS)


def burst(scene: Scene) -> None:
    """Ten times the load, from many clients at once."""
    usual = scene.calm()
    site, per_second = scene.built.options.site, BURST * scene.load.per_second
    web = scene.built.children["web"]
    began = time.monotonic()
    with Load(site, per_second=per_second, clients=BURST_CLIENTS, first=BURST_FROM) as many:
        time.sleep(scene.burst_seconds / 3)
        before = memory(_pid(web))
        time.sleep(scene.burst_seconds * 2 / 3)
        after = memory(_pid(web))
    ended = time.monotonic()
    answers = [*many.between(began), *scene.load.between(began, ended)]
    seconds = scene.back_within(ended, usual)
    scene.load.accepted |= many.accepted
    scene.answers_are(f"{len(answers)} answers", answers, BUSY, *REFUSED)
    words = f"memory of the web server {before / 2**20:.0f} MB, at the end {after / 2**20:.0f} MB"
    scene.promise(f"{words} (promised within 20 %)", kept=after <= MEMORY_SHARE * before)
    scene.promise_time("as fast as before after", seconds, RETURN_SECONDS)
    scene.nothing_is_lost()
    scene.messages_leave()


def clock_moved(scene: Scene) -> None:
    """The worker's clock jumps two hours ahead, then two hours behind, then it is right."""
    for hours in (2, -2, 0):
        began = time.monotonic()
        _skew_worker(scene.built, hours * HOUR)
        time.sleep(CALM_SECONDS)
        scene.answers_are(f"answers, worker {hours:+d} h", scene.load.between(began), 404)
    scene.nothing_is_lost()
    scene.messages_leave()


SCENES: dict[str, Callable[[Scene], None]] = {
    "postgres-killed": postgres_killed,
    "valkey-stopped": valkey_stopped,
    "valkey-flushed": valkey_flushed,
    "slow-bodies": slow_bodies,
    "burst": burst,
    "clock-moved": clock_moved,
    "disk-full": disk_full,
}


def wait_for(question: Callable[[], bool], seconds: float) -> float | None:
    """Seconds until it was true; None where it did not become true."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if question():
                return time.monotonic() - began
        except psycopg.Error:
            pass
        time.sleep(0.1)
    return None


def memory(pid: int) -> int:
    """Bytes that a process and its children hold in memory."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(memory(int(child)) for child in children)


def _pid(child: Child) -> int:
    if child.process is None:
        raise RuntimeError(f"{child.name} was not started.")
    return child.process.pid


def _fill(filler: Path) -> None:
    """Write until no byte fits any more."""
    try:
        with filler.open("ab", buffering=0) as file:
            while file.write(b"x" * 2**16):
                pass
    except OSError:
        return


def _revive(scene: Scene) -> bool:
    """Start again what ended, as the supervisor does; whether PostgreSQL runs."""
    postgres = scene.built.postgres.child
    if postgres.exit_code() is not None:
        postgres.start()
    scene.built.tend()
    return postgres.exit_code() is None


def _is_good_again(scene: Scene, since: float) -> bool:
    _revive(scene)
    last = [answer for answer in scene.load.between(since) if answer.door == "orders"][-3:]
    return len(last) == 3 and all(200 <= answer.code < 300 for answer in last)


def _skew_worker(built: Installation, seconds: int) -> None:
    child = programs.worker(built.options, built.place, built.env)
    python, _, *rest = child.command
    child.command = [python, "-m", "torture.skewed", str(seconds), *rest]
    built.children["worker"].stop(hurry=lambda: True)
    built.children["worker"] = child
    child.start()
