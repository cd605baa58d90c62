"""Celery tasks of the portal, over the rows of all apps: retention, demo data."""

import logging

from celery import shared_task

from fulfillment.demo.trial import working
from fulfillment.privacy.retention import run_retention

log = logging.getLogger(__name__)

SECONDS = 80  # below the limit of a task


@shared_task
def retain() -> None:
    """Delete and blank what was kept for its days."""
    for outcome in run_retention(seconds=SECONDS):
        if outcome.rows:
            log.info("retention: %s: %s %s", outcome.rule.name, outcome.rows, outcome.rule.effect)


@shared_task
def work_on_demos() -> None:
    """Make the demo data that sellers have asked for, and remove what they want no more."""
    working.work_on_demos()
