"""The Celery application; tasks have no arguments: what is due is in PostgreSQL."""

import os
from typing import Any

from celery import Celery
from celery.signals import after_task_publish, before_task_publish, task_prerun
from django.db import close_old_connections

from orders.crash import crash_point
from orders.row_security import work_for_all_sellers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fulfillment.settings")

app = Celery("fulfillment")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def begin_task(**_kwargs: Any) -> None:
    """Close connections that a database restart broke; a task works for all sellers."""
    close_old_connections()
    work_for_all_sellers()


@before_task_publish.connect
def _before_publish(**_kwargs: Any) -> None:
    crash_point("before-publish")


@after_task_publish.connect
def _after_publish(**_kwargs: Any) -> None:
    crash_point("after-publish")
