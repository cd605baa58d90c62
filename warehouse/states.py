"""Statuses of pick lists and runs, with their tables of allowed moves."""

from django.db.models import TextChoices


class PickListStatus(TextChoices):
    """Of a pick list."""

    OPEN = "open"
    DONE = "done"
    # Cancelled with units in its tote: somebody still has to put them back.
    PUT_BACK = "put_back", "To put back"


PICK_LIST_MOVES = {
    PickListStatus.OPEN: {PickListStatus.DONE},
    PickListStatus.DONE: {PickListStatus.PUT_BACK},
    PickListStatus.PUT_BACK: {PickListStatus.DONE},
}


class RunStatus(TextChoices):
    """Of a courier's run."""

    PLANNED = "planned"
    STARTED = "started"
    FINISHED = "finished"
    CANCELLED = "cancelled"


RUN_MOVES = {
    RunStatus.PLANNED: {RunStatus.STARTED, RunStatus.CANCELLED},
    RunStatus.STARTED: {RunStatus.FINISHED},
    RunStatus.FINISHED: set(),
    RunStatus.CANCELLED: set(),
}

RUN_OPEN = (RunStatus.PLANNED, RunStatus.STARTED)
RUN_UNDO_MOVES = {RunStatus.FINISHED: {RunStatus.STARTED}}
