"""How long a scan takes on the web server with one picker, and with eight at once, in turns."""

import http.client
import json
import re
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.scale import address
from benchmarks.servers import Servers
from fulfillment.embedded.environment import BASE_DIR
from fulfillment.embedded.postgres import APP

PICKERS = 8
ROUNDS = 3
SECONDS = 5.0
WARM_UP = 1.0
PATIENCE = 60.0
PICK = "/warehouse/pick/"
FOUND, OK = 302, 200
FIELD = re.compile(r'name="(line|location|quantity|proposed|planned)"[^>]* value="([^"]*)"')
PLACE = re.compile(r'class="goal-code[^"]*">([^<]+)<')
SKU = re.compile(r'class="goal-sku"><span class="code"><bdi>([^<]+)<')


def measure_pickers(servers: Servers, database: str) -> None:
    """Print the medians of a scan, and of a page that asks no database, alone and at once."""
    env = servers.env | {"DATABASE_URL": address(servers, APP, database)}
    command = [sys.executable, "-m", "benchmarks.floor_scans", str(PICKERS)]
    done = subprocess.run(
        command, env=env, cwd=BASE_DIR, check=True, stdout=subprocess.PIPE, text=True
    )
    port = servers.options.port
    pickers = [Picker(port, session) for session in json.loads(done.stdout)]
    taken: dict[tuple[str, int], list[float]] = {}
    with replace(servers, env=env).web():
        _at_once(pickers, WARM_UP, "scan")
        for _ in range(ROUNDS):
            for number in (1, PICKERS):
                for what in ("scan", "ping"):
                    found = _at_once(pickers[:number], SECONDS, what)
                    taken.setdefault((what, number), []).extend(found)
    medians = {key: 1000 * statistics.median(values) for key, values in taken.items()}
    for what in ("ping", "scan"):
        alone, eight = medians[what, 1], medians[what, PICKERS]
        slowest = 1000 * statistics.quantiles(taken[what, PICKERS], n=20)[-1]
        print(
            f"{what}: {alone:.1f} ms alone, {eight:.1f} ms with {PICKERS} at once "
            f"(95 % within {slowest:.1f} ms): x {eight / alone:.2f}",
            flush=True,
        )


def _at_once(pickers: list["Picker"], seconds: float, what: str) -> list[float]:
    """Seconds of each request of these pickers, who all work for so long."""
    ends = time.perf_counter() + seconds
    threads = [threading.Thread(target=picker.work, args=(ends, what)) for picker in pickers]
    for picker in pickers:
        picker.taken = []
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed := [picker.failed for picker in pickers if picker.failed]:
        raise SystemExit(failed[0])
    return [took for picker in pickers for took in picker.taken]


@dataclass
class Picker:
    """A person with a scanner, and a connection of their own."""

    port: int
    session: str
    taken: list[float] = field(default_factory=list)
    failed: str = ""

    def __post_init__(self) -> None:
        self.token, self.client_id, self.numbers = secrets.token_hex(16), uuid4(), count(1)
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self.screens = self._screens()

    def work(self, ends: float, what: str) -> None:
        """Scan, or ask for a page without the database, until the time is over."""
        try:
            while time.perf_counter() < ends:
                self.taken.append(next(self.screens) if what == "scan" else self._ping())
        except (OSError, http.client.HTTPException, RuntimeError, StopIteration) as error:
            self.failed = f"a picker stopped: {error!r}"
        finally:
            self.line.close()  # the server closes one on which nothing is asked for

    def _screens(self) -> Iterator[float]:
        """Seconds of each scan of a place or a product; walks are taken in between."""
        while True:
            to, _, _ = self._ask("POST", PICK, {})
            _, screen, _ = self._ask("GET", to)
            while fields := dict(FIELD.findall(screen)):
                expected = SKU if "location" in fields else PLACE
                found = expected.search(screen)
                if found is None:
                    raise RuntimeError(f"a screen names no place: {screen[:500]}")
                _, screen, took = self._ask("POST", to, fields | {"code": found[1]})
                yield took

    def _ping(self) -> float:
        return self._ask("GET", "/healthz")[2]

    def _ask(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[str, str, float]:
        """(where it leads, the page, seconds)."""
        sent = {"client_id": self.client_id, "sequence": next(self.numbers), **(fields or {})}
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={self.token}",
            "X-CSRFToken": self.token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        began = time.perf_counter()
        self.line.request(method, path, urlencode(sent) if method == "POST" else None, headers)
        answer = self.line.getresponse()
        page = answer.read().decode()
        took = time.perf_counter() - began
        if answer.status not in (OK, FOUND):
            raise RuntimeError(f"{path} answered {answer.status}: {page[:500]}")
        return answer.headers.get("Location", ""), page, took
