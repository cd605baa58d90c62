"""/track/<token>/updates/: message preferences of a customer, and one-click unsubscribe."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from fulfillment.tracking.languages import page_words
from fulfillment.tracking.languages.filling import filled, marked_up
from fulfillment.tracking.mistakes import Mistake
from fulfillment.tracking.page.page import describe
from fulfillment.tracking.queries import Tracked, find_tracked
from fulfillment.tracking.views.language import draw, language_of
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.wording import acts_in
from notifications.channels.vapid import is_set_up
from notifications.consent.choices import Choice, choices_of, order_of, subscribed_browsers
from notifications.consent.updates import choose_updates, unsubscribe_browsers
from notifications.kinds.record import EMAIL
from notifications.languages import phrases
from orders.access import public
from orders.models import Order


@dataclass(frozen=True)
class ChannelWords:
    """What the page says of one channel: where it goes, what always comes, what is chosen now."""

    title: SafeString
    always: str
    in_words: str

    @classmethod
    def of(cls, choice: Choice, language: str) -> "ChannelWords":
        """Say it in a language; a channel without words of ours has those of its own."""
        words, channel = page_words(language), choice.channel
        title = words.channel_to.get(channel, f"{choice.name} to {{address}}")
        return cls(
            title=marked_up(title, address=choice.address),
            always=words.always.get(channel, ""),
            in_words=_in_words(choice, title, language),
        )


def _in_words(choice: Choice, title: str, language: str) -> str:
    """Say the stored preference in one sentence."""
    words = page_words(language)
    if choice.is_off and choice.may_be_off and choice.channel in words.channel_off:
        return filled(words.channel_off[choice.channel], language, address=choice.address)
    if choice.is_off and choice.may_be_off:
        return choice.in_words
    channel = filled(title, language, address=choice.address)
    named = [
        words.update_names.get(key, name)
        for key, name in choice.optional.items()
        if key not in choice.wanted
    ]
    if not named:
        return words.all_updates.format(channel=channel)
    names = phrases(language).separator.join(f"{name[:1].lower()}{name[1:]}" for name in named)
    return words.all_except.format(channel=channel, names=names)


class UpdatesForm(forms.Form):
    """Optional updates of each channel, and the opt-out of a whole channel."""

    no_browsers = forms.BooleanField(required=False)

    def __init__(self, *args: Any, choices: list[Choice], language: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        words = page_words(language)
        self.rows = []
        for choice in choices:
            self.fields[choice.channel] = forms.MultipleChoiceField(
                choices=[
                    (name, words.update_names.get(name, title))
                    for name, title in choice.optional.items()
                ],
                initial=choice.wanted,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": words.choose_from_list},
            )
            if choice.may_be_off:
                self.fields[f"no_{choice.channel}"] = forms.BooleanField(
                    initial=choice.is_off,
                    required=False,
                    label=words.none_at_all.get(choice.channel, choice.none_at_all),
                )
            whole = self[f"no_{choice.channel}"] if choice.may_be_off else None
            self.rows.append((ChannelWords.of(choice, language), self[choice.channel], whole))

    @property
    def mistakes(self) -> list[Mistake]:
        """What is wrong, with a link to the first box of its channel."""
        return [
            Mistake(str(error), f"{field.auto_id}_0", choice.title)
            for choice, field, _ in self.rows
            for error in field.errors
        ]


@public
@require_http_methods(["GET", "HEAD", "POST"])
def updates(request: HttpRequest, token: str) -> HttpResponse:
    """Show and save the preferences."""
    tracked = find_tracked(token, timezone.now())
    if tracked is None:
        return not_found(request)
    order = order_of(tracked.order.pk)
    choices = choices_of(order)
    language = language_of(request, tracked.order.language)
    given = request.POST if request.method == "POST" else None
    form = UpdatesForm(given, choices=choices, language=language)
    if request.method == "POST" and form.is_valid():
        _save(order, choices, form.cleaned_data)
        return private(redirect(f"{request.path}?saved=1"))
    context = {
        "form": form,
        "mistakes": form.mistakes,
        "token": token,
        "browsers": subscribed_browsers(order),
        "is_push": is_set_up(),
        "is_saved": "saved" in request.GET and not form.is_bound,
    }
    return _page(request, "track/updates.html", tracked, context)


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Opt out of optional e-mails: a mail program posts (RFC 8058), a person presses a button.

    Whoever posts needs the secret address, so a forged form has nothing to ride on.
    """
    tracked = find_tracked(token, timezone.now())
    if tracked is None:
        return not_found(request)
    order = order_of(tracked.order.pk)
    is_sent = request.method == "POST"
    if is_sent and request.POST.get("List-Unsubscribe") == "One-Click":
        choose_updates(order, channel=EMAIL, off=[], is_off=True)
    elif is_sent:
        return private(HttpResponse("Expected List-Unsubscribe=One-Click.", status=400))
    choice = next((one for one in choices_of(order) if one.channel == EMAIL), None)
    is_done = choice is not None and choice.is_off  # also at the next look
    context = {"token": token, "choice": choice, "is_done": is_done}
    return _page(request, "track/unsubscribe.html", tracked, context)


def _save(order: Order, choices: list[Choice], wanted: dict[str, Any]) -> None:
    for choice in choices:
        picked = set(wanted[choice.channel])
        off = choice.off - set(choice.optional) | (set(choice.optional) - picked)
        is_off = wanted[f"no_{choice.channel}"] if choice.may_be_off else not picked
        if (off, is_off) != (choice.off, choice.is_off):
            choose_updates(order, channel=choice.channel, off=off, is_off=is_off)
    if wanted["no_browsers"]:
        unsubscribe_browsers(order)


def _page(
    request: HttpRequest, template: str, tracked: Tracked, context: dict[str, Any]
) -> HttpResponse:
    """With `no-referrer` a browser would send `Origin: null`, which the CSRF check refuses."""
    language = language_of(request, tracked.order.language)
    page = describe(tracked, timezone.now(), can_return=False, language=language)
    status = 422 if "form" in context and context["form"].errors else 200
    context |= {"page": page, "say": acts_in(language), "brand": tracked.order.seller_id}
    response = draw(request, template, context, language=language, status=status)
    return private(response, referrer="same-origin")
