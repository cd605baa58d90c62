"""A carrier for tests, written as one for a real carrier would be: it asks over HTTP."""

import base64
import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from orders.carriers.base import Label, LabelFile, Parcel, Refused, Unanswered
from orders.states import PackageStatus


class PeerCarrier:
    """Asks `fulfillment.demo.peers.CarrierPeer`; its docstring is the protocol."""

    name = "Peer Express"
    words: Mapping[str, PackageStatus] = {
        "moving": PackageStatus.IN_TRANSIT,
        "there": PackageStatus.DELIVERED,
    }

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc

    def label(self, parcel: Parcel, *, seconds: float) -> Label:
        to = parcel.receiver
        fields = {
            "key": parcel.key,
            "box": parcel.number,
            "weight_grams": parcel.weight_grams,
            "name": to.name,
            "street": to.street,
            "postcode": to.postcode,
            "city": to.city,
            "country": to.country,
        }
        answer = self._ask("POST", "/labels", fields, seconds)
        drawn = LabelFile(base64.b64decode(answer["file"]), answer["media_type"])
        return Label(parcel.key, answer["number"], drawn)

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
