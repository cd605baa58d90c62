"""The portal's own processes for tests: a real worker and a real web server."""

import os
import time
from pathlib import Path

from celery import current_app
from django.conf import settings

from fulfillment.demo.peers import SmsPeer, SmtpPeer
from fulfillment.embedded import programs
from fulfillment.embedded.environment import Options
from fulfillment.embedded.places import Place
from fulfillment.embedded.processes import Child

READY_SECONDS = 180.0
AMERICAN = "US:+15005550006"  # where a text needs a number for its sender


def place() -> Place:
    """The folder of this worker of the run; its logs lie in log/."""
    return Place.prepare(Path(os.environ["VAR_DIR"]))


def environment(smtp: SmtpPeer, sms: SmsPeer) -> dict[str, str]:
    """The environment of the tests, with the peers as providers."""
    peers = {"EMAIL_HOST": smtp.host, "EMAIL_PORT": str(smtp.port), "SMS_URL": sms.url}
    # An order's days pass in a minute: its texts are not to be too many for an hour.
    texts = {"SMS_TOKEN": settings.SMS_TOKEN, "SMS_PER_NUMBER": "60", "SMS_NUMBERS": AMERICAN}
    # The shops and receivers of the tests are on loopback.
    return {**os.environ, **peers, **texts, "WEBHOOK_ALLOW_LOCAL": "1"}


def start_worker(env: dict[str, str]) -> Child:
    """A Celery worker that has said it is ready."""
    current_app.control.purge()
    worker = programs.worker(Options(worker_concurrency=1), place(), env)
    worker.start()
    return _ready(worker, lambda: bool(current_app.control.ping(timeout=0.3)))


def start_site(env: dict[str, str]) -> Child:
    """A web server at SITE_URL that answers."""
    return start_site_at(env, int(settings.SITE_URL.rpartition(":")[2]))


def start_site_at(env: dict[str, str], port: int) -> Child:
    """A web server at this port that answers."""
    options = Options(port=port, web_workers=1)
    site = programs.web(options, place(), env)
    site.start()
    return _ready(site, lambda: programs.answers(options, env["SITE_URL"]))


def _ready(child: Child, ready) -> Child:
    try:
        child.wait_until(ready, time.sleep, READY_SECONDS)
    except BaseException:
        child.stop()
        raise
    return child
