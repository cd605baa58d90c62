"""What messages say of a problem that the customer has reported, and of its answer."""

from typing import Any

from notifications.channels.base import one_line
from notifications.facts import Facts
from notifications.languages import phrases
from notifications.words import wording


def reported_values(facts: Facts, language: str) -> dict[str, Any]:
    problem = facts.problem
    if problem is None:
        return {}
    again = problem.replacement
    return {
        "report": phrases(language).reports[problem.kind],
        "answer": str(problem.answer),
        "answer_words": one_line(problem.answer_words),
        "replacement": wording.order_label(again.number, language) if again else "",
    }
