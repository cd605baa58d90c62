"""Dry-run pages: how the last 30 days would differ under a change; nothing is saved."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from csp.decorators import csp_update
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from fulfillment.dashboard.views.messages.sellers import seller_of
from fulfillment.dashboard.views.messages.settings import SettingsForm, settings_page
from fulfillment.dashboard.views.messages.texts import editor, given_draft, kind_or_404
from fulfillment.dashboard.views.messages.triggers import switched_off
from notifications.channels import CHANNELS
from notifications.editor.dry_run import (
    MOST_COMPARED,
    MOST_EXAMPLES,
    PART,
    Comparison,
    Line,
    Proposal,
    SendingRules,
    changed_triggers,
    compare,
    current_texts,
    message_counts,
    messages_of_period,
)
from notifications.editor.editing import normalized, problems_in
from notifications.editor.previews import cost, texts_in, versions_of
from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.kinds.record import EMAIL, SMS, Kind
from notifications.languages.texts import Texts
from notifications.models import Message
from notifications.models.settings import settings_of
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import InvalidInput
from orders.models import Seller
from orders.words import say


class Change(TypedDict):
    """An unsaved form, and what it would change."""

    title: str
    back: str
    fields: list[tuple[str, Any]]
    save: str
    rows: QuerySet[Message]
    proposal: Proposal
    templates: set[str] | None


SO_FAR = ("done", "differ", "segments_before", "segments_after", "below")


@require_POST  # type: ignore[type-var]  # csp's decorators know plain requests only
@role_required(Role.OWNER)
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # and no more arguments
def text_dry_run(request: SignedInRequest, seller_id: UUID, template: str) -> HttpResponse:
    """Dry run of the text in a form."""
    seller, kind = seller_of(request, seller_id), kind_or_404(template)
    given = given_draft(request, seller)
    parts = normalized(given.parts)
    if problems := problems_in(parts):
        error = InvalidInput([(part, text) for part, texts in problems.items() for text in texts])
        return editor(request, seller, kind, given.language, given=given, refused=error)
    drafts = [row for row in versions_of(seller, template) if not row.published_at or row.in_force]
    base = next(iter(drafts), None)

    def proposed(fact: Facts) -> Texts:
        language = fact.message.language
        if language == given.language:
            return Texts(**parts)
        return texts_in(base, template, language)

    now, present = timezone.now(), SendingRules.of(settings_of(seller))
    rows = messages_of_period(seller, now=now).filter(template=template, channel__in=[EMAIL, SMS])
    kept = {"language": given.language, "seen": given.seen, **given.parts}
    change: Change = {
        "title": say("{message}, new text", message=say(kind.title)),
        "back": "message_text",
        "fields": list(kept.items()),
        "save": say("Save draft"),
        "rows": rows,
        "proposal": Proposal(proposed, present, present),
        "templates": {template},
    }
    return _page(request, seller, change, now=now, kind=kind)


@require_POST
@role_required(Role.OWNER)
def triggers_dry_run(request: SignedInRequest, seller_id: UUID) -> HttpResponse:
    """Dry run of the triggers in a form."""
    seller = seller_of(request, seller_id)
    now, present = timezone.now(), SendingRules.of(settings_of(seller))
    after = replace(present, switched_off=frozenset(switched_off(request)))
    changed = changed_triggers(present, after)
    texted = [key.partition(":")[0] for key in changed if key.endswith(f":{SMS}")]
    rows = messages_of_period(seller, now=now).filter(channel=SMS, template__in=texted)
    change: Change = {
        "title": say("Message types"),
        "back": "message_triggers_of",
        "fields": [("sent", key) for key in request.POST.getlist("sent")],
        "save": say("Save"),
        "rows": rows,
        "proposal": Proposal(current_texts, present, after),
        "templates": None,
    }
    return _page(request, seller, change, now=now)


@require_POST
@role_required(Role.OWNER)
def quiet_dry_run(request: SignedInRequest, seller_id: UUID) -> HttpResponse:
    """Dry run of the quiet hours in a form."""
    seller = seller_of(request, seller_id)
    form = SettingsForm(request.POST)
    form.seller = seller
    if not form.is_valid() or not form.has_two_ends():
        return settings_page(request, form)
    now, present = timezone.now(), SendingRules.of(settings_of(seller))
    hours = {name: form.cleaned_data[name] for name in ("quiet_from", "quiet_until")}
    names = [name for name in form.fields if request.POST.get(name)]
    change: Change = {
        "title": say("Quiet hours"),
        "back": "message_settings",
        "fields": [("seller", seller.pk), *((name, request.POST[name]) for name in names)],
        "save": say("Save quiet hours"),
        "rows": Message.objects.none(),
        "proposal": Proposal(current_texts, present, replace(present, **hours)),
        "templates": None,
    }
    return _page(request, seller, change, now=now)


def _page(
    request: SignedInRequest,
    seller: Seller,
    change: Change,
    *,
    now: datetime,
    kind: Kind | None = None,
) -> HttpResponse:
    """Render the counts at once, and the compared texts page by page (keyset)."""
    proposal, rows = change["proposal"], change["rows"]
    total = rows.count()
    compared = _compared(request, rows, proposal, total)
    context: dict[str, Any] = {
        "seller": seller,
        "kind": kind,
        "change": change,
        "compared": compared,
        "total": total,
        "most": min(MOST_COMPARED, total),
        "language": get_language(),
    }
    if "part" in request.POST:
        return render(request, "dashboard/messages/_compared.html", context)
    lines = message_counts(seller, proposal.before, proposal.after, now=now)
    wanted = [
        line for line in lines if not change["templates"] or line.template in change["templates"]
    ]
    context["lines"] = [_shown(line) for line in wanted]
    context["unchanged"] = sum(line.before == line.after for line in wanted)
    return render(request, "dashboard/messages/dry_run.html", context)


def _compared(
    request: SignedInRequest, rows: QuerySet[Message], proposal: Proposal, total: int
) -> dict[str, Any]:
    """Compare the next page of messages and add it to the totals of the form."""
    so_far = {name: _number(request.POST.get(name)) for name in SO_FAR}
    left = min(MOST_COMPARED, total) - so_far["done"]
    new = Comparison(0, 0, 0, 0, [], so_far["below"])
    if "go" in request.POST and left > 0:
        new = compare(rows, proposal, below=so_far["below"], most=min(PART, left))
    done = so_far["done"] + new.read
    before, after = (
        so_far[name] + getattr(new, name) for name in ("segments_before", "segments_after")
    )
    differ = so_far["differ"] + new.differ
    room = max(MOST_EXAMPLES - so_far["differ"], 0)
    return {
        "done": done,
        "differ": differ,
        "segments_before": before,
        "segments_after": after,
        "below": new.below,
        "examples": new.examples[:room],
        "goes_on": done < min(MOST_COMPARED, total) and (new.below or not done),
        "cost_before": cost(before),
        "cost_after": cost(after),
    }


def _shown(line: Line) -> dict[str, Any]:
    return {
        "title": say(kind_of(line.template).title),
        "channel": say(CHANNELS[line.channel].title),
        "before": line.before,
        "after": line.after,
        "is_changed": line.before != line.after,
        "waits": [_hours(fate.average) for fate in (line.before, line.after)],
    }


def _hours(average: timedelta | None) -> str:
    """Format a duration: 3 h 20 min."""
    if average is None:
        return ""
    minutes = round(average.total_seconds() / 60)
    return say("{hours} h {minutes} min", hours=minutes // 60, minutes=f"{minutes % 60:02d}")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0
