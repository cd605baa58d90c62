"""The way to run it for real that README.md describes, followed word by word behind a TLS proxy."""

import os
import re
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from celery import current_app
from django.conf import settings

from tests.support.tls_proxy import TlsProxy
from tests.support.upstart import free_port
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROOT = Path(settings.BASE_DIR)
HOST = {"Host": "portal.example"}


def section():
    """The part of README.md that says how to run it for real."""
    return (ROOT / "README.md").read_text().split("## Run it for real")[1].split("\n## ")[0]


def named():
    """The variables of its table."""
    rows = re.findall(r"^\| (`.*?) \|", section(), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)]


def commands():
    """Its commands, with what stands before them."""
    return section().split("```sh\n")[1].split("```")[0].splitlines()


def values(folder):
    """What an operator would write for each variable, on this machine."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "TRACKING_KEY": secrets.token_urlsafe(50),
        "SITE_URL": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "BEHIND_PROXY": "1",
        "TRUSTED_PROXIES": "127.0.0.1",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "MIGRATION_DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "EMAIL_PROVIDER": "smtp",
        "EMAIL_HOST": "127.0.0.1",
        "SMS_PROVIDER": "http",
        "SMS_URL": "https://sms.example/",
    }


class Production:
    """The processes of README.md."""

    def __init__(self, folder):
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
        self.env = kept | values(folder) | {"VAR_DIR": str(folder)}
        self.env["PATH"] = f"{Path(sys.executable).parent}:{self.env['PATH']}"
        self.folder, self.port, self.started = folder, free_port(), []
        self.run(next(line for line in commands() if "collectstatic" in line))
        for line in commands()[-3:]:
            self.start(line + (f" --port {self.port}" if line.startswith("granian") else ""))

    def run(self, line):
        subprocess.run(shlex.split(line), cwd=ROOT, env=self.env, check=True, capture_output=True)

    def start(self, line):
        line += f" --schedule {self.folder}/schedule --pidfile=" if line.endswith("beat") else ""
        with (self.folder / f"{len(self.started)}.log").open("w") as log:
            self.started.append(
                subprocess.Popen(
                    shlex.split(line),
                    cwd=ROOT,
                    env=self.env,
                    stdout=log,
                    stderr=log,
                )
            )

    def stop(self):
        for process in self.started:
            process.terminate()
        for process in self.started:
            process.wait(30)


@pytest.fixture(scope="module")
def production(django_db_setup, tmp_path_factory):
    running = Production(tmp_path_factory.mktemp("production"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def proxy(production):
    proxy = TlsProxy(production.folder, production.port)
    wait_until(lambda: is_up(proxy), 60)
    yield proxy
    proxy.stop()


def is_up(proxy):
    try:
        return get(proxy, "/healthz").status_code == 200
    except requests.RequestException:
        return False


def get(proxy, path, **headers):
    return requests.get(
        f"{proxy.url}{path}",
        headers=HOST | headers,
        verify=str(proxy.certificate),
        allow_redirects=False,
        timeout=30,
    )


def test_the_table_has_what_this_test_sets():
    assert set(named()) == set(values(Path()))


def test_pages_behind_tls_are_pages_and_no_redirects_to_themselves(proxy):
    page = get(proxy, "/accounts/login/")
    assert page.status_code == 200
    assert "Sign in" in page.text
    assert "Secure" in page.headers["Set-Cookie"]
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    style = re.search(r'href="(/static/[^"]+[.]css)"', page.text)[1]
    assert get(proxy, style).status_code == 200
    home = get(proxy, "/")
    assert (home.status_code, home.headers["Location"]) == (302, "/accounts/login/")
    assert get(proxy, "/readyz").text == "ready\n"


def test_http_is_sent_to_https(production, proxy):
    answer = requests.get(
        f"http://127.0.0.1:{production.port}/accounts/login/",
        headers=HOST,
        allow_redirects=False,
        timeout=30,
    )
    assert answer.headers["Location"] == "https://portal.example/accounts/login/"


def test_worker_and_beat_are_running(production, proxy):
    wait_until(lambda: current_app.control.ping(timeout=1), 60)
    wait_until(lambda: list(production.folder.glob("schedule*")), 60)
    assert [process.poll() for process in production.started] == [None, None, None]
