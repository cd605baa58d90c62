"""An address that a stranger names leads to a public server, or it is refused; and it is pinned."""

import datetime
import socket
import ssl
import threading
import time
from contextlib import ExitStack, closing
from http.client import NotConnected

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.channels.push import push_service_of
from notifications.models import Endpoint
from notifications.webhooks.endpoints import add_endpoint
from notifications.webhooks.post import post
from orders.outside.ssrf_guard import (
    NOT_PUBLIC,
    OWN_SITE,
    NameUnknown,
    Target,
    UrlRefused,
    connect,
    resolve,
    target_of,
    tls,
)
from orders.outside.untrusted_http import post_once

HOSTILE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",  # 127.0.0.1 as one number
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://0.0.0.1/",
    "https://0/",
    "https://localhost/",
    "https://localhost./",
    "https://LOCALHOST/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::127.0.0.1]/",  # IPv4-compatible
    "https://[::ffff:0:7f00:1]/",  # IPv4-translated (SIIT)
    "https://[::ffff:0:a9fe:a9fe]/",
    "https://[::ffff:93.184.216.34]/",  # a public address, but spelt to deceive
    "https://[100::1]/",  # discarded
    "https://[5f00::1]/",  # segment routing
    "https://[4000::1]/",  # nobody's yet
    "https://[64:ff9b::7f00:1]/",  # NAT64 of 127.0.0.1
    "https://[64:ff9b::a9fe:a9fe]/",  # NAT64 of the metadata address
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",  # 6to4
    "https://[2001:0:7f00:1::]/",  # Teredo
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://100.64.0.1/",  # carrier-grade NAT
    "https://100.100.100.200/",
    "https://10.0.0.1/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://203.0.113.7/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
]
NO_ADDRESS = "Enter a valid URL."
NO_HTTPS = "The URL must start with https://."
NO_USER = "The URL must not contain a user name, password or #."
NO_PORT = "The port must be 443 or 8443."
NO_TEXT = 'Enter a URL of at most 500 ASCII characters, without spaces and " < > ^ ` { | }.'
MALFORMED = [
    ("", NO_HTTPS),
    ("http://93.184.216.34/", NO_HTTPS),
    ("http://push.example/x", NO_HTTPS),
    ("ftp://93.184.216.34/", NO_HTTPS),
    ("file:///etc/passwd", NO_HTTPS),
    ("javascript:alert(1)", NO_HTTPS),
    ("//93.184.216.34/", NO_HTTPS),
    ("93.184.216.34", NO_HTTPS),
    ("push.example", NO_HTTPS),
    ("https://", NO_ADDRESS),
    ("https:///path", NO_ADDRESS),
    ("https://user@93.184.216.34/", NO_USER),
    ("https://user:secret@93.184.216.34/", NO_USER),
    ("https://93.184.216.34@127.0.0.1/", NO_USER),
    ("https://93.184.216.34\\@127.0.0.1/", NO_USER),
    ("https://push.example\\@10.0.0.1/", NO_USER),
    ("https://127.0.0.1#@93.184.216.34:9999/", NO_USER),
    ("https://127.0.0.1#@93.184.216.34:99999/", NO_USER),
    ("https://push.example/wpush/v2/abc?x=1#y", NO_USER),
    ("https://93.184.216.34:0/", NO_PORT),
    ("https://93.184.216.34:80/", NO_PORT),
    ("https://93.184.216.34:22/", NO_PORT),
    ("https://93.184.216.34:8080/", NO_PORT),
    ("https://93.184.216.34:99999/", NO_ADDRESS),
    ("https://93.184.216.34:x/", NO_ADDRESS),
    ("https://[::1/x", NO_ADDRESS),
    ("https://[fe80::1%25eth0]/", NO_ADDRESS),
    ("https://-example.com/", NO_ADDRESS),
    ("https://93.184.216.34/a b", NO_TEXT),
    ("https://exa mple.com/", NO_TEXT),
    ("https://93.184.216.34/\r\nX-Header: 1", NO_TEXT),
    ("https://exämple.com/", NO_TEXT),
    ("https://push.example/ü", NO_TEXT),
    ("https://１２７.0.0.1/", NO_TEXT),
    *((f"https://push.example/{sign}", NO_TEXT) for sign in ' "<>^`{|}\t\n\x7f'),
    ("https://93.184.216.34/" + "a" * 500, NO_TEXT),
]


