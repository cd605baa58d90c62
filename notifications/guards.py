"""What may keep a message back when it is about to leave: one look-up each for a whole batch."""

from collections.abc import Callable, Sequence

from notifications.answers import ANSWERS
from notifications.browsers import reachable_browsers
from notifications.calm import calm
from notifications.caps import capped
from notifications.corrections import needless
from notifications.digest import digest
from notifications.facts import Facts
from notifications.preferences import preferences
from notifications.quiet import quiet
from notifications.relevance import outdated
from notifications.suppressions import suppressed
from notifications.triggers import unwanted
from notifications.verdicts import Verdict
from notifications.warnings import moderate

Guard = Callable[[Sequence[Facts]], dict[int, Verdict]]

# The first that has something against a message decides. A guard returns {message id: why not}.
# The last counts what the others let pass.
GUARDS: tuple[Guard, ...] = (
    outdated,
    needless,
    unwanted,
    suppressed,
    preferences,
    reachable_browsers,
    calm,
    quiet,
    digest,
    moderate,
    capped,
)


def verdicts(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """{message id: why it does not leave, or not yet}, of those that do not."""
    found: dict[int, Verdict] = {}
    facts = [fact for fact in facts if fact.message.template not in ANSWERS]
    for guard in GUARDS:
        found = guard([fact for fact in facts if fact.message.pk not in found]) | found
    return found
