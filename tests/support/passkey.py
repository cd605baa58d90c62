"""A passkey in software: what browser and security key do, with a real signature."""

import hashlib
import json
import re
import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

OPTIONS = re.compile(r'<script id="js_data" type="application/json">(.*?)</script>', re.DOTALL)
FLAG = AuthenticatorData.FLAG


def options_in(page):
    """The options that a page of ours hands to the browser."""
    return json.loads(OPTIONS.search(page)[1])


class Passkey:
    """One key at one site; it answers as `origin` says, whatever that is."""

    def __init__(self, origin):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user = b""
        self.counter = 0

    def made(self, options):
        """The answer to navigator.credentials.create()."""
        asked = options["creation_options"]["publicKey"]
        self.user = websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = self._data(asked["rp"]["id"], credential)
        return self._credential(
            {
                "clientDataJSON": self._client("webauthn.create", asked),
                "attestationObject": AttestationObject.create("none", data, {}),
            },
            {"credProps": {"rk": True}},
        )

    def used(self, options):
        """The answer to navigator.credentials.get()."""
        asked = options["request_options"]["publicKey"]
        client, data = self._client("webauthn.get", asked), self._data(asked["rpId"])
        signed = bytes(data) + hashlib.sha256(client).digest()
        return self._credential(
            {
                "clientDataJSON": client,
                "authenticatorData": data,
                "signature": self.key.sign(signed, ec.ECDSA(SHA256())),
                "userHandle": self.user,
            },
            {},
        )

    def _client(self, kind, asked):
        challenge = websafe_decode(asked["challenge"])
        return CollectedClientData.create(type=kind, challenge=challenge, origin=self.origin)

    def _data(self, site, credential=b""):
        self.counter += 1
        flags = FLAG.UP | FLAG.UV | (FLAG.AT if credential else FLAG(0))
        return AuthenticatorData.create(
            hashlib.sha256(site.encode()).digest(), flags, self.counter, credential
        )

    def _credential(self, response, extensions):
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "response": {name: websafe_encode(part) for name, part in response.items()},
                "clientExtensionResults": extensions,
            }
        )
