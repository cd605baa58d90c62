"""An order for Apple Wallet: what its package contains, and the package, signed by the operator.

Wallet is not told of changes, so nothing in it is promised: it says how things were, and when.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7
from django.conf import settings

from fulfillment.tracking.page.parcels import Parcel, items, parcels
from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.queries import Box, Tracked
from fulfillment.tracking.wording import day_in
from orders.states import OrderStatus, PackageStatus

MEDIA_TYPE = "application/vnd.apple.order"
Files = Mapping[str, bytes]
# Statuses of Wallet; any other one is an issue, whose words say what it is.
STATUSES: dict[str, str] = {
    PackageStatus.PACKED: "processing",
    PackageStatus.LABELLED: "processing",
    PackageStatus.HANDED_OVER: "onTheWay",
    PackageStatus.IN_TRANSIT: "onTheWay",
    PackageStatus.OUT_FOR_DELIVERY: "outForDelivery",
    PackageStatus.AT_PICKUP_POINT: "shipped",
    PackageStatus.DELIVERED: "delivered",
}


def is_on() -> bool:
    """Whether the operator has set up Wallet orders."""
    return bool(settings.WALLET_ORDER_TYPE)


def contents(
    tracked: Tracked, now: datetime, *, placed_at: datetime, page: str, language: str
) -> Files:
    """The files of the package without its signature: the order, and the manifest with hashes.

    `page`: the address of its tracking page. It has no more than that shows to whoever has the
    link: nobody's name or address, no price, and of a gift no goods.
    """
    order = _order(Scene(tracked, now, language), placed_at, page)
    files = {"order.json": json.dumps(order, ensure_ascii=False).encode()}
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    return files | {"manifest.json": json.dumps(hashes).encode()}


def package(files: Files) -> bytes:
    """The package to give away: the files with the signature of their manifest, compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, "signature": _signature(files["manifest.json"])}.items():
            archive.writestr(name, content)
    return out.getvalue()


def _order(scene: Scene, placed_at: datetime, page: str) -> dict[str, Any]:
    tracked = scene.tracked
    order, seller = tracked.order, tracked.order.seller
    local = scene.local(scene.now)  # not "today": it is read on another day, too
    day = day_in(scene.language, local.date())
    now = scene.words.moment.format(day=day, hour=scene.voice.hour(local))
    return {
        "schemaVersion": 1,
        "orderTypeIdentifier": settings.WALLET_ORDER_TYPE,
        "orderIdentifier": str(order.pk),
        "orderType": "ecommerce",
        "orderNumber": order.number,
        "createdAt": placed_at.isoformat(),
        "updatedAt": scene.now.isoformat(),
        "changeNotifications": "disabled",
        "status": _status(tracked),
        "statusDescription": scene.voice.say(scene.words.as_of, time=now),
        "orderManagementURL": page,
        "merchant": {
            "merchantIdentifier": str(seller.pk),
            "displayName": seller.name,
            "url": settings.SITE_URL,
        },
        "lineItems": _line_items(scene, {line.id: line.wanted for line in tracked.lines}),
        "fulfillments": [
            _fulfillment(scene, box, shown, page)
            for box, shown in zip(tracked.boxes, parcels(scene), strict=False)
        ],
    }


def _status(tracked: Tracked) -> str:
    if tracked.order.status == OrderStatus.CANCELLED:
        return "cancelled"
    is_delivered = bool(tracked.boxes) and tracked.is_done
    return "completed" if is_delivered else "open"


def _fulfillment(scene: Scene, box: Box, shown: Parcel, page: str) -> dict[str, Any]:
    found = {
        "fulfillmentIdentifier": str(box.id),
        "fulfillmentType": "shipping",
        "status": STATUSES.get(box.status, "issue"),
        "statusDescription": shown.state,
        "lineItems": _line_items(scene, {part.line_id: part.quantity for part in box.parts}),
        "trackingURL": page,
        "carrier": shown.carrier,
        "trackingNumber": box.tracking_number,
        "deliveredAt": box.delivered_at.isoformat() if box.delivered_at else "",
    }
    return {name: value for name, value in found.items() if value}


def _line_items(scene: Scene, units: dict[Any, int]) -> list[dict[str, Any]]:
    listed = {line_id: number for line_id, number in units.items() if number}
    return [
        {"title": item.title, "quantity": item.quantity}
        for item in items(scene, listed)
        if item.title
    ]


def _signature(manifest: bytes) -> bytes:
    """The detached signature of a manifest, with the operator's certificate."""
    certificate, key, chain = _signer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
    builder = builder.add_signer(certificate, key, SHA256())
    for link in chain:
        builder = builder.add_certificate(link)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(Encoding.DER, options)


@cache
def _signer() -> tuple[
    x509.Certificate, RSAPrivateKey | EllipticCurvePrivateKey, list[x509.Certificate]
]:
    """(the operator's certificate, its key, the certificates above it), of the one PEM file."""
    pem = Path(settings.WALLET_CERTIFICATE).read_bytes()
    certificate, *chain = x509.load_pem_x509_certificates(pem)
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise TypeError("WALLET_CERTIFICATE: expected a key of RSA or of an elliptic curve.")
    return certificate, key, chain
