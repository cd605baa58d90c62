"""Folders: our own files, the servers' data, and their Unix sockets."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fulfillment.embedded.accounts import Account, servants
from fulfillment.embedded.errors import StartError

# The kernel keeps a socket's path in 108 bytes with a final zero; ours are named below.
SOCKET_PATH_BYTES = 107
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"
NEEDED_BYTES = 200 * 1024 * 1024
LOG_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Place:
    """The folders of one copy of the portal."""

    var: Path  # ours: log, outbox, secret key
    home: Path  # the servers' data; lies elsewhere when their account cannot enter var
    sockets: Path  # 0700: access to it is access to the servers
    account: Account

    @classmethod
    def prepare(cls, var: Path) -> "Place":
        """Create missing folders, and check that the servers' account can use them."""
        account = servants()
        _make_var(var, shared=account.lent)
        home = var if account.may_enter(var) else _home_outside(var, account)
        sockets = home / "sockets"
        if len(os.fsencode(f"{sockets}{LONGEST_SOCKET_NAME}")) > SOCKET_PATH_BYTES:
            sockets = Path(tempfile.gettempdir()) / f"fulfillment-{_digest(var)}"
        _make_private(sockets, account)
        (var / "log").mkdir(exist_ok=True)
        return cls(var, home, sockets, account)

    def log(self, name: str) -> Path:
        """The log file of one process; a large one is rotated, one old file is kept."""
        path = self.var / "log" / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path

    def data(self, name: str) -> Path:
        """The private data folder of a server; created if missing."""
        path = self.home / name
        _make_private(path, self.account)
        return path

    def secret_key(self) -> str:
        """The SECRET_KEY of a development copy; created once."""
        path = self.var / "secret_key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(50))
        return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write a private file (0600) atomically."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def check_disk(folder: Path) -> None:
    """Raise StartError when the disk is almost full."""
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise StartError(
            f"The disk of {folder} has {free // 2**20} MB left and {NEEDED_BYTES // 2**20} MB are "
            "needed: make room, or set VAR_DIR to a folder on another disk."
        )


@contextmanager
def only_copy(var: Path) -> Iterator[None]:
    """Hold the lock file of this folder; the kernel releases it when the process ends."""
    with open(var / "lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise StartError(
                f"Another copy already runs on {var} (process {file.read().strip() or 'unknown'}): "
                "stop it, or set VAR_DIR to another folder."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def readable(error: Exception) -> str:
    """An error as one line, with the remedy if it is known."""
    if not isinstance(error, OSError):
        return (str(error).strip().splitlines() or [type(error).__name__])[0]
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "The disk is full: make room, or set VAR_DIR to a folder on another disk."
    where = f" {error.filename}" if error.filename else ""
    if isinstance(error, PermissionError):
        return f"No permission for{where}: give this user the folder, or set VAR_DIR to another."
    return f"{error.strerror or error}{where}."


def _make_var(var: Path, *, shared: bool) -> None:
    if not var.exists():
        # When shared, others may pass through to what they know the name of, not look around.
        var.mkdir(parents=True)
        var.chmod(0o711 if shared else 0o700)


def _home_outside(var: Path, account: Account) -> Path:
    home = Path("/var/lib") / f"fulfillment-{_digest(var)}"
    if not home.exists():
        home.mkdir()
        home.chmod(0o711)
    if not account.may_enter(home):
        raise StartError(
            f"User {account.name}, who runs the servers for root, can enter neither {var} nor "
            f"{home}: set VAR_DIR to a folder that everybody may pass through."
        )
    return home


def _make_private(folder: Path, account: Account) -> None:
    if not os.path.lexists(folder):
        folder.mkdir(mode=0o700)
        account.give(folder)
    facts = folder.lstat()
    # Another user may have created this folder under /tmp.
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != account.uid:
        raise StartError(
            f"{folder} does not belong to {account.name}: start as the user who made it, "
            "or set VAR_DIR to another folder."
        )
    if stat.S_IMODE(facts.st_mode) != 0o700:
        folder.chmod(0o700)


def _digest(var: Path) -> str:
    return hashlib.sha256(os.fsencode(var)).hexdigest()[:10]
