"""What may keep a message back when it is about to leave: one look-up each for a whole batch."""

from collections.abc import Callable, Sequence

from notifications.facts import Facts
from notifications.guards.browsers import reachable_browsers
from notifications.guards.calm import calm
from notifications.guards.corrections import needless
from notifications.guards.customer_choice import preferences
from notifications.guards.dead_addresses import suppressed
from notifications.guards.outdated import outdated
from notifications.guards.quiet_hours import quiet
from notifications.guards.seller_digest import digest
from notifications.guards.seller_warnings import moderate
from notifications.guards.shop_choice import unwanted
from notifications.guards.sms_caps import capped
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import ANSWERS

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
