"""Every status of what only the warehouse has, and its table of allowed moves."""

from django.db.models import TextChoices


class PickListStatus(TextChoices):
    """One worker's walk."""

    OPEN = "open"
    DONE = "done"


PICK_LIST_MOVES = {PickListStatus.OPEN: {PickListStatus.DONE}, PickListStatus.DONE: set()}


class RunStatus(TextChoices):
    """One courier's tour of the day."""

    PLANNED = "planned"
    STARTED = "started"
    FINISHED = "finished"


RUN_MOVES = {
    RunStatus.PLANNED: {RunStatus.STARTED},
    RunStatus.STARTED: {RunStatus.FINISHED},
    RunStatus.FINISHED: set(),
}

RUN_UNDO_MOVES = {RunStatus.FINISHED: {RunStatus.STARTED}}
