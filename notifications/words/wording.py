"""Formats dates, hours and lists of goods in a language; pure functions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, get_currency_precision

from notifications.channels.base import END_OF_ISOLATE, ISOLATE, one_line
from notifications.languages import phrases
from notifications.languages.phrases import Phrases
from orders.models import Hold

RIGHT_TO_LEFT = frozenset({"ar"})
MARK = "\u200f"  # of CLDR, beside Arabic amounts: isolated they need none, and mails show a space
MOST_LISTED = 100  # lines of a list in a mail: the tracking page has the others
LONGEST_LIST = 2_000  # characters of a list in one line
# What a customer is told of a hold, the first that applies; the last is for every other reason.
HELD_FOR = {
    Hold.Reason.PICKUP: "pickup",
    Hold.Reason.NO_ADDRESS: "address",
    Hold.Reason.PAYMENT: "payment",
    Hold.Reason.SELLER: "pause",
    Hold.Reason.SURCHARGE: "pause",
}
OTHER_HOLD = "check"
ONLY_HOLD: dict[str, str] = {Hold.Reason.EXCHANGE: "exchange"}  # where nothing else stops it


class Goods(NamedTuple):
    """A quantity of a product, by the title under which it was sold; of a kit with its parts."""

    quantity: int
    title: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


@lru_cache(maxsize=1024)
def day(on: date, *, today: date, language: str = "en") -> str:
    """Wed 25 Nov; with the year when it is not this one."""
    words = phrases(language)
    pattern = words.day if on.year == today.year else words.day_of_year
    return _dated(on, pattern, language)


def on_day(on: date, *, today: date, language: str = "en") -> str:
    """today, tomorrow, or on Wed 25 Nov."""
    words = phrases(language)
    if on == today:
        return words.today
    if on == today + timedelta(days=1):
        return words.tomorrow
    return words.on.format(day=day(on, today=today, language=language))


def days(first: date, last: date, *, today: date, language: str = "en") -> str:
    """Wed 25 – Thu 26 Nov: for a subject."""
    return _range(phrases(language).span, first, last, today=today, language=language)


def between_days(first: date, last: date, *, today: date, language: str = "en") -> str:
    """between Wed 25 and Thu 26 Nov, or on Wed 25 Nov: for a sentence."""
    words = phrases(language)
    if first == last:
        return words.on.format(day=day(first, today=today, language=language))
    return _range(words.between, first, last, today=today, language=language)


def hours(
    starts: datetime, ends: datetime, *, now: datetime, zone: str, language: str = "en"
) -> str:
    """today between 19:00 and 20:00, at the place of delivery."""
    words, local = phrases(language), ZoneInfo(zone)
    starts, ends = starts.astimezone(local), ends.astimezone(local)
    today = now.astimezone(local).date()
    # When clocks go back, the same hour comes twice: only the zone name tells them apart.
    zoned = starts.utcoffset() != ends.utcoffset()
    start_hour, end_hour = (_hour(at, language, zoned=zoned) for at in (starts, ends))
    first, last = (on_day(at.date(), today=today, language=language) for at in (starts, ends))
    if starts.date() == ends.date():
        return words.hours.format(day=first, starts=start_hour, ends=end_hour)
    return words.across_days.format(starts=start_hour, first=first, ends=end_hour, last=last)


def moment(at: datetime, *, now: datetime, zone: str, language: str = "en") -> str:
    """19:22 on Wed 25 Nov, or 19:22 today."""
    local = ZoneInfo(zone)
    on = on_day(at.astimezone(local).date(), today=now.astimezone(local).date(), language=language)
    hour = _hour(at.astimezone(local), language)
    return phrases(language).moment.format(hour=hour, day=on)


def counted(forms: Mapping[str, str], count: int, language: str) -> str:
    """Format a counted phrase by the plural category of CLDR; `other` where it has none."""
    category = _locale(language).plural_form(count)
    return forms.get(category, forms["other"]).format(count=count)


def hold(reasons: Iterable[str], language: str = "en") -> str:
    """Why an order cannot ship yet, for its customer; "" if no hold is open."""
    found = set(reasons)
    return phrases(language).holds[hold_code(found)] if found else ""


def hold_code(reasons: Iterable[str]) -> str:
    """The key of the phrase for these reasons: that of the first which applies."""
    found = set(reasons)
    if len(found) == 1 and (only := ONLY_HOLD.get(*found)):
        return only
    return next((code for reason, code in HELD_FOR.items() if reason in found), OTHER_HOLD)


def joined(parts: Iterable[str], language: str = "en") -> str:
    """a, b and c; each once."""
    unique = list(dict.fromkeys(parts))
    if len(unique) < 2:
        return "".join(unique)
    words = phrases(language)
    return words.conjunction.format(first=words.separator.join(unique[:-1]), last=unique[-1])


def listed(goods: Sequence[Goods], language: str = "en") -> str:
    """1 × Lamp, 2 × Shade: everything, in one line, as far as there is room for it."""
    return _in_one_line([str(part) for part in goods], goods, language)


def rest_of(goods: Sequence[Goods], listed_lines: int, language: str) -> str:
    """Return `12 more` for the units behind these lines of a list, "" if there are none."""
    rest = sum(part.quantity for part in goods[listed_lines:])
    return counted(phrases(language).more, rest, language) if rest else ""


def short_lists(goods: Sequence[Goods], language: str = "en") -> list[str]:
    """Return lists of goods for a text message, ever shorter; the last one is empty."""
    return list(shorter_and_shorter(goods, language))


def shorter_and_shorter(
    goods: Sequence[Goods], language: str, *, is_counted: bool = False
) -> Iterator[str]:
    """Yield these lists, each made when it is asked for: usually the first one fits.

    `is_counted`: only those that name no product.
    """
    if goods and not is_counted:
        yield from _naming(goods, language)
    if goods:
        total = sum(part.quantity for part in goods)
        yield counted(phrases(language).items, total, language)
    yield ""


def _naming(goods: Sequence[Goods], language: str) -> Iterator[str]:
    yield _in_one_line([f"{part.quantity}x {part.title}" for part in goods], goods, language)
    yield _in_one_line(
        [f"{part.quantity}x {cut(part.title, 24)}" for part in goods], goods, language
    )
    first = f"{goods[0].quantity}x {cut(goods[0].title, 24)}"
    rest = sum(part.quantity for part in goods[1:])
    more = counted(phrases(language).more, rest, language) if rest else ""
    yield f"{first} + {more}" if more else first


def _in_one_line(parts: Sequence[str], goods: Sequence[Goods], language: str) -> str:
    """Join the parts that LONGEST_LIST has room for, at least one, and count the others."""
    room, separator = LONGEST_LIST, phrases(language).separator
    fitting = 0
    for part in parts:
        room -= len(part) + len(separator)
        if room < 0:
            break
        fitting += 1
    if fitting == len(parts):
        return separator.join(parts)
    shown = separator.join(parts[:fitting]) or cut(parts[0], LONGEST_LIST)
    more = rest_of(goods, max(fitting, 1), language)
    return f"{shown} + {more}" if more else shown


def cut(title: str, length: int) -> str:
    """At most so many characters of a title, whole words of it, and three dots."""
    if len(title) <= length:
        return title
    return title[:length].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "..."


@lru_cache(maxsize=1024)
def _range(form: str, first: date, last: date, *, today: date, language: str) -> str:
    if first == last:
        return day(first, today=today, language=language)
    words = phrases(language)
    opening, ending = _patterns(words, first, last, today=today)
    return form.format(
        first=_dated(first, opening, language),
        last=_dated(last, ending, language),
    )


def _patterns(words: Phrases, first: date, last: date, *, today: date) -> tuple[str, str]:
    """Of both ends of a range: month and year are said once where they are the same."""
    if first.year != last.year:
        return words.day_of_year, words.day_of_year
    is_one_month = first.month == last.month
    opening, ending = (words.opening, words.closing) if is_one_month else (words.day, words.day)
    if last.year == today.year:
        return opening, ending
    return (words.day_of_year, ending) if words.year_leads else (opening, words.day_of_year)


def _dated(on: date, pattern: str, language: str) -> str:
    if on.day == 1:  # "1er" in French
        pattern = pattern.replace("d", phrases(language).first_of_month)
    return format_date(on, pattern, locale=language)


def _hour(at: datetime, language: str, *, zoned: bool = False) -> str:
    return f"{clock(at, language)} {at.tzname()}" if zoned else clock(at, language)


def clock(at: datetime, language: str) -> str:
    """19:22, 19h22: the time of a day."""
    return _minute(at.time().replace(second=0, microsecond=0), language)


@lru_cache(maxsize=1440 * 2)
def _minute(at: time, language: str) -> str:
    said: str = format_time(at, phrases(language).hour, locale=language)
    return said


def money(amount: int, currency: str, language: str) -> str:
    """€19.99, 19,99 € or ￥1,999: an amount in minor units with the digits of its currency."""
    value = Decimal(amount).scaleb(-get_currency_precision(currency))
    said: str = format_currency(value, currency, locale=_locale(language))
    return isolated(said.strip(MARK), language)


def order_label(number: str, language: str) -> str:
    """#1001, or the number as the shop writes it."""
    label = one_line(number)
    return isolated(f"#{label}" if label.isdecimal() else label, language)


def isolated(text: str, language: str) -> str:
    """Keep the characters of a number in their order, also in a text from right to left."""
    return f"{ISOLATE}{text}{END_OF_ISOLATE}" if language in RIGHT_TO_LEFT else text


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(language)
