"""All that may keep a message back when it is about to leave: one look-up each for a batch."""

from collections.abc import Callable, Sequence

from notifications.facts import Facts
from notifications.guards.browsers import find_browsers, reachable_browsers
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
from notifications.guards.trimming import trim
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import ANSWERS

# {message id: why not}, of those it keeps back. A guard only reads: it changes no row and no fact.
Guard = Callable[[Sequence[Facts]], dict[int, Verdict]]

# Each is asked about every message, whatever the others say: their order decides only which reason
# is shown.
OPINIONS: tuple[Guard, ...] = (
    outdated,
    needless,
    unwanted,
    suppressed,
    preferences,
    reachable_browsers,
    calm,
    quiet,
)
# These count or gather what leaves: each is asked about what all opinions let pass, and no message
# is counted by two of them.
QUOTAS: tuple[Guard, ...] = (digest, moderate, capped)


def prepare(facts: Sequence[Facts]) -> list[Facts]:
    """The stages before the guards: new facts, as they hold now."""
    return find_browsers(trim(facts))


def verdicts(
    facts: Sequence[Facts],
    *,
    opinions: Sequence[Guard] = OPINIONS,
    quotas: Sequence[Guard] = QUOTAS,
) -> dict[int, Verdict]:
    """{message id: why it does not leave, or not yet}, of those that do not."""
    asked = [fact for fact in facts if fact.message.template not in ANSWERS]
    found = _first_verdicts(opinions, asked)
    passed = [fact for fact in asked if fact.message.pk not in found]
    return found | _first_verdicts(quotas, passed)


def _first_verdicts(guards: Sequence[Guard], facts: Sequence[Facts]) -> dict[int, Verdict]:
    """All are asked about the same facts; of several verdicts the first one counts."""
    found: dict[int, Verdict] = {}
    for guard in guards:
        found = guard(facts) | found
    return found
