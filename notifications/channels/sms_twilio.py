"""Texts through Twilio's Programmable Messaging API, version 2010-04-01."""

import base64
from typing import Self
from urllib.parse import quote, urlencode

from django.conf import settings

from notifications.channels.base import (
    OutcomeUnknown,
    Outgoing,
    Permanent,
    Receipt,
    SendError,
    Temporary,
    Unwanted,
    one_line,
)
from notifications.channels.http_client import TAKEN, Answer, Line, refusal
from notifications.channels.recipients import check_number
from notifications.channels.senders import sender_of

OPTED_OUT = 21610
# Queues and rates: 14107 rate limit, 20429 too many requests, 21611 queue of the number is full,
# 30001 queue overflow, 30022 and 30023 limits of a registered brand.
CROWDED = {14107, 20429, 21611, 30001, 30022, 30023}
# An operator has to repair the account: 20003 key, 20005 not active, 30002 suspended, 63038 limit.
ABOUT_US = {20003, 20005, 30002, 63038}


class TwilioSms:
    """Texts over one HTTPS connection. Twilio knows no keys: what lost its answer stays unknown
    until a delivery report brings our key back, see `report_address`.
    """

    provider = "twilio"
    knows_keys = False

    def __enter__(self) -> Self:
        account, token = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
        address = f"{settings.TWILIO_URL}/2010-04-01/Accounts/{quote(account, safe='')}"
        self.line = Line(f"{address}/Messages.json", seconds=settings.SMS_TIMEOUT)
        secret = base64.b64encode(f"{account}:{token}".encode()).decode()
        self.headers = {
            "Authorization": f"Basic {secret}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def send(self, outgoing: Outgoing) -> Receipt:
        check_number(outgoing.recipient)
        fields = {
            "To": outgoing.recipient,
            **_sender(outgoing),
            "Body": outgoing.text,
            "StatusCallback": report_address(outgoing.key),
        }
        answer = self.line.post(urlencode(fields).encode(), self.headers)
        if answer.status not in TAKEN:
            raise _refused(answer)
        if not (sid := answer.fields.get("sid")):
            raise OutcomeUnknown("Twilio gave no id.")
        return Receipt(str(sid), one_line(str(answer.fields.get("status") or ""))[:300])


def report_address(key: str) -> str:
    """Where Twilio reports of this text: the key comes back with each report, and is signed."""
    return f"{settings.SITE_URL}/hooks/sms/twilio/?{urlencode({'key': key})}"


def _sender(outgoing: Outgoing) -> dict[str, str]:
    """A messaging service chooses among its own numbers and names."""
    if service := settings.TWILIO_MESSAGING_SERVICE_SID:
        return {"MessagingServiceSid": service}
    return {"From": sender_of(outgoing)}


def _refused(answer: Answer) -> SendError:
    code = answer.fields.get("code")
    text = f"{code or ''} {answer.fields.get('message', '')}".strip()
    line = one_line(f"{answer.status} {text}")[:300]
    if code == OPTED_OUT:
        return Unwanted(line)
    if code in CROWDED or code in ABOUT_US:
        return Temporary(line, is_down=True, retry_after=answer.retry_after)
    if code and answer.status == 400:
        return Permanent(line)
    return refusal(answer, text)
