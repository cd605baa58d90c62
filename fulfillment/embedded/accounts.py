"""The Unix account of the servers: PostgreSQL refuses root, so root uses another account."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fulfillment.embedded.errors import StartError

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A Unix account; `lent` when root starts processes as this account."""

    name: str
    uid: int
    gid: int
    lent: bool

    def popen_options(self) -> dict[str, Any]:
        """Arguments of subprocess to start a program as this account."""
        if not self.lent:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether this account can enter the folder and all its parents."""
        return self._test("-x", folder)

    def may_run(self, program: Path) -> bool:
        """Whether this account can execute the program."""
        return self._test("-x", program)

    def give(self, path: Path) -> None:
        """chown a file or folder that we created to this account."""
        if self.lent:
            os.chown(path, self.uid, self.gid)

    def _test(self, question: str, path: Path) -> bool:
        # Tested as that account: mode bits say nothing of ACLs and capabilities.
        command = ["/bin/sh", "-c", 'test "$1" "$2"', "sh", question, str(path)]
        answer = subprocess.run(command, check=False, cwd="/", **self.popen_options())
        return answer.returncode == 0


def servants() -> Account:
    """The account of the servers: the current one, or an unprivileged one when that is root."""
    if os.geteuid() != 0:
        return Account(own_name(), os.geteuid(), os.getegid(), lent=False)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, lent=True)
    raise StartError(
        "PostgreSQL does not run as root, and there is no user postgres or nobody to lend it: "
        "start as a normal user."
    )


def own_name() -> str:
    """The name of the current account, for peer authentication at PostgreSQL's socket."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise StartError(
            f"User number {os.geteuid()} has no name in /etc/passwd and PostgreSQL needs one: "
            "start as a user with a name."
        ) from None
