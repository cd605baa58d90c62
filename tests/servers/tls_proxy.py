"""A proxy on loopback that speaks TLS with a certificate of its own, as nginx or Caddy would."""

import http.client
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fulfillment.demo.peers.web import serve_in_thread

NOT_FORWARDED = {"connection", "transfer-encoding", "x-forwarded-proto", "x-forwarded-for"}


class TlsProxy:
    """Hands every request to a web server on loopback; `certificate` is what clients trust."""

    def __init__(self, folder: Path, port: int) -> None:
        self.certificate = folder / "proxy.pem"
        self.certificate.write_bytes(certificate())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        handler = type("Handler", (_Handler,), {"upstream": port})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        serve_in_thread(self._server, "peer")

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    upstream = 0

    def _forward(self) -> None:
        kept = {
            name: text for name, text in self.headers.items() if name.lower() not in NOT_FORWARDED
        }
        told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.client_address[0]}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=30)
        try:
            line.request(self.command, self.path, body, kept | told)
        except ConnectionRefusedError:
            self.send_error(HTTPStatus.BAD_GATEWAY)
            return
        answer = line.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, text in answer.getheaders():
            if name.lower() not in {"connection", "transfer-encoding", "content-length", "server"}:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        line.close()

    do_GET = do_POST = _forward

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def certificate() -> bytes:
    """Key and self-signed certificate of 127.0.0.1, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.example")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
