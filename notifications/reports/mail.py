"""Delivery reports of mail providers: anymail events become receipts; which bounces are permanent.

django-anymail gives all events one shape, but calls many temporary failures a bounce. Whether a
bounce is permanent is read here from the provider's own fields.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.utils import timezone

from notifications.channels.reports import Report
from notifications.models import Message, Receipt
from orders.values.moments import moment_or

_K = Receipt.Kind
KINDS = {
    EventType.DELIVERED: (_K.DELIVERED,),
    EventType.DEFERRED: (_K.DEFERRED,),
    EventType.FAILED: (_K.FAILED,),
    EventType.COMPLAINED: (_K.COMPLAINED,),
    EventType.UNSUBSCRIBED: (_K.UNSUBSCRIBED,),
}
REFUSED = (EventType.BOUNCED, EventType.REJECTED)
# The provider did not try: the recipient complained or unsubscribed there earlier.
REFUSED_BEFORE = {
    RejectReason.SPAM: (_K.FAILED, _K.COMPLAINED),
    RejectReason.UNSUBSCRIBED: (_K.FAILED, _K.UNSUBSCRIBED),
}
WHY = {
    RejectReason.INVALID: "This is not an e-mail address.",
    RejectReason.BOUNCED: "The address takes no mail.",
    RejectReason.TIMED_OUT: "Their mail server did not answer for too long.",
    RejectReason.BLOCKED: "The mail was blocked.",
    RejectReason.SPAM: "The recipient had called mail from here unwanted.",
    RejectReason.UNSUBSCRIBED: "The recipient had unsubscribed at the provider.",
}
# Status codes of RFC 3463 that blame content, size or a full mailbox: the address may be good.
NOT_THE_ADDRESS = re.compile(r"\b5\.(7\.\d|2\.[23]|3\.\d)")
KEY_COLONS = 3  # as Message.key has them

Fields = Mapping[str, Any]


def reports_of(provider: str, event: AnymailTrackingEvent) -> list[Report]:
    """Return the reports of an event; none for opens, clicks and the like."""
    kinds = _kinds(provider, event)
    metadata = event.metadata or {}
    at = moment_or(event.timestamp, timezone.now())
    return [
        Report(
            channel=Message.Channel.EMAIL,
            provider=provider,
            kind=kind,
            at=at,
            provider_id=str(event.message_id or ""),
            key=str(metadata.get("key") or _key_in(event.tags)),
            detail=_detail(event),
            report_id=_report_id(event, kind),
        )
        for kind in kinds
    ]


def _kinds(provider: str, event: AnymailTrackingEvent) -> tuple[Receipt.Kind, ...]:
    if _is_filtered(provider, event):
        return (_K.FAILED,)
    if event.event_type not in REFUSED:
        return KINDS.get(event.event_type, ())
    if event.event_type == EventType.REJECTED and event.reject_reason in REFUSED_BEFORE:
        return REFUSED_BEFORE[event.reject_reason]
    return (_K.BOUNCED,) if IS_PERMANENT_BOUNCE[provider](event.esp_event, event) else (_K.FAILED,)


def _is_filtered(provider: str, event: AnymailTrackingEvent) -> bool:
    """Whether a spam filter refused the content; anymail calls that a complaint of a person."""
    return provider == "postmark" and event.esp_event.get("Type") == "SpamNotification"


def _detail(event: AnymailTrackingEvent) -> str:
    if event.event_type == EventType.DELIVERED:
        return ""
    text = str(event.mta_response or event.description or "").strip()
    return text or WHY.get(event.reject_reason, "")


def _report_id(event: AnymailTrackingEvent, kind: Receipt.Kind) -> str:
    """Return an id that is the same for each repeat of a report; ids of calls are not."""
    moment = event.timestamp.isoformat() if event.timestamp else event.event_id
    moment = moment or json.dumps(event.esp_event, sort_keys=True, default=str)
    parts = (event.message_id, event.recipient, kind, moment)
    return hashlib.sha256("|".join(map(str, parts)).encode(errors="replace")).hexdigest()


def _key_in(tags: Any) -> str:
    """Return our idempotency key from the tags, for providers that take no metadata."""
    found = (str(tag) for tag in tags or () if str(tag).count(":") == KEY_COLONS)
    return next(found, "")


def _amazon_ses(fields: Fields, event: AnymailTrackingEvent) -> bool:
    return bool(fields.get("bounce", {}).get("bounceType") == "Permanent")


def _brevo(fields: Fields, event: AnymailTrackingEvent) -> bool:
    return fields.get("event") in {"hard_bounce", "invalid_email"}


def _mailersend(fields: Fields, event: AnymailTrackingEvent) -> bool:
    return bool(fields["data"]["type"] == "hard_bounced")


def _mailgun(fields: Fields, event: AnymailTrackingEvent) -> bool:
    is_about_more = NOT_THE_ADDRESS.search(str(event.mta_response))
    if event.reject_reason != RejectReason.BOUNCED or is_about_more:
        return False
    if "event-data" in fields:
        return bool(fields["event-data"].get("severity") == "permanent")
    code = str(fields.get("code"))
    return code == "605" or code.startswith("5")


def _mailjet(fields: Fields, event: AnymailTrackingEvent) -> bool:
    dead = {"user unknown", "mailbox inactive", "invalid domain", "typofix"}
    return fields.get("error") in dead and fields.get("hard_bounce", True) is True


def _mailtrap(fields: Fields, event: AnymailTrackingEvent) -> bool:
    return fields.get("event") == "bounce"


def _mandrill(fields: Fields, event: AnymailTrackingEvent) -> bool:
    return fields.get("event") == "hard_bounce"


def _postal(fields: Fields, event: AnymailTrackingEvent) -> bool:
    return False  # it does not say whether a bounce is permanent


def _postmark(fields: Fields, event: AnymailTrackingEvent) -> bool:
    why = {fields.get("Type"), fields.get("SuppressionReason")}
    return not why.isdisjoint({"HardBounce", "BadEmailAddress"})


def _resend(fields: Fields, event: AnymailTrackingEvent) -> bool:
    if event.reject_reason != RejectReason.BOUNCED:
        return False
    bounce = fields["data"]["bounce"]
    return "hard bounce" in bounce["message"] or bounce.get("type") == "Permanent"


def _sendgrid(fields: Fields, event: AnymailTrackingEvent) -> bool:
    if fields.get("event") == "dropped":
        return event.reject_reason in {RejectReason.BOUNCED, RejectReason.INVALID}
    return bool(fields.get("type", "bounce") == "bounce")


def _sparkpost(fields: Fields, event: AnymailTrackingEvent) -> bool:
    (inner,) = fields["msys"].values()
    return inner.get("bounce_class") in {"10", "30"}  # no such recipient


def _unisender_go(fields: Fields, event: AnymailTrackingEvent) -> bool:
    dead = {"err_user_unknown", "err_user_inactive", "err_domain_inactive"}
    return fields.get("delivery_info", {}).get("delivery_status") in dead


# Provider -> whether its refusal proves that the address is dead; what is not clear proves nothing.
IS_PERMANENT_BOUNCE: dict[str, Callable[[Fields, AnymailTrackingEvent], bool]] = {
    "amazon_ses": _amazon_ses,
    "brevo": _brevo,
    "mailersend": _mailersend,
    "mailgun": _mailgun,
    "mailjet": _mailjet,
    "mailtrap": _mailtrap,
    "mandrill": _mandrill,
    "postal": _postal,
    "postmark": _postmark,
    "resend": _resend,
    "sendgrid": _sendgrid,
    "sparkpost": _sparkpost,
    "unisender_go": _unisender_go,
}
