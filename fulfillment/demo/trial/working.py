"""Make demos step by step, and remove them: what is due is in the database, as for any sweep.

A step and the mark that it is done are one transaction. So a killed worker leaves no half order,
and whoever comes next goes on.
"""

import logging
import time
from functools import partial
from uuid import UUID

from django.db import transaction

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
    """Do what is due of all demos, for so long; one that fails stops no other."""
    until, passed = time.monotonic() + seconds, set[UUID]()
    while time.monotonic() < until:
        due = Seller.objects.filter(demo_of__isnull=False, demo_state__in=DUE)
        due = due.exclude(pk__in=passed).order_by("demo_steps", "pk")
        pk = due.values_list("pk", flat=True).first()
        if pk is None:
            return
        try:
            is_done = _work_on(pk)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("demo data: demo %s does not go on", pk)
            is_done = False
        if not is_done:
            passed.add(pk)


@transaction.atomic
def _work_on(pk: UUID) -> bool:
    """The next step of a demo; False where somebody else is at it, or nothing is due."""
    rows = Seller.objects.filter(pk=pk, demo_of__isnull=False, demo_state__in=DUE)
    rows = rows.select_related("warehouse")
    demo = rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if demo is None:
        return False
    if demo.demo_state == DemoState.LEAVING:
        remove(demo)
        return True
    _make_step(demo)
    demo.demo_steps += 1
    if demo.demo_steps >= STEPS:
        demo.demo_state = DemoState.READY
    demo.save(update_fields=["demo_steps", "demo_state"])
    return True


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
