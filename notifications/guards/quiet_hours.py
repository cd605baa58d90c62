"""Quiet hours guard: text messages and web push are held until the customer's morning."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from notifications.channels import CHANNELS
from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import kind_of
from notifications.models import Message
from notifications.models.settings import settings_of
from notifications.states import Cause, MessageStatus

LOUD = frozenset(kind.name for kind in CHANNELS.values() if kind.is_loud)


def quiet_hours_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Hold messages until the quiet hours end; no statement."""
    now = timezone.now()
    return {
        fact.message.pk: verdict for fact in facts if (verdict := _verdict(fact, now)) is not None
    }


def quiet_until(
    now: datetime, *, quiet_from: time | None, quiet_until: time | None, zone: str
) -> datetime | None:
    """Return when the current quiet hours end, in UTC; None outside of quiet hours.

    Both are local times of `zone`; they include midnight where `quiet_from` is the later one. When
    clocks go back, the hour that comes twice is quiet both times.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    for day in (today - timedelta(days=1), today):
        begin, end = night(day, quiet_from=quiet_from, quiet_until=quiet_until, zone=zone)
        if begin <= now < end:
            return end
    return None


def night(
    day: date, *, quiet_from: time, quiet_until: time, zone: str
) -> tuple[datetime, datetime]:
    """Return begin and end, in UTC, of the quiet hours that begin on this day."""
    ends_on = day if quiet_from < quiet_until else day + timedelta(days=1)
    return min(_readings(day, quiet_from, zone)), max(_readings(ends_on, quiet_until, zone))


def _readings(day: date, at: time, zone: str) -> list[datetime]:
    """Return the two moments, in UTC, of a local time: they differ when clocks go back."""
    local = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]


def _verdict(fact: Facts, now: datetime) -> Verdict | None:
    message = fact.message
    if message.channel not in LOUD or message.audience != Message.Audience.CUSTOMER:
        return None
    if kind_of(message.template).rings_at_night:
        return None
    choice = settings_of(fact.order.seller)
    ends = quiet_until(
        now,
        quiet_from=choice.quiet_from,
        quiet_until=choice.quiet_until,
        zone=fact.order.time_zone,
    )
    if ends is None:
        return None
    local = ends.astimezone(ZoneInfo(fact.order.time_zone))
    reason = f"Quiet hours until {local:%H:%M}."
    return Verdict(
        MessageStatus.HELD, Cause.QUIET_HOURS, reason, max((ends - now).total_seconds(), 1.0)
    )
