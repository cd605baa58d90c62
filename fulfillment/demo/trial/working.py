"""Make demos step by step, and remove them: what is due is in the database, as for any sweep.

A step and the mark that it is done are one transaction. So a killed worker leaves no half order,
and whoever comes next goes on.
"""

import logging
import time
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from fulfillment.demo.trial.removing import remove
from fulfillment.demo.trial.stage import build, stage_of
from fulfillment.demo.trial.stories import STORIES, begin
from orders.models import Seller
from orders.statements import is_outage
from orders.states import DemoState

log = logging.getLogger(__name__)

STEPS = 1 + len(STORIES)  # the building and its stock first
RUN_SECONDS = 60
DUE = (DemoState.MAKING, DemoState.LEAVING)


def work_on_demos(*, seconds: float = RUN_SECONDS) -> None:
    """Do what is due of all demos, for so long. One that fails waits for the next sweep."""
    until = time.monotonic() + seconds
    failed: set[UUID] = set()
    while time.monotonic() < until and _work_on_one(failed):
        pass


@transaction.atomic
def _work_on_one(failed: set[UUID]) -> bool:
    """The next step of a demo that nobody else is at, and that has not failed; if there is one."""
    rows = Seller.objects.filter(demo_of__isnull=False, demo_state__in=DUE).exclude(pk__in=failed)
    rows = rows.select_related("warehouse").order_by("demo_steps", "pk")
    demo = rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if demo is None:
        return False
    pk = demo.pk
    try:
        with transaction.atomic():
            _work_on(demo)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("demo data: seller %s fails, and stops no other", pk)
        failed.add(pk)
    return True


def _work_on(demo: Seller) -> None:
    if demo.demo_state == DemoState.LEAVING:
        remove(demo)
        connection.check_constraints()  # now, where a row that is left fails this demo alone
        return
    _make_step(demo)
    demo.demo_steps += 1
    if demo.demo_steps >= STEPS:
        demo.demo_state = DemoState.READY
    demo.save(update_fields=["demo_steps", "demo_state"])


def _make_step(demo: Seller) -> None:
    if not demo.demo_steps:
        build(demo)
        return
    place = demo.demo_steps - 1
    tell = partial(begin, stage_of(demo), place, STORIES[place], len(STORIES))
    try:
        with transaction.atomic():
            tell()
    except Exception as error:  # a demo with an order less is better than none
        if is_outage(error):
            raise
        log.exception("demo data: story %s is left out", place)
