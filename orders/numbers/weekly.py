"""The mail on Mondays to members who want it: how the numbers of the week have changed."""

import logging
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation

from orders.access import SELLER_ROLES, Viewer
from orders.accounts.account_mails import mail_numbers
from orders.models import User
from orders.numbers.counting import Part, Period, read_up_to, tallies
from orders.numbers.wording import Shown, shown
from orders.statements import is_outage
from orders.words import say
from orders.words.writing import written

log = logging.getLogger(__name__)

FROM_HOUR = 7
# Where nobody worked on Monday, it leaves until Wednesday; later it is old news.
LAST_WEEKDAY = 2
WEEK = timedelta(days=7)
ENGLISH = "en"
LANGUAGES = (ENGLISH, "de", "fr", "es", "ar")  # those of the pages about numbers


def mail_weekly_numbers() -> int:
    """Plan the mails that are due; how many."""
    wanting = User.objects.filter(mails_numbers=True, is_active=True)
    now, planned = timezone.now(), 0
    for pk in list(wanting.values_list("pk", flat=True)):
        try:
            planned += _mail(pk, now)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("the numbers of the week of user %s cannot be told", pk)
    return planned


def choose_weekly_numbers(user: User, *, is_on: bool) -> None:
    """Switch the mail on or off for a person; the first one comes on the next Monday."""
    user.mails_numbers = is_on
    user.numbers_mailed_on = timezone.localdate(timezone=ZoneInfo(Viewer.of(user).zone))
    user.save(update_fields=["mails_numbers", "numbers_mailed_on"])


@transaction.atomic(savepoint=False)
def _mail(pk: UUID, now: datetime) -> bool:
    """Whether a mail was planned for this person, in the transaction that says so."""
    free = User.objects.select_for_update(skip_locked=True, no_key=True)
    user = free.filter(pk=pk, mails_numbers=True, is_active=True).first()
    if user is None:
        return False
    viewer = Viewer.of(user).through(*SELLER_ROLES)
    local = now.astimezone(ZoneInfo(viewer.zone))
    monday = local.date() - timedelta(days=local.weekday())
    is_time = local.weekday() <= LAST_WEEKDAY and (local.weekday() or local.hour >= FROM_HOUR)
    if not is_time or (user.numbers_mailed_on and user.numbers_mailed_on >= monday):
        return False
    read_at = read_up_to(viewer)
    if read_at is None or read_at.astimezone(local.tzinfo).date() < monday:
        return False  # the week is not counted to its end yet
    user.numbers_mailed_on = local.date()
    user.save(update_fields=["numbers_mailed_on"])
    period = Period(monday - WEEK, monday - timedelta(days=1))
    language = user.language if user.language in LANGUAGES else ENGLISH
    with translation.override(language):
        lines = weekly_lines(viewer, period, now)
        facts = _facts(period, lines) | {"language": language}
    if lines:
        mail_numbers(user, facts=facts)
    return bool(lines)


def weekly_lines(viewer: Viewer, period: Period, now: datetime) -> list[str]:
    """Each figure of which there were enough in this week and in the one before, in words."""
    found = []
    for this_week, before in tallies(viewer, period, Part(), now).values():
        if this_week.is_few or before.is_few:
            continue
        said = shown(this_week, before)
        found.append(
            say(
                "{title}: {value} ({counted}). {change}.",
                title=say(said.figure.title),
                value=" ".join(part for part in (said.value, said.beside) if part),
                counted=said.counted,
                change=_begun(_change(said)),
            )
        )
    return found


def _facts(period: Period, lines: list[str]) -> dict[str, str]:
    days = {"first": period.first, "last": period.last}
    return {
        "days": say("{first} to {last}", first=_day(period.first), last=_day(period.last)),
        "query": urlencode(days),
        "lines": "\n".join(lines),
    }


def _day(day: date) -> str:
    return written(day, "l, j F")


def _change(said: Shown) -> str:
    if said.direction == "better":
        return say("Better: {change}", change=said.change)
    if said.direction == "worse":
        return say("Worse: {change}", change=said.change)
    return said.change


def _begun(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
