"""The Celery application; tasks have no arguments: what is due is in PostgreSQL.

Each task has a queue of its name, and a worker takes from the queues of the tasks it knows: while
an upgrade runs, a worker of the former version is given no task that it would throw away.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import (
    after_task_publish,
    before_task_publish,
    celeryd_after_setup,
    task_prerun,
)
from django.db import close_old_connections

from orders.crash import crash_point
from orders.row_security import work_for_all_sellers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fulfillment.settings")
# Celery would run the system checks and throw away what they find; for them, worker and beat would
# import all pages, a quarter of their start and of their memory. `migrate` runs them before.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("fulfillment")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def own_queue(name: str, *_args: Any, **_kwargs: Any) -> dict[str, str]:
    """The route of a task: CELERY_TASK_ROUTES."""
    return {"queue": name}


@celeryd_after_setup.connect
def take_from_each(instance: Any, **_kwargs: Any) -> None:
    """Take from the queue of each task too, beside the one that former versions put theirs in."""
    for name in instance.app.tasks:
        if not name.startswith("celery."):
            instance.app.amqp.queues.select_add(name)


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
