"""Start-up check: every kind of message and every channel is completely described."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from notifications.channels import CHANNELS
from notifications.channels.base import ChannelKind, Words
from notifications.kinds.catalogue import ALL, FOR_CUSTOMERS
from notifications.kinds.record import CUSTOMER, EMAIL, SELLER, Kind
from notifications.languages import LANGUAGES
from notifications.languages.texts import default_texts, templates
from notifications.models import Message
from orders.event_kinds import event_kinds

NAME = re.compile(r"[a-z_]+")
LONGEST_CHANNEL = Message._meta.get_field("channel").max_length or 0
LONGEST = Message._meta.get_field("template").max_length or 0


def check_kinds(kinds: Iterable[Kind] = ALL) -> None:
    """Check all kinds. Raises ImproperlyConfigured with everything that is missing or wrong."""
    given = tuple(kinds)
    if found := [*_each(given), *_together(given)]:
        raise ImproperlyConfigured(
            "Kinds of messages (notifications/kinds/) are not complete:\n" + "\n".join(found)
        )


def check_channels(channels: Mapping[str, ChannelKind] = CHANNELS) -> None:
    """Check the records of settings.MESSAGE_CHANNELS. Raises ImproperlyConfigured."""
    lacks = [f"{name}: {text}" for name, kind in channels.items() for text in _channel(name, kind)]
    if lacks:
        raise ImproperlyConfigured("MESSAGE_CHANNELS is not complete:\n" + "\n".join(lacks))


def _channel(name: str, kind: ChannelKind) -> Iterator[str]:
    if kind.name != name:
        yield f"its record says {kind.name}."
    if not NAME.fullmatch(name) or len(name) > LONGEST_CHANNEL:
        yield f"a name has small letters and _, at most {LONGEST_CHANNEL}."
    if not kind.title:
        yield "it has no title."
    if kind.may_be_off and not kind.plural:
        yield "customers may turn it off, but its messages have no name in the plural."


def _each(kinds: tuple[Kind, ...]) -> Iterator[str]:
    for kind in kinds:
        lacks = [*_description(kind), *_trigger(kind), *_words(kind)]
        if kind.name in FOR_CUSTOMERS:
            lacks += _choice(kind)
        yield from (f"{kind.name or 'A kind'}: {text}" for text in lacks)


def _description(kind: Kind) -> Iterator[str]:
    if not NAME.fullmatch(kind.name) or len(kind.name) > LONGEST:
        yield f"a name has small letters and _, at most {LONGEST}."
    if not kind.title:
        yield "it has no title."
    if not kind.channels:
        yield "it has no channels."
    if kind.is_routine and not kind.is_state:
        yield "it is routine, but no state of a parcel that can rest."
    if kind.audience == SELLER and kind.channels != (EMAIL,):
        yield "sellers are told by e-mail only."


def _trigger(kind: Kind) -> Iterator[str]:
    if sum(map(bool, (kind.on, kind.corrects, kind.answers))) != 1:
        yield "exactly one of `on`, `corrects` and `answers` says what makes it."
    if kind.on and kind.on not in event_kinds():
        yield f"there is no kind of event {kind.on}."
    if (kind.when or kind.unless) and not kind.on:
        yield "`when` and `unless` are about the event of `on`."


def _choice(kind: Kind) -> Iterator[str]:
    """Check what the settings pages of shops and customers show."""
    if not kind.is_for_customer:
        yield "it stands in a group of messages to customers, but is for sellers."
    if not kind.occasion:
        yield "it has no occasion."
    if kind.sample is None:
        yield "it has no sample, which its preview shows."
    elif kind.corrects and kind.sample.undoes not in event_kinds():
        yield "the sample of a correction says which kind of event it undoes."
    if set(kind.may_refuse) - set(kind.channels):
        yield "the customer may refuse channels that it does not have."
    if kind.essential and EMAIL in kind.may_refuse:
        yield "what is essential cannot be refused by e-mail."


def _words(kind: Kind) -> Iterator[str]:
    """Check the template folders: an answer has none, a digest has a second one."""
    if not kind.answers:
        yield from _folder(kind.name, with_text=_has_text(kind))
    if kind.digest:
        yield from _folder(kind.digest, with_text=False)


def _has_text(kind: Kind) -> bool:
    return any(CHANNELS[channel].words == Words.TEXT for channel in kind.channels)


def _folder(name: str, *, with_text: bool) -> Iterator[str]:
    for language in LANGUAGES:
        path = f"templates/messages/{name}/{language}.txt"
        try:
            texts = default_texts(name, language)
        except FileNotFoundError:
            yield f"{path} is missing."
            continue
        except (TypeError, ValueError):
            yield f"{path} cannot be read: it needs a part `# subject` and a part `# body`."
            continue
        if not (texts.subject and texts.body):
            yield f"{path} has an empty subject or body."
        if bool(texts.sms) != with_text:
            yield f"{path} has {'a' if texts.sms else 'no'} part `# sms`."


def _together(kinds: tuple[Kind, ...]) -> Iterator[str]:
    """Check records against each other: names, events, groups."""
    names = Counter(kind.name for kind in kinds)
    yield from (f"{name}: two records have this name." for name in names if names[name] > 1)
    yield from _audiences(kinds)
    ungrouped = [
        kind.name
        for kind in kinds
        if kind.is_for_customer and not kind.answers and kind.name not in FOR_CUSTOMERS
    ]
    yield from (f"{name}: it stands in no group of messages to customers." for name in ungrouped)
    for audience in (CUSTOMER, SELLER):
        if sum(kind.corrects and kind.audience == audience for kind in kinds) != 1:
            yield f"One record corrects what the {audience.label.lower()} was told."
    if sum(bool(kind.digest) for kind in kinds) != 1:
        yield "One record has a digest: the indexes of Message name it."
    known = {kind.name for kind in kinds} | {kind.digest for kind in kinds}
    yield from (f"{name}: its folder has no record." for name in templates() if name not in known)


def _audiences(kinds: tuple[Kind, ...]) -> Iterator[str]:
    """Check that each event and audience has exactly one kind without a condition."""
    plain: Counter[tuple[Any, Any]] = Counter()
    for kind in kinds:
        if kind.on:
            plain[kind.on, kind.audience] += not kind.when
    for (event, audience), count in plain.items():
        if count != 1:
            number = "no kind" if not count else f"{count} kinds"
            yield f"{event}: {number} without `when` tell the {audience.label.lower()}."
