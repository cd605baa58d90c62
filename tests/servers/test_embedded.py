"""What the one-command start does about a strange machine: a remedy in one line, or a way round."""

import errno
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from fulfillment.checks import know_every_applied_migration
from fulfillment.embedded import freshness, places
from fulfillment.embedded.accounts import Account
from fulfillment.embedded.binaries import postgres_program, valkey_program
from fulfillment.embedded.environment import BASE_DIR, Options, base_environment, shell_lines
from fulfillment.embedded.errors import StartError
from fulfillment.embedded.places import Place, check_disk, readable
from fulfillment.embedded.postgres import SUPERUSER
from tests.support.databases import server_url
from tests.support.upstart import make_folder

SETUP_NEEDS = ("cat", "cksum", "dirname", "id", "rm", "sh")


@pytest.fixture
def folder() -> Path:
    made = make_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def older_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of this worker, as if another version had migrated it."""
    name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    with psycopg.connect(server_url(SUPERUSER, name), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO django_migrations (id, app, name, applied)"
            " VALUES (0, 'orders', '0002_x', now())"
        )
        with django_db_blocker.unblock():
            yield
        connection.execute("DELETE FROM django_migrations WHERE name = '0002_x'")


def test_a_database_of_another_version_is_named(older_database: None) -> None:
    assert freshness.foreign_migrations(os.environ["DATABASE_URL"]) == ["orders.0002_x"]
    [error] = know_every_applied_migration(databases=["default"])
    assert (
        error.msg == "The database has migrations that this version does not know: orders.0002_x."
    )


def test_a_database_of_this_version_is_accepted(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    assert freshness.foreign_migrations(os.environ["DATABASE_URL"]) == []
    with django_db_blocker.unblock():
        assert know_every_applied_migration(databases=["default"]) == []


def test_a_long_path_moves_the_sockets_to_a_short_one(folder: Path) -> None:
    place = Place.prepare(folder / ("long" * 25) / "var")
    assert len(f"{place.sockets}/.s.PGSQL.5432") <= 107
    assert place.home == place.var
    place.sockets.rmdir()


def test_somebody_elses_folder_for_sockets_is_refused(folder: Path) -> None:
    (folder / "var").mkdir()
    (folder / "var" / "sockets").symlink_to(folder)
    with pytest.raises(StartError, match="does not belong to"):
        Place.prepare(folder / "var")


def test_a_folder_of_another_user_is_refused_and_left_as_it_is(folder: Path) -> None:
    folder.joinpath("sockets").mkdir(mode=0o755)
    somebody = Account("somebody", os.geteuid() + 1, os.getegid(), lent=False)

    with pytest.raises(StartError, match="sockets does not belong to somebody"):
        Place(folder, folder, folder / "sockets", somebody).data("sockets")

    assert stat.S_IMODE((folder / "sockets").stat().st_mode) == 0o755


def test_a_full_disk_is_said_before_the_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "NEEDED_BYTES", 2**62)
    with pytest.raises(StartError, match=r"The disk of .* make room, or set VAR_DIR"):
        check_disk(folder)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            "The disk is full: make room, or set VAR_DIR to a folder on another disk.",
        ),
        (
            PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/x"),
            "No permission for /x: give this user the folder, or set VAR_DIR to another.",
        ),
        (StartError("Said already."), "Said already."),
    ],
)
def test_an_error_is_one_line(error: Exception, text: str) -> None:
    assert readable(error) == text


def test_data_of_another_postgresql_is_not_touched() -> None:
    with pytest.raises(StartError, match="The data was made by PostgreSQL 14"):
        postgres_program(14)


def test_a_setting_that_names_no_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_BIN", "/nowhere")
    monkeypatch.setenv("VALKEY_BIN", "/nowhere/valkey-server")
    with pytest.raises(StartError, match="POSTGRES_BIN: there is no program /nowhere/postgres"):
        postgres_program(None)
    with pytest.raises(StartError, match="VALKEY_BIN: there is no program"):
        valkey_program()


def test_an_empty_database_needs_its_migrations(db: None) -> None:
    assert freshness.has_our_migrations(os.environ["DATABASE_URL"])
    assert not freshness.has_our_migrations(server_url(SUPERUSER, "postgres"))


def test_a_step_is_skipped_only_while_its_stamp_fits(tmp_path: Path) -> None:
    stamp = tmp_path / "migrated"
    assert not freshness.fits(stamp, freshness.migrations_digest())
    stamp.write_text(freshness.migrations_digest())
    assert freshness.fits(stamp, freshness.migrations_digest())
    assert not freshness.fits(stamp, freshness.static_digest())


def test_a_number_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_WORKERS", "many")
    with pytest.raises(StartError, match="WEB_WORKERS is 'many'"):
        Options.read("127.0.0.1", None, demo=True, check=False)


def test_the_file_for_other_commands_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "it's; rm")
    lines = shell_lines(base_environment(Options()))
    script = f'{lines}printf %s "$SECRET_KEY"'
    answer = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == "it's; rm"


@pytest.mark.parametrize(
    ("python", "message"),
    [
        ("exit 1", "Python 3.11 or newer is needed"),
        (
            'case "$2" in *ensurepip*) exit 1;; *-venv*) echo python3.11-venv;; esac',
            "venv module is miss",
        ),
    ],
)
def test_a_machine_without_what_setup_needs_is_told(
    tmp_path: Path, python: str, message: str
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in SETUP_NEEDS:
        (tools / name).symlink_to(shutil.which(name) or name)
    (tools / "python3").write_text(f"#!/bin/sh\n{python}\n")
    (tools / "python3").chmod(0o755)
    shutil.copytree(BASE_DIR / "script", tmp_path / "script")

    answer = subprocess.run(
        [tmp_path / "script" / "setup"],
        env={"PATH": str(tools)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 1
    assert message in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert not (tmp_path / ".venv").exists()
