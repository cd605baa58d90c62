"""The embedded Valkey: it only carries wake-ups and counts rates, and keeps nothing."""

import socket
from dataclasses import dataclass, field

from fulfillment.embedded.binaries import Program, valkey_program
from fulfillment.embedded.places import Place
from fulfillment.embedded.processes import Child, Pause

START_SECONDS = 60
OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    # Nothing on disk, so that a full one does not stop it: a lost wake-up is found by the sweep.
    "appendonly": "no",
    "maxmemory-policy": "noeviction",
    "save": "",
    "daemonize": "no",
    "databases": "64",
}


@dataclass
class Valkey:
    """A private server, reachable only through a Unix socket in a private folder."""

    place: Place
    name: str = field(default="valkey", init=False)
    program: Program = field(init=False)
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        account, home = self.place.account, self.place.home
        self.program = valkey_program().for_account(account, home)
        self.socket = self.place.sockets / "valkey.sock"
        where = {"unixsocket": str(self.socket), "dir": str(home / "valkey")}
        options = [part for name, text in (OPTIONS | where).items() for part in (f"--{name}", text)]
        self.child = Child(
            "valkey",
            [self.program.path, *options],
            self.place.log("valkey"),
            account=account,
            folder=home,
        )

    def start(self, pause: Pause) -> None:
        """Start it, and wait until it is ready."""
        self.place.data("valkey")
        self.child.start()
        self.child.wait_until(self._answers, pause, START_SECONDS)

    def stop(self) -> bool:
        """Stop it; what it held is gone then."""
        return self.child.stop()

    def url(self, database: int = 0) -> str:
        """The broker URL for Celery."""
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False
