"""Renders a Message row: subject, text and HTML of a mail, a text message or a web push."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from notifications.channels import CHANNELS
from notifications.channels.base import Outgoing, Words, one_line
from notifications.channels.segments import fit, measure, plain
from notifications.colours import PETROL, ink_on
from notifications.consent.preferences import preferences_url, unsubscribe_headers
from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.languages import phrases
from notifications.languages.phrases import Phrases
from notifications.languages.texts import Texts, default_texts
from notifications.models import Message
from notifications.models.channels import sender_of
from notifications.models.settings import settings_of
from notifications.words import wording
from notifications.words.contents import Contents, contents_of, open_differences
from notifications.words.layouts import laid_out
from notifications.words.liquid import TextError, fill
from notifications.words.push import outgoing_push
from notifications.words.schema_org import markup_of
from notifications.words.values import goes_back_in_words, shared_in_words, tracking_of, values_of

OUR_NAME = "Fulfillment"
LONGEST_SELLER = 24  # characters of the seller's name in a text message
FACT = "> "  # begins the paragraph with the main information, which is highlighted


class Paragraph(NamedTuple):
    """Some lines of text; `is_fact`: it is highlighted."""

    lines: list[str]
    is_fact: bool


class GoodsList(NamedTuple):
    """A list of goods under its title; `more` counts those that it does not name."""

    title: str
    goods: list[wording.Goods]
    more: str


def render(facts: Facts, *, now: datetime) -> Outgoing:
    """Render a message, with dates relative to `now`."""
    message = facts.message
    texts = facts.texts or default_texts(message.template, message.language)
    contents = contents_of(facts)
    values = values_of(facts, contents, now=now)
    if values["deliveries"]:
        texts = default_texts(kind_of(message.template).digest, message.language)
    is_for_customer = message.audience == Message.Audience.CUSTOMER
    envelope: dict[str, Any] = {
        "key": message.key,
        "recipient": message.recipient,
        "sender_name": one_line(facts.order.seller.name) if is_for_customer else OUR_NAME,
        "sender_address": sender_of(facts.order.seller) if is_for_customer else "",
        "reply_to": one_line(facts.order.seller.support_email) if is_for_customer else "",
    }
    words = CHANNELS[message.channel].words
    if words == Words.TEXT:
        text = text_message(
            texts, contents, values, message.language, is_secret=facts.order.is_gift
        )
        return Outgoing(text=text, **envelope)
    if words == Words.NOTE:
        return outgoing_push(facts, one_line(fill(texts.subject, values)), values["link"])
    page = page_of(facts, texts, contents, values)
    parts = laid_out(page)
    return Outgoing(
        subject=page["subject"],
        text=parts.text,
        html=parts.html,
        headers=tuple(unsubscribe_headers(facts.order, message).items()),
        **envelope,
    )


def page_of(
    facts: Facts, texts: Texts, contents: Contents, values: dict[str, Any]
) -> dict[str, Any]:
    """Return the context of the layouts of both parts of a mail, text and HTML."""
    language = facts.message.language
    words = phrases(language)
    subject = one_line(fill(texts.subject, values))
    is_for_customer = facts.message.audience == Message.Audience.CUSTOMER
    choice = settings_of(facts.order.seller)
    accent = choice.accent or PETROL
    return {
        "language": language,
        "is_branded": accent != PETROL,
        "accent": accent,
        "accent_ink": ink_on(accent),
        "markup": markup_of(facts, contents, values["link"])
        if choice.markup and is_for_customer
        else "",
        "direction": "rtl" if language in wording.RIGHT_TO_LEFT else "ltr",
        "subject": subject,
        "heading": one_line(fill(texts.heading, values)) or subject,
        "seller": values["seller"],
        "hello": _hello(values["name"], language) if is_for_customer else "",
        "body": list(_paragraphs(fill(texts.body, values))),
        "lists": []
        if values["deliveries"] or _names_goods(facts, texts)
        else list(_lists(contents, values["parcels"], language, values["rest_when"])),
        "tracking": [
            words.tracking_number.format(number=number)
            for number in tracking_of(facts.boxes, language)
            if not values["deliveries"]
        ]
        + shared_in_words(facts, language)
        + goes_back_in_words(facts, language),
        "closing": list(_paragraphs(fill(texts.closing, values))),
        "colon": words.colon,
        **_action(facts, values, words),
        "change": words.change if values["can_choose"] and is_for_customer else "",
        "change_link": f"{values['link']}delivery/",
        "choose": words.choose if is_for_customer else "",
        "choices": preferences_url(facts.order),
        "foot": _foot(values, language, is_for_customer=is_for_customer),
    }


def _names_goods(facts: Facts, texts: Texts) -> bool:
    """Whether the default text of a kind names the goods itself; a seller's may not."""
    message = facts.message
    is_default = texts == default_texts(message.template, message.language)
    return is_default and kind_of(message.template).names_goods


