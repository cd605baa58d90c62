"""What a provider says of a message that it took over, in our words."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from notifications.channels.base import one_line
from notifications.models import Receipt

ReportKind = Receipt.Kind


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says of one message, in our words.

    `key` is Message.key where the provider gave it back, else the `provider_id` has to do.
    `report_id` tells a second copy of the same report; by default a digest of what it says.
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
