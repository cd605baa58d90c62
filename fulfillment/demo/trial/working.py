"""Make demos step by step, and remove them: what is due is in the database, as for any sweep.

A step and the mark that it is done are one transaction. So a killed worker leaves no half order,
and whoever comes next goes on.
"""

import logging
import time
from functools import partial

from django.db import transaction

from fulfillment.demo.trial.removing import remove
from fulfillment.demo.trial.stage import build, stage_of
from fulfillment.demo.trial.stories import STORIES, begin
from orders.errors import DomainError
from orders.models import Seller
from orders.states import DemoState

log = logging.getLogger(__name__)

STEPS = 1 + len(STORIES)  # the building and its stock first
RUN_SECONDS = 60
DUE = (DemoState.MAKING, DemoState.LEAVING)


def work_on_demos(*, seconds: float = RUN_SECONDS) -> None:
    """Do what is due of all demos, for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and _work_on_one():
        pass


@transaction.atomic
def _work_on_one() -> bool:
    """The next step of a demo that nobody else is at; whether there was one."""
    rows = Seller.objects.filter(demo_of__isnull=False, demo_state__in=DUE)
    rows = rows.select_related("warehouse").order_by("demo_steps", "pk")
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
    except DomainError:  # a demo with an order less is better than none
        log.exception("demo data: story %s is left out", place)
