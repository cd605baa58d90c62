"""The list of guards, in order, and how a batch is checked: at most one query a guard."""

from collections.abc import Callable, Sequence

from notifications.facts import Facts
from notifications.guards.browsers import browser_guard, find_browsers
from notifications.guards.calm import calm_guard
from notifications.guards.corrections import correction_guard
from notifications.guards.customer_choice import customer_choice_guard
from notifications.guards.mail_caps import mail_cap_guard
from notifications.guards.outdated import outdated_guard
from notifications.guards.quiet_hours import quiet_hours_guard
from notifications.guards.seller_digest import digest_guard
from notifications.guards.seller_warnings import warning_limit_guard
from notifications.guards.shop_choice import shop_choice_guard
from notifications.guards.sms_caps import sms_cap_guard
from notifications.guards.suppressions import suppression_guard
from notifications.guards.trimming import trim
from notifications.guards.unmailable import unmailable_guard
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import ANSWERS

# A guard returns {message id: why it is not sent}. It only reads: it changes no row and no fact.
Guard = Callable[[Sequence[Facts]], dict[int, Verdict]]

# Independent checks: each sees every message that is not outdated, also those that another one
# holds back. Their order decides only which reason is shown.
CHECKS: tuple[Guard, ...] = (
    correction_guard,
    shop_choice_guard,
    suppression_guard,
    customer_choice_guard,
    browser_guard,
    unmailable_guard,
    calm_guard,
    quiet_hours_guard,
)
# Limits count or combine what is sent, so they see only messages that passed all checks. No message
# is counted by two of them.
LIMITS: tuple[Guard, ...] = (digest_guard, warning_limit_guard, sms_cap_guard, mail_cap_guard)


def prepare_facts(facts: Sequence[Facts]) -> list[Facts]:
    """Prepare facts for the guards: trimmed to what is still true, with browsers."""
    return find_browsers(trim(facts))


def verdicts(
    facts: Sequence[Facts],
    *,
    checks: Sequence[Guard] = CHECKS,
    limits: Sequence[Guard] = LIMITS,
) -> dict[int, Verdict]:
    """Ask all guards: {message id: why it is not sent, or not yet}."""
    # An answer to STOP, START or HELP was asked for: no guard may hold it back.
    asked = [fact for fact in facts if fact.message.template not in ANSWERS]
    found = outdated_guard(asked)
    for guards in (checks, limits):
        found |= _first_verdicts(guards, [fact for fact in asked if fact.message.pk not in found])
    return found


def _first_verdicts(guards: Sequence[Guard], facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Ask each guard about the same facts; of several verdicts the first one counts."""
    found: dict[int, Verdict] = {}
    for guard in guards:
        found = guard(facts) | found
    return found
