"""A real installation as README.md describes it, on this machine: its settings and its commands."""

import os
import re
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import requests
from django.conf import settings

from tests.support.upstart import free_port

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


def values():
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

    def __init__(self, folder, **more):
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
        self.env = kept | values() | {"VAR_DIR": str(folder)} | more
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
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:  # as a service manager does: no task is lost by it
                process.kill()
                process.wait(30)


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
