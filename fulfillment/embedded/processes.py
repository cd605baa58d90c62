"""Child processes: start in a session of their own, stop with SIGTERM then SIGKILL, no orphans."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fulfillment.embedded.accounts import Account
from fulfillment.embedded.errors import StartError
from fulfillment.embedded.places import write_private

# Sleeps so many seconds, or raises Stopped; time.sleep where no signal is handled.
Pause = Callable[[float], None]
GLANCE = 0.05


@dataclass
class Child:
    """One process and its group; `patience`: seconds from SIGTERM to SIGKILL."""

    name: str
    command: Sequence[str | Path]
    log: Path
    env: Mapping[str, str] | None = None
    account: Account | None = None
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start or restart it."""
        options = self.account.popen_options() if self.account else {}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*_dies_with_us(self.stop_signal), *map(str, self.command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.folder,
                start_new_session=True,
                **options,
            )

    def exit_code(self) -> int | None:
        """The exit code, None while it runs; when it has ended, its group is killed too."""
        if self.process is None:
            return None
        if self.process.returncode is None and _has_ended(self.process):
            # Kill the group before the process is reaped: until then its pid is not reused.
            kill_group(self.process.pid)
            self.process.wait()
        return self.process.returncode

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> bool:
        """SIGTERM, then SIGKILL after `patience`; True when it ended by itself."""
        if self.process is None or self.exit_code() is not None:
            return True
        self.process.send_signal(self.stop_signal)
        deadline = time.monotonic() + self.patience
        while self.exit_code() is None:
            if time.monotonic() > deadline or hurry():
                kill_group(self.process.pid)
                self.process.wait()
                return False
            time.sleep(GLANCE)
        return True

    def wait_until(self, ready: Callable[[], bool], pause: Pause, seconds: float) -> None:
        """Wait until it is ready. Raises StartError, which names its log, when it ends or hangs."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.exit_code() is not None:
                raise StartError(f"{self.name} ended while starting: {self.last_words()}")
            if time.monotonic() > deadline:
                raise StartError(f"{self.name} was not ready in {seconds:.0f} s: see {self.log}.")
            pause(GLANCE)

    def last_words(self) -> str:
        """The last line of its log and where the log is."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return f"{lines[-1].strip() if lines else 'it said nothing'} (log: {self.log})"


class Records:
    """Pids on disk of the processes we started, so that the next start can end orphans."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, children: Sequence[Child]) -> None:
        """Save the pids of the running processes."""
        running = [c for c in children if c.process and c.process.returncode is None]
        rows = [(c.name, c.process.pid, _birth(c.process.pid)) for c in running if c.process]
        write_private(self.path, json.dumps(rows))

    def end_leftovers(self) -> list[str]:
        """End orphans of a killed supervisor; returns their names."""
        if not self.path.exists():
            return []
        rows = [row for row in json.loads(self.path.read_text()) if _birth(row[1]) == row[2]]
        for name, pid, _ in reversed(rows):
            end_stranger(pid, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        return [name for name, _, _ in rows]


def end_stranger(pid: int, first: signal.Signals, seconds: float = 30.0) -> None:
    """End a process that is not our child, and its group: SIGTERM, then SIGKILL."""
    born = _birth(pid)
    os.kill(pid, first)
    deadline = time.monotonic() + seconds
    while born is not None and _birth(pid) == born and time.monotonic() < deadline:
        time.sleep(GLANCE)
    kill_group(pid)


def kill_group(leader: int) -> None:
    """SIGKILL the rest of a process group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # macOS: EPERM for a group of zombies only.
        return


def _dies_with_us(stop_signal: signal.Signals) -> list[str]:
    # The kernel sends the signal when we die, even by kill -9, unless we died before it was told
    # to: so the child asks who its parent is. Only Linux has this; Records is the net for the rest.
    if not (setpriv := shutil.which("setpriv")):
        return []
    still_ours = ["/bin/sh", "-c", 'test "$PPID" = "$0" && exec "$@"', str(os.getpid())]
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG"), "--", *still_ours]


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    if not hasattr(os, "waitid"):  # macOS
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _birth(pid: int) -> str | None:
    """The start time of a process: with the pid it identifies a process, for pids are reused."""
    try:
        # The second field is the program's name and may hold spaces and brackets.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return None
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
        ps = subprocess.run(command, check=False, capture_output=True, text=True)
        return ps.stdout.strip() or None
    return None if fields[0] in "ZX" else fields[19]
