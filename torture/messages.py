"""script/torture messages: orders under faults, then compare the peers with the database."""

import argparse
import re
import secrets
import subprocess
import sys
import time
from collections import Counter

import psycopg

from fulfillment.embedded.environment import BASE_DIR
from orders.row_security import OPTIONS_FOR_ALL_SELLERS
from torture.chaos import LASTING, Chaos
from torture.customers import Shop
from torture.installation import Broken, Installation, add_tables, installation
from torture.oracle import Received, findings, read_rows
from torture.peer_faults import MAIL_FAULTS, SMS_FAULTS, FaultPlan
from torture.reports import Reporter

MARK = re.compile(rb"^Message-ID:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)
STEP_SECONDS = 2.0  # between two faults; LONG_STEP_SECONDS in a long run, or it would only restart
LONG_STEP_SECONDS = 6.0
STILL_SECONDS = 25.0  # without a delivery: then the rest stays undelivered
DRAIN_SECONDS = 120.0  # without getting fewer
REPORT_SECONDS = 10.0
MESSAGES_AN_ORDER = 11
# Makes waiting messages due now, and closes circuit breakers: those that the portal has not locked,
# so that it waits for nobody and nobody for it. The others come a second later.
HURRY = (
    "UPDATE notifications_message SET next_attempt_at = now() WHERE id IN ("
    "SELECT id FROM notifications_message WHERE status IN ('planned', 'retrying') "
    "AND next_attempt_at > now() ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)",
    "UPDATE notifications_channelcircuit SET open_until = NULL WHERE channel IN ("
    "SELECT channel FROM notifications_channelcircuit WHERE open_until IS NOT NULL "
    "ORDER BY channel FOR NO KEY UPDATE SKIP LOCKED)",
)
# What stands behind a message that calm holds keeps its place for as long.
LEFT = """
SELECT count(*) FROM notifications_message m
WHERE m.status IN ('planned', 'claimed', 'retrying') AND NOT EXISTS (
  SELECT FROM notifications_message h WHERE h.order_id = m.order_id AND h.recipient = m.recipient
    AND h.channel = m.channel AND h.id < m.id AND h.status = 'held')
"""
# A report that came before its message was settled is looked at again within seconds.
UNMATCHED = (
    "SELECT count(*) FROM notifications_receipt r JOIN notifications_message m "
    "ON m.channel = r.channel AND m.provider_id = r.provider_id "
    "WHERE r.message_id IS NULL AND r.provider_id <> ''"
)
AT_THE_DOOR = "SELECT count(*) FROM orders_package WHERE status = 'delivered'"


def main() -> int:
    """Exit code 0 when the peers confirm the database, else 1 and each finding on a line."""
    parser = argparse.ArgumentParser(prog="script/torture messages", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None, help="repeat a run")
    parser.add_argument(
        "--minutes", type=float, default=60.0,
        help="when every order has come, the warehouse closes after so long, whatever waits there",
    )  # fmt: skip
    parser.add_argument(
        "--faults", type=int, default=None,
        help="so many kinds of fault once, drawn by the seed, instead of all again and again",
    )  # fmt: skip
    add_tables(parser)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else secrets.randbelow(1_000_000)
    print(f"seed {seed}, {options.orders} orders", flush=True)
    with installation(tables=options.tables) as built:
        try:
            run = Run(built, options.orders, seed, minutes=options.minutes, kinds=options.faults)
            return run.run()
        except Broken as error:
            print(f"Stopped: {error}", file=sys.stderr)
            return 2


class Run:
    """One run: send orders, inject faults, drain, compare."""

    def __init__(
        self,
        built: Installation,
        orders: int,
        seed: int,
        *,
        minutes: float = 60.0,
        kinds: int | None = None,
    ) -> None:
        self.installation, self.orders, self.most_seconds = built, orders, 60 * minutes
        self.begun = time.monotonic()
        times = 2 + orders // 500
        among = orders * MESSAGES_AN_ORDER // 4  # per channel; most faults come early
        self.fault_plans = (
            FaultPlan(MAIL_FAULTS, times=times, among=among, seed=seed + 1),
            FaultPlan(SMS_FAULTS, times=times, among=among, seed=seed + 2),
        )
        self.reporter = Reporter(built.options.site, seed + 4)
        built.mails.behaviour = self.fault_plans[0]
        built.texts.behaviour = self.reporter.watching(self.fault_plans[1])
        self.chaos = Chaos(built, seed + 3, kinds=kinds)
        self.step_seconds = min(max(orders / 1500, STEP_SECONDS), LONG_STEP_SECONDS)
        per_second = min(max(orders / 30, 3.0), 12.0)
        address = f"{built.options.site}/api/v1/orders/"
        self.shop = Shop(address, orders=orders, seed=seed, per_second=per_second)
        self.reported = 0.0

    def run(self) -> int:
        """The whole run."""
        self.installation.run("-m", "torture.seed", str(self.orders))
        self.installation.start_processes()
        self._say("the installation is open")
        self.shop.open()
        self._damage()
        self._drain()
        return self._judge()

    def _damage(self) -> None:
        """A fault every few seconds: each kind once, and on until deliveries end."""
        delivered, moved_at, stepped_at = 0, time.monotonic(), time.monotonic()
        while not self._is_over(delivered, time.monotonic() - moved_at):
            time.sleep(0.1)
            self.installation.tend()
            if time.monotonic() - stepped_at > self.step_seconds:
                self._say(f"{self._strike()}; {delivered} parcels delivered", often=False)
                stepped_at = time.monotonic()
                if (now := self._count(AT_THE_DOOR)) > delivered:
                    delivered, moved_at = now, time.monotonic()

    def _strike(self) -> str:
        """Inject the next fault and name it; where they are few, none after the last of them."""
        if self.chaos.kinds and self.chaos.rounds:
            self.chaos.heal()
            return "no more faults"
        return self.chaos.step()

    def _is_over(self, delivered: int, still_seconds: float) -> bool:
        """Whether all orders came, all faults were injected, and deliveries have ended."""
        if not (self.shop.is_done and self.chaos.rounds):
            return False
        if time.monotonic() - self.begun > self.most_seconds:
            return True
        patience = STILL_SECONDS + max(LASTING.values()) * self.step_seconds
        return delivered >= len(self.shop.accepted) or still_seconds > patience

    def _drain(self) -> None:
        """End all faults, and make waiting retries due at once."""
        for plan in self.fault_plans:
            plan.end()
        self.chaos.end()
        (self.installation.place.var / "closed").touch()
        self.installation.away |= self._crews()
        fewest, until = self.orders * MESSAGES_AN_ORDER, time.monotonic() + DRAIN_SECONDS
        while (left := self._left()) and time.monotonic() < until:
            if left < fewest:
                fewest, until = left, time.monotonic() + DRAIN_SECONDS
            self.installation.tend()
            self._say(f"draining, {left} wait", often=False)
            with psycopg.connect(
                self.installation.env["DATABASE_URL"],
                autocommit=True,
                options=OPTIONS_FOR_ALL_SELLERS,
            ) as connection:
                for statement in HURRY:
                    connection.execute(statement)
            time.sleep(1)

    def _left(self) -> int:
        """Numbers of waiting messages, untaken reports and workers still at work."""
        children = self.installation.children
        people = sum(children[name].exit_code() is None for name in self._crews())
        reports = self._count(UNMATCHED) + (not self.reporter.is_done)
        return people + reports + self._count(LEFT)

    def _crews(self) -> set[str]:
        return {name for name in self.installation.children if name.startswith("floor")}

    def _judge(self) -> int:
        received = Received(
            [(_mark(mail.raw), mail.recipients[0]) for mail in self.installation.mails.messages],
            [(text.key, text.to) for text in self.installation.texts.messages],
        )
        rows = read_rows(self.installation.env["DATABASE_URL"])
        found = findings(rows, received, self.shop.accepted)
        found += [f"Order {name} got no answer." for name in self.shop.given_up]
        found += self._books()
        self._report(Counter(row.status for row in rows), received)
        for finding in found[:50]:
            print(f"FINDING: {finding}")
        print(f"{len(found)} findings")
        return 1 if found else 0

    def _report(self, statuses: Counter[str], received: Received) -> None:
        print(
            f"orders accepted: {len(self.shop.accepted)}, sent again: {self.shop.retries} times; "
            f"parcels delivered: {self._count(AT_THE_DOOR)}"
        )
        print(f"messages: {_listed(statuses)}")
        print(f"received: {len(received.mails)} mails, {len(received.texts)} texts")
        print(f"reports of texts: {_listed(self.reporter.made)}")
        for name, plan in zip(("mail server", "SMS gateway"), self.fault_plans, strict=True):
            print(f"{name}: {_listed(plan.had)}")
        print(f"killed at: {_listed(self.chaos.burnt())}")
        print(f"blows: {_listed(self.chaos.done)}; started again: {self.installation.restarts}")

    def _books(self) -> list[str]:
        command = [sys.executable, "manage.py", "check_books"]
        books = subprocess.run(
            command,
            env=self.installation.env,
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        return (books.stdout + books.stderr).splitlines() if books.returncode else []

    def _count(self, question: str) -> int:
        address = self.installation.env["DATABASE_URL"]
        with psycopg.connect(address, options=OPTIONS_FOR_ALL_SELLERS) as connection:
            ((number,),) = connection.execute(question)
            return int(number)

    def _say(self, what: str, *, often: bool = True) -> None:
        seconds = time.monotonic() - self.begun
        if not often and seconds - self.reported < REPORT_SECONDS:
            return
        self.reported = seconds
        came = len(self.installation.mails.messages) + len(self.installation.texts.messages)
        print(
            f"{seconds:.0f} s: {len(self.shop.accepted)} of {self.orders} orders accepted, "
            f"{came} messages came, {self.chaos.burnt().total()} fuses burnt ({what})",
            file=sys.stderr, flush=True,
        )  # fmt: skip


def _mark(raw: bytes) -> str:
    found = MARK.search(raw)
    return found.group(1).decode() if found else "a mail without Message-ID"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "nothing"


if __name__ == "__main__":
    sys.exit(main())