def _action(facts: Facts, values: dict[str, Any], words: Phrases) -> dict[str, str]:
    """Return the link and the label of the button: sellers act in the dashboard."""
    if facts.message.audience == Message.Audience.CUSTOMER:
        return {"link": values["link"], "follow": words.follow}
    orders = f"{settings.SITE_URL}/dashboard/orders"
    if values["deliveries"]:
        return {"link": f"{orders}/?status=delivered_today", "follow": words.todays_deliveries}
    if asked := open_differences(facts):
        page = f"discrepancies/{asked[0].pk}" if len(asked) == 1 else f"orders/{facts.order.pk}"
        link = f"{settings.SITE_URL}/dashboard/{page}/"
        return {"link": link, "follow": words.decide_in_dashboard}
    return {"link": f"{orders}/{facts.order.pk}/", "follow": words.order_in_dashboard}


def text_message(
    texts: Texts,
    contents: Contents,
    values: dict[str, Any],
    language: str,
    *,
    is_secret: bool = False,
) -> str:
    """Render a text message in as few segments as possible: the list of goods is shortened.

    `is_secret`: the recipient of a gift may read it, so goods are only counted.
    """
    short = values | {"seller": wording.cut(values["seller"], LONGEST_SELLER)}
    choices = _choices(contents, language, is_secret=is_secret)
    tried: list[tuple[int, str]] = []
    for text in _written(texts.sms, (short | choice for choice in choices)):
        if (segments := measure(text).segments) == 1:  # there is none shorter
            return fit(text)
        tried.append((segments, text))
    return fit(min(tried, key=lambda found: found[0])[1])


def _choices(contents: Contents, language: str, *, is_secret: bool) -> Iterator[dict[str, Any]]:
    """Yield the goods of a text message, ever shorter; each is made when it is asked for."""
    here, waiting = (
        wording.shorter_and_shorter(goods, language, is_counted=is_secret)
        for goods in (contents.here, contents.waiting)
    )
    choice: dict[str, Any] = {}
    for goods, later in zip(here, _as_many(waiting), strict=False):
        choice = {"goods": goods or None, "waiting": later or None}
        yield choice
    yield choice | {"later": None}  # "part of" says that there is more


def _written(text: str, choices: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the text with each choice of values; TextError if it can be written with none."""
    refused: TextError | None = None
    found = 0
    for values in choices:
        try:
            # A title that was cut may end the sentence: its dots are that sentence's, too.
            yield plain(fill(text, values)).replace("....", "...")
            found += 1
        except TextError as error:  # too long with these goods: shorter lists may fit
            refused = error
    if refused and not found:
        raise refused


def _as_many(lists: Iterator[str]) -> Iterator[str]:
    """Yield the lists, then repeat the last one."""
    last = ""
    for last in lists:
        yield last
    while True:
        yield last


def _hello(name: str | None, language: str) -> str:
    words = phrases(language)
    return words.hello_name.format(name=name) if name else words.hello


def _lists(
    contents: Contents, parcels: int, language: str, rest: str | None
) -> Iterator[GoodsList]:
    words = phrases(language)
    if contents.here:
        title: str = getattr(words, contents.here_title)
        if contents.here_title == "in_this_parcel" and parcels > 1:
            title = wording.counted(words.in_these_parcels, parcels, language)
        yield _goods_list(title, contents.here, language)
    if contents.later:
        title = getattr(words, contents.later_title)
        if contents.later_title == "still_to_come" and rest:
            title = words.still_to_come_when.format(when=rest)
        yield _goods_list(title, contents.later, language)
    if contents.waiting:
        yield _goods_list(words.waits_for_stock, contents.waiting, language)
    if contents.to_fetch:
        yield _goods_list(words.waits_at_point, list(contents.to_fetch), language)
    if contents.earlier:
        yield _goods_list(getattr(words, contents.earlier_title), contents.earlier, language)


def _goods_list(title: str, goods: list[wording.Goods], language: str) -> GoodsList:
    most = wording.MOST_LISTED
    return GoodsList(title, goods[:most], wording.rest_of(goods, most, language))


def _foot(values: dict[str, Any], language: str, *, is_for_customer: bool) -> str:
    words = phrases(language)
    if not is_for_customer:
        return words.you_get_this.format(seller=values["seller"])
    if values["support_email"]:
        return words.questions.format(seller=values["seller"], email=values["support_email"])
    return words.sent_for.format(seller=values["seller"])


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for piece in re.split(r"\n\s*\n", text):
        is_fact = piece.lstrip().startswith(FACT)
        lines = [one_line(line) for line in piece.strip().removeprefix(FACT).split("\n")]
        if any(lines):
            yield Paragraph([line for line in lines if line], is_fact)
