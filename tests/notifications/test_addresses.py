"""Addresses from outside: where we connect to, and where we never do."""

import datetime
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.channels.addresses import AddressRefused, connected, target_of


@pytest.mark.parametrize(
    "url",
    [
        "", "push.example", "http://push.example/x", "file:///etc/passwd", "https://",
        "https:///x", "https://a:b@push.example/x", "https://push.example:22/x",
        "https://push.example:x/", "https://push.example/a b", "https://push.example/\r\nX: y",
        "https://push.example/ü", "https://push.example\\@10.0.0.1/", "https://[::1/x",
        "https://push.example/" + "x" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_service_is_refused(url):
    with pytest.raises(AddressRefused):
        target_of(url)


def test_an_address_is_taken_apart():
    target = target_of("https://push.example/wpush/v2/abc?x=1#y")
    assert target == ("https", "push.example", 443, "/wpush/v2/abc?x=1")
    assert target.origin == "https://push.example"
    assert target_of("https://Push.Example:8443").origin == "https://push.example:8443"
    assert target_of("https://[2606:4700::1]/x").origin == "https://[2606:4700::1]"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "10.1.2.3", "172.16.0.1",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1", "[::1]", "[::]",
        "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]",
        "[fe80::1]", "[fd00::1]", "[ff02::1]",
    ],
)  # fmt: skip
def test_the_inside_is_never_reached(host):
    with pytest.raises((AddressRefused, OSError)) as raised:
        connected(target_of(f"https://{host}/x"), seconds=2)
    if not isinstance(raised.value, AddressRefused):
        assert "No such host" in str(raised.value)


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """A function: a TLS server for this name, trusted by this process; its port."""
    key = ec.generate_private_key(ec.SECP256R1())

    def serve(name):
        today = datetime.datetime.now(datetime.UTC)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key(), 1)
            .not_valid_before(today - datetime.timedelta(days=1))
            .not_valid_after(today + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = tmp_path / "server.pem"
        plain = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        pem.write_bytes(certificate.public_bytes(plain[0]) + key.private_bytes(*plain))
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=_answer, args=[server, context], daemon=True).start()
        return server.getsockname()[1]

    return serve


def _answer(server, context):
    line, _ = server.accept()
    try:
        with context.wrap_socket(line, server_side=True) as secured:
            secured.recv(65536)
            secured.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
    except OSError:  # the caller did not like the certificate
        line.close()


def test_the_certificate_is_of_the_name_and_not_of_the_address(authority, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    port = authority("localhost")
    connection = connected(target_of(f"https://localhost:{port}/x"), seconds=5)
    connection.request("POST", "/x")
    assert connection.getresponse().status == 201
    connection.close()


def test_a_certificate_of_another_name_is_refused(authority, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    port = authority("push.example")
    with pytest.raises(ssl.SSLCertVerificationError):
        connected(target_of(f"https://localhost:{port}/x"), seconds=5)


def test_a_handshake_that_never_ends_is_cut_off(settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        with pytest.raises(OSError):
            connected(target_of(f"https://127.0.0.1:{server.getsockname()[1]}/"), seconds=1)
        assert 0.9 < time.monotonic() - began < 1.6
