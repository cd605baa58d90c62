"""A delivery report of any provider, in one format."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from notifications.channels.base import one_line
from notifications.models import Receipt

ReportKind = Receipt.Kind


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report about one message.

    `key`: Message.key where the provider returns it; else `provider_id` identifies the message.
    `report_id` is equal for repeats of a report; by default a hash of its content.
    """

    channel: str
    provider: str
    kind: ReportKind
    at: datetime
    provider_id: str = ""
    key: str = ""
    detail: str = ""
    report_id: str = field(default="")

    def as_row(self) -> Receipt:
        told = "|".join((self.provider_id, self.key, self.kind, self.at.isoformat(), self.detail))
        digest = hashlib.sha256(told.encode(errors="replace")).hexdigest()
        return Receipt(
            channel=self.channel,
            provider=self.provider,
            report_id=one_line(self.report_id)[:200] or digest,
            provider_id=one_line(self.provider_id)[:200],
            key=one_line(self.key)[:200],
            kind=self.kind,
            detail=one_line(self.detail)[:300],
            at=self.at,
        )