@pytest.fixture(autouse=True)
def _strict(settings):
    """As in production."""
    settings.WEBHOOK_ALLOW_LOCAL = False
    settings.SITE_URL = "https://portal.example"
    settings.ALLOWED_HOSTS = ["portal.example", ".portal.example.org"]


@pytest.fixture
def _local(settings):
    """As in development."""
    settings.WEBHOOK_ALLOW_LOCAL = True
    settings.SITE_URL = "http://127.0.0.1:8000"


def checked(url):
    return resolve(target_of(url), seconds=5)


@pytest.mark.parametrize("url", HOSTILE)
def test_what_leads_inside_is_refused(url):
    with pytest.raises(UrlRefused) as refusal:
        checked(url)
    assert str(refusal.value) == NOT_PUBLIC
    assert post(url, b"{}", {}, seconds=5).problem == NOT_PUBLIC


@pytest.mark.parametrize(("url", "why"), MALFORMED)
def test_what_is_no_plain_https_address_is_refused(url, why):
    with pytest.raises(UrlRefused) as refusal:
        target_of(url)
    assert str(refusal.value) == why
    with pytest.raises(UrlRefused):
        push_service_of(url)


def test_how_long_an_address_may_be_depends_on_who_keeps_it():
    start = "https://fcm.googleapis.com/"
    assert target_of(start.ljust(500, "x")).host == "fcm.googleapis.com"
    with pytest.raises(UrlRefused, match="at most 500 ASCII"):
        target_of(start.ljust(501, "x"))
    assert push_service_of(start.ljust(1000, "x")).host == "fcm.googleapis.com"
    with pytest.raises(UrlRefused, match="at most 1000 ASCII"):
        push_service_of(start.ljust(1001, "x"))


@pytest.mark.parametrize("host", ["portal.example", "PORTAL.example.", "portal.example.org"])
def test_our_own_host_is_refused(host):
    with pytest.raises(UrlRefused) as refusal:
        target_of(f"https://{host}/api/v1/orders/")
    assert str(refusal.value) == OWN_SITE


def test_a_public_address_is_taken_as_it_is():
    assert checked("https://93.184.216.34/") == ["93.184.216.34"]
    assert checked("https://93.184.216.34:8443/in?a=1") == ["93.184.216.34"]
    assert checked("https://[2606:2800:220:1::1]/") == ["2606:2800:220:1::1"]


def test_an_address_is_taken_apart():
    target = target_of("https://Shop.example:8443/in?a=1")
    assert target == Target(True, "shop.example", 8443, "/in?a=1")
    assert target.host_header == "shop.example:8443"
    assert target.origin == "https://shop.example:8443"
    target = target_of("https://push.example/wpush/v2/abc?x=1")
    assert target == Target(True, "push.example", 443, "/wpush/v2/abc?x=1")
    assert target.origin == "https://push.example"
    target = target_of("https://[2606:2800:220:1::1]")
    assert target == Target(True, "2606:2800:220:1::1", 443, "/")
    assert target.host_header == "[2606:2800:220:1::1]"
    assert target.origin == "https://[2606:2800:220:1::1]"


def test_a_name_that_nobody_knows_says_the_same_as_one_inside():
    with pytest.raises(NameUnknown) as refusal:
        checked("https://nobody.invalid/")
    assert str(refusal.value) == NOT_PUBLIC


@pytest.mark.parametrize("answer", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"]])
def test_a_name_with_one_address_inside_is_refused(monkeypatch, answer):
    # What the name server of a stranger answers: whatever he likes.
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in answer]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)

    with pytest.raises(UrlRefused) as refusal:
        checked("https://two-faced.example/")

    assert str(refusal.value) == NOT_PUBLIC


@pytest.mark.django_db
def test_a_refused_address_is_not_saved(ada):
    with pytest.raises(UrlRefused):
        add_endpoint(
            ada.seller, url="https://169.254.169.254/", description="", kinds=[], actor=ada.owner
        )
    assert Endpoint.objects.count() == 0


