"""Statuses of pick lists, runs, counts, corrections, inbounds and refills, with moves."""

from django.db.models import TextChoices


class PickListStatus(TextChoices):
    """Of a pick list."""

    OPEN = "open"
    # Left by its picker, for another walk or for a hold; it goes on later.
    PAUSED = "aside", "Paused"
    DONE = "done"
    # Of a batch walk: all is picked, and some still lies in its tote, not in the cell of the wall.
    TO_SORT = "to_sort", "To sort"
    # Cancelled with units in its tote: somebody still has to put them back.
    PUT_BACK = "put_back", "To put back"


PICK_LIST_NOT_DONE = (
    PickListStatus.OPEN,
    PickListStatus.PAUSED,
    PickListStatus.TO_SORT,
    PickListStatus.PUT_BACK,
)
PICK_LIST_MOVES = {
    PickListStatus.OPEN: {PickListStatus.PAUSED, PickListStatus.TO_SORT, PickListStatus.DONE},
    PickListStatus.PAUSED: {PickListStatus.OPEN, PickListStatus.TO_SORT, PickListStatus.DONE},
    # Paused: a unit was not in the tote, and is fetched once more.
    PickListStatus.TO_SORT: {PickListStatus.PAUSED, PickListStatus.DONE},
    PickListStatus.DONE: {PickListStatus.PUT_BACK},
    PickListStatus.PUT_BACK: {PickListStatus.DONE},
}
# Units of it are still to be picked.
PICK_LIST_BEGUN = (PickListStatus.OPEN, PickListStatus.PAUSED)
# Its shipment is not picked yet.
PICK_LIST_AT_WORK = (*PICK_LIST_BEGUN, PickListStatus.TO_SORT)


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


class CountStatus(TextChoices):
    """Of a task to count a location."""

    OPEN = "open"
    # The count differs from the books: another person counts too.
    AGAIN = "again", "To count again"
    DONE = "done"


COUNT_MOVES = {
    CountStatus.OPEN: {CountStatus.AGAIN, CountStatus.DONE},
    CountStatus.AGAIN: {CountStatus.DONE},
    CountStatus.DONE: set(),
}
COUNT_OPEN = (CountStatus.OPEN, CountStatus.AGAIN)


class CorrectionStatus(TextChoices):
    """Of an adjustment of the books, or of a move of units to another location."""

    WAITING = "waiting"
    POSTED = "posted"
    REFUSED = "refused"


CORRECTION_MOVES = {
    CorrectionStatus.WAITING: {CorrectionStatus.POSTED, CorrectionStatus.REFUSED},
    CorrectionStatus.POSTED: set(),
    CorrectionStatus.REFUSED: set(),
}


class InboundStatus(TextChoices):
    """Of goods that a seller announced."""

    ANNOUNCED = "announced"
    RECEIVING = "receiving"
    CLOSED = "closed"
    CANCELLED = "cancelled"


INBOUND_MOVES = {
    InboundStatus.ANNOUNCED: {InboundStatus.RECEIVING, InboundStatus.CANCELLED},
    InboundStatus.RECEIVING: {InboundStatus.CLOSED},
    InboundStatus.CLOSED: set(),
    InboundStatus.CANCELLED: set(),
}
# All that came was taken back: as if nothing had come.
INBOUND_UNDO_MOVES = {InboundStatus.RECEIVING: {InboundStatus.ANNOUNCED}}
INBOUND_OPEN = (InboundStatus.ANNOUNCED, InboundStatus.RECEIVING)


class ReplenishStatus(TextChoices):
    """Of a task to refill a pick face."""

    OPEN = "open"
    DONE = "done"
    # The units were not there, or nobody needs them any more.
    DROPPED = "dropped"


REPLENISH_MOVES = {
    ReplenishStatus.OPEN: {ReplenishStatus.DONE, ReplenishStatus.DROPPED},
    ReplenishStatus.DONE: set(),
    ReplenishStatus.DROPPED: set(),
}
