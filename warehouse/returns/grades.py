"""Grades of returned units: the condition in which they came, and what each one suggests."""

from django.db.models import TextChoices

from orders.errors import DomainError
from orders.models import ReturnLine, Seller
from orders.words import say

RESTOCKED, REFURBISHED, WRITTEN_OFF = "restocked", "refurbished", "written_off"


class Grade(TextChoices):
    """What the worker sees on a unit; who chooses none gets the one that fits the decision."""

    A = "a", "As new"
    B = "b", "Used"
    C = "c", "Damaged"


# What becomes of units of a grade, unless the worker decides otherwise.
SUGGESTED = {Grade.A: RESTOCKED, Grade.B: REFURBISHED, Grade.C: WRITTEN_OFF}

# The grades that surprise nobody who has read in which condition the customer says the units are.
CONDITION = ReturnLine.Condition
AS_SAID = {
    CONDITION.UNOPENED: (Grade.A,),
    CONDITION.AS_NEW: (Grade.A,),
    CONDITION.USED: (Grade.A, Grade.B),
    CONDITION.DAMAGED: (Grade.A, Grade.B, Grade.C),
}


def is_as_said(line: ReturnLine, grade: str) -> bool:
    """Whether units of this grade are in the condition of which the customer has spoken."""
    return bool(line.condition) and grade in AS_SAID[CONDITION(line.condition)]


def sells_used(seller: Seller) -> bool:
    """Whether units of grade B are put on sale again."""
    return not seller.return_choices.get("only_new")


def graded(grade: str, *, otherwise: Grade) -> Grade:
    """The grade with this code; `otherwise` for none. Raises DomainError for an unknown one."""
    if grade and grade not in Grade.values:
        raise DomainError(say("Choose grade A, B or C."))
    return Grade(grade) if grade else otherwise


def fate_on_shelf(grade: Grade, seller: Seller, title: str) -> str:
    """As what units of a grade count that go back to a shelf: used ones are made good before.

    Raises DomainError for those that are not sold again.
    """
    if grade == Grade.C:
        raise DomainError(
            say("{title} is graded C, damaged: write it off, or grade it anew.", title=title)
        )
    if grade == Grade.B and not sells_used(seller):
        raise DomainError(
            say(
                "{title} is graded B, used, and {seller} sells as-new units only: write it off.",
                title=title,
                seller=seller,
            )
        )
    return SUGGESTED[grade]


def count_grade(line: ReturnLine, grade: str, units: int) -> str:
    """Add units to the counter of a grade, whose line is locked; its name, to be saved."""
    name = f"grade_{grade}"
    setattr(line, name, getattr(line, name) + units)
    return name
