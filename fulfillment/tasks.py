"""Celery task of the portal: retention, over the rows of all apps."""

import logging

from celery import shared_task

from fulfillment.privacy.retention import run_retention

log = logging.getLogger(__name__)

SECONDS = 80  # below the limit of a task


@shared_task
def retain() -> None:
    """Delete and blank what was kept for its days."""
    for outcome in run_retention(seconds=SECONDS):
        if outcome.rows:
            log.info("retention: %s: %s %s", outcome.rule.name, outcome.rows, outcome.rule.effect)