@pytest.mark.usefixtures("_local")
def test_in_development_this_machine_may_be_called_but_not_ourselves():
    assert checked("http://127.0.0.1:9000/") == ["127.0.0.1"]
    assert target_of("http://127.0.0.1:9000/").origin == "http://127.0.0.1:9000"
    with pytest.raises(UrlRefused) as refusal:
        checked("http://127.0.0.1:8000/")
    assert str(refusal.value) == OWN_SITE
    for inside in ("http://169.254.169.254/", "http://10.0.0.1/", "http://[::1]/"):
        with pytest.raises(UrlRefused) as refusal:
            checked(inside)
        assert str(refusal.value) == NOT_PUBLIC


MOST_DRIPS = 100  # ten seconds of them


@pytest.fixture
def certified(tmp_path):
    """A function: a TLS server with a certificate of this name; (its port, the certificate)."""
    key = ec.generate_private_key(ec.SECP256R1())
    with socket.create_server(("127.0.0.1", 0)) as server:

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
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            threading.Thread(target=_answer, args=[server, context], daemon=True).start()
            return server.getsockname()[1], pem

        yield serve


@pytest.fixture
def authority(certified, monkeypatch):
    """A function: a TLS server for this name, trusted by this process; its port."""

    def serve(name):
        port, pem = certified(name)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        tls.cache_clear()
        return port

    yield serve
    tls.cache_clear()


def _answer(server, context):
    line, _ = server.accept()
    try:
        with context.wrap_socket(line, server_side=True) as secured:
            heard = b""
            # What is left unread would tear the line.
            while not heard.endswith(b"{}") and (piece := secured.recv(65536)):
                heard += piece
            secured.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")
    except OSError:  # the caller did not like the certificate
        line.close()


def test_the_certificate_is_of_the_name_and_not_of_the_address(authority):
    target = Target(True, "nobody.invalid", authority("nobody.invalid"), "/x")
    ends = time.monotonic() + 5
    with closing(connect(target, ["127.0.0.1"], ends=ends)) as line:
        response, body = post_once(line, "/x", b"{}", {}, ends=ends)
        assert (response.status, body) == (201, b"ok")


def test_a_certificate_of_another_name_is_refused(authority):
    target = Target(True, "nobody.invalid", authority("push.example"), "/x")
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(target, ["127.0.0.1"], ends=time.monotonic() + 5)


@pytest.mark.usefixtures("_local")
def test_a_certificate_that_nobody_else_has_signed_is_refused(certified):
    port, _ = certified("127.0.0.1")
    answer = post(f"https://127.0.0.1:{port}/", b"{}", {}, seconds=10)
    assert answer.problem == "The TLS certificate is not valid."


def _drip(server, dripped):
    line, _ = server.accept()
    with line:
        try:
            line.sendall(b"\x16\x03\x03\x40\x00")  # the head of a record of 16 kB
            while len(dripped) < MOST_DRIPS:
                dripped.append(line.send(b"\x00"))
                time.sleep(0.1)
        except OSError:  # the caller has hung up
            pass


def test_a_handshake_that_drips_for_ever_is_cut_off():
    dripped = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = Target(True, "push.example", server.getsockname()[1], "/")
        thread = threading.Thread(target=_drip, args=(server, dripped), daemon=True)
        thread.start()
        with pytest.raises(OSError):
            connect(target, ["127.0.0.1"], ends=time.monotonic() + 1)
        thread.join()
    assert len(dripped) < MOST_DRIPS


def test_the_next_address_is_tried_and_the_line_is_never_opened_anew():
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = Target(False, "localhost", server.getsockname()[1], "/")
        line = connect(target, ["127.0.0.2", "127.0.0.1"], ends=time.monotonic() + 5)
        assert line.sock.getpeername()[0] == "127.0.0.1"
        line.close()
        with pytest.raises(NotConnected):
            line.request("GET", "/")


def test_an_address_that_says_nothing_leaves_time_for_the_next():
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as crowd:
        port = server.getsockname()[1]
        crowd.enter_context(socket.create_server(("127.0.0.2", port), backlog=0))
        for _ in range(4):  # nobody takes these in, so that the next one waits outside
            waiting = crowd.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.2", port))
        target = Target(False, "localhost", port, "/")
        line = connect(target, ["127.0.0.2", "127.0.0.1"], ends=time.monotonic() + 2)
        assert line.sock.getpeername()[0] == "127.0.0.1"
        line.close()
