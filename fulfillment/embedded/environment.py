"""Options of `manage.py up`, and the environment of the processes that it starts."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fulfillment.embedded.errors import StartError

BASE_DIR = Path(__file__).resolve().parents[2]
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - names them, binds nothing
# What another command needs to reach the servers that `manage.py up` runs.
SHARED = (
    "DEBUG",
    "VAR_DIR",
    "SECRET_KEY",
    "TRACKING_KEY",
    "SITE_URL",
    "BEHIND_PROXY",
    "TRUSTED_PROXIES",
    "DATABASE_URL",
    "MIGRATION_DATABASE_URL",
    "REDIS_URL",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "SMS_URL",
)


@dataclass(frozen=True)
class Options:
    """The options; each field has an environment variable or a flag."""

    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True
    check: bool = False
    var: Path = BASE_DIR / "var"
    debug: bool = True
    web_workers: int = 2
    worker_concurrency: int = 2

    @classmethod
    def read(cls, host: str, port: int | None, *, demo: bool, check: bool) -> "Options":
        """Read the options from flags and environment variables."""
        return cls(
            host=host,
            port=port if port is not None else whole_number("PORT", cls.port),
            demo=demo,
            check=check,
            var=Path(os.environ.get("VAR_DIR") or cls.var).resolve(),
            debug=os.environ.get("DEBUG", "1").strip().lower() in {"1", "true", "yes", "on"},
            web_workers=whole_number("WEB_WORKERS", cls.web_workers),
            worker_concurrency=whole_number("WORKER_CONCURRENCY", cls.worker_concurrency),
        )

    @property
    def site(self) -> str:
        """The URL to open in a browser on this machine."""
        host = ANYWHERE.get(self.host, self.host)
        return f"http://{host}:{self.port}"


def base_environment(options: Options) -> dict[str, str]:
    """Our environment with defaults for development."""
    env = dict(os.environ)
    env["VAR_DIR"] = str(options.var)
    env["PYTHONUNBUFFERED"] = "1"
    env.setdefault("DJANGO_SETTINGS_MODULE", "fulfillment.settings")
    env.setdefault("DEBUG", "1")
    if options.debug:
        env.setdefault("SITE_URL", options.site)
    return env


def shell_lines(env: Mapping[str, str]) -> str:
    """The variables that other commands need, as shell text for `. var/env`."""
    lines = (f"export {name}={shlex.quote(env[name])}" for name in SHARED if name in env)
    return "\n".join([*lines, ""])


def whole_number(name: str, default: int) -> int:
    """An environment variable that must be a number of 1 or more."""
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise StartError(f"{name} is {text!r}: expected a whole number of 1 or more.")
    return int(text)
