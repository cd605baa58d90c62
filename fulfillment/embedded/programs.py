"""Command lines of web, worker, beat and of management commands."""

import http.client
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from fulfillment.embedded.environment import ANYWHERE, BASE_DIR, Options
from fulfillment.embedded.errors import StartError
from fulfillment.embedded.places import Place
from fulfillment.embedded.processes import Child

WORKER_STOP_SECONDS = 30.0
WEB_STOP_SECONDS = 15.0


def step(name: str, place: Place, env: Mapping[str, str], *arguments: str) -> Child:
    """A management command, run once."""
    command: list[str | Path] = [sys.executable, BASE_DIR / "manage.py", name, *arguments]
    return _child(name, command, place, env)


def worker(options: Options, place: Place, env: Mapping[str, str]) -> Child:
    """The Celery worker; warm shutdown on SIGTERM."""
    command = [
        *_module("celery", "-A", "fulfillment", "worker", "--loglevel", "INFO"),
        *("--concurrency", str(options.worker_concurrency), "--without-mingle", "--without-gossip"),
    ]
    return _child("worker", command, place, env, patience=WORKER_STOP_SECONDS)


def beat(place: Place, env: Mapping[str, str]) -> Child:
    """Celery beat. Its state file is disposable: what is due is in PostgreSQL."""
    schedule = str(place.var / "celerybeat-schedule")
    command = _module("celery", "-A", "fulfillment", "beat", "--loglevel", "INFO", "--pidfile=")
    return _child("beat", [*command, "--schedule", schedule], place, env)


def web(options: Options, place: Place, env: Mapping[str, str]) -> Child:
    """The web server (granian)."""
    command = [
        *_module("granian", "--interface", "rsgi", "--host", options.host),
        *("--port", str(options.port), "--workers", str(options.web_workers)),
        # Connections, also slow ones, cost little: the front reader bounds what they may hold.
        *("--backlog", "4096", "--backpressure", "4096", "--http1-header-read-timeout", "10000"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10"),
        *("--http", "1", "--no-ws", "fulfillment.rsgi:application"),
    ]
    return _child("web", command, place, env, patience=WEB_STOP_SECONDS)


def answers(options: Options, site_url: str) -> bool:
    """Whether /healthz answers, with an allowed Host header."""
    host = ANYWHERE.get(options.host, options.host).strip("[]")
    line = http.client.HTTPConnection(host, options.port, timeout=5)
    try:
        line.request("GET", "/healthz", headers={"Host": urlsplit(site_url).netloc})
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def check_port(options: Options) -> None:
    """Raise StartError for a port in use or not permitted."""
    try:
        found = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OverflowError:
        raise StartError(f"Port {options.port} does not exist: choose 1 to 65535.") from None
    except OSError as error:
        raise StartError(
            f"Port {options.port} on {options.host} cannot be used ({error.strerror}): stop the "
            f"program that has it, or choose another: --port {options.port + 1}."
        ) from None


def _child(
    name: str,
    command: list[str | Path],
    place: Place,
    env: Mapping[str, str],
    patience: float = 10.0,
) -> Child:
    named = {**env, "PROCESS_NAME": f"fulfillment {name}"}
    return Child(name, command, place.log(name), env=named, folder=BASE_DIR, patience=patience)


def _module(*parts: str) -> list[str | Path]:
    return [sys.executable, "-m", *parts]
