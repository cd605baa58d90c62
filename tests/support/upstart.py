"""Runs `manage.py up` as a person would: a process of its own, its output, its leftovers."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
READY = "Ctrl-C stops everything."
# Nothing of the environment of the tests, which names other servers.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "POSTGRES_BIN", "VALKEY_BIN")


def free_port() -> int:
    """A port that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_folder() -> Path:
    """A folder that the servers' account may pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="fulfillment-up-"))
    folder.chmod(0o711)
    return folder


class Up:
    """One `manage.py up`; `output` grows while it runs."""

    def __init__(self, var: Path, port: int, *flags: str, **settings: str) -> None:
        self.var = var
        self.port = port
        self.output = ""
        self._silent = False
        self._grown = threading.Condition()
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port), *flags],
            cwd=BASE_DIR,
            env={**kept, "VAR_DIR": str(var), "WEB_WORKERS": "1", **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str, seconds: float = 300) -> "Up":
        """Until it has said this; what it said instead is in the error."""
        with self._grown:
            done = self._grown.wait_for(lambda: text in self.output or self._silent, seconds)
        assert done and text in self.output, f"no {text!r} in:\n{self.output}"
        return self

    def end(self, number: signal.Signals | None = None, seconds: float = 60) -> int:
        """Send it a signal, if any, and wait for its exit code."""
        if number is not None:
            self.process.send_signal(number)
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return code

    def get(self, path: str) -> int:
        """The status that a page answers with; 0 when nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except OSError:
            return 0
        finally:
            line.close()

    def pids(self) -> dict[str, int]:
        """The processes it started, by name."""
        return {name: pid for name, pid, _ in json.loads((self.var / "children.json").read_text())}

    def leftovers(self, seconds: float = 20) -> list[str]:
        """What still runs on this folder after a while; empty as soon as nothing does."""
        deadline = time.monotonic() + seconds
        while (found := _running_on(self.var)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def stop(self) -> None:
        """Stop it if it runs; the data is kept."""
        if self.process.poll() is None:
            self.end(signal.SIGTERM)

    def erase(self) -> None:
        """Stop it whatever state it is in and remove its folder."""
        self.stop()
        shutil.rmtree(self.var.parent, ignore_errors=True)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._grown:
                self.output += line
                self._grown.notify_all()
        with self._grown:
            self._silent = True
            self._grown.notify_all()


def _running_on(var: Path) -> list[str]:
    """Command lines of processes that name this folder in them or in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if os.fsencode(str(var)) in command + (process / "environ").read_bytes():
                found.append(command.replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found
