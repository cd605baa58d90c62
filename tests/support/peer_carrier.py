"""A carrier for tests, written as one for a real carrier would be: it asks over HTTP."""

import base64
import http.client
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from orders.carriers.base import (
    CODE,
    LABEL,
    Label,
    LabelFile,
    Parcel,
    Refused,
    Seen,
    Unanswered,
)
from orders.states import PackageStatus


class PeerCarrier:
    """Asks `fulfillment.demo.peers.CarrierPeer`; its docstring is the protocol."""

    name = "Peer Express"
    link = "https://peer.example/parcels/{number}"
    hand_ins = (LABEL, CODE)
    words: Mapping[str, PackageStatus] = {
        "taken": PackageStatus.HANDED_OVER,
        "moving": PackageStatus.IN_TRANSIT,
        "there": PackageStatus.DELIVERED,
    }

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc

    def label(self, parcel: Parcel, *, seconds: float) -> Label:
        answer = self._ask("POST", "/labels", self._fields(parcel), seconds)
        drawn = LabelFile(base64.b64decode(answer["file"]), answer["media_type"])
        return Label(parcel.key, answer["number"], drawn)

    def return_label(self, parcel: Parcel, wants: Collection[str], *, seconds: float) -> Label:
        fields = self._fields(parcel) | {"wants": sorted(wants)}
        answer = self._ask("POST", "/labels", fields, seconds)
        content = base64.b64decode(answer["file"])
        drawn = LabelFile(content, answer["media_type"]) if content else None
        return Label(parcel.key, answer["number"], drawn, answer["code"])

    def journey(self, tracking_number: str, *, seconds: float) -> Sequence[Seen]:
        answer = self._ask("GET", f"/parcels/{tracking_number}", None, seconds)
        return [Seen(one["word"], datetime.fromisoformat(one["at"])) for one in answer["seen"]]

    def _fields(self, parcel: Parcel) -> dict[str, Any]:
        to = parcel.receiver
        return {
            "key": parcel.key,
            "box": parcel.number,
            "weight_grams": parcel.weight_grams,
            "name": to.name,
            "street": to.street,
            "postcode": to.postcode,
            "city": to.city,
            "country": to.country,
        }

    def void(self, label: Label, *, seconds: float) -> None:
        self._ask("DELETE", f"/labels/{label.key}", None, seconds)

    def recognises(self, text: str) -> bool:
        return text.startswith("PX") and len(text) == 14

    def _ask(self, method: str, path: str, fields: Any, seconds: float) -> dict[str, Any]:
        line = http.client.HTTPConnection(self.host, timeout=seconds)
        try:
            line.request(method, path, json.dumps(fields))
            answer = line.getresponse()
            body = json.loads(answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered("it did not answer.") from error
        finally:
            line.close()
        if answer.status == 422:
            raise Refused(f"it refused: {body['error']}.")
        if answer.status >= 300:
            raise Unanswered(f"it answered {answer.status}: {body['error']}.")
        return dict(body)
