"""A seller's address leads out to a public server, or it is refused; and it is pinned when used."""

import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from socket import create_server
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications.actions.webhooks import add_endpoint
from notifications.models import Endpoint
from notifications.webhooks.addresses import (
    NOT_PUBLIC,
    OURS,
    AddressRefused,
    Target,
    resolve,
    target_of,
)
from notifications.webhooks.post import post

HOSTILE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",  # 127.0.0.1 as one number
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://0/",
    "https://localhost/",
    "https://localhost./",
    "https://LOCALHOST/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",  # IPv4-compatible
    "https://[64:ff9b::7f00:1]/",  # NAT64 of 127.0.0.1
    "https://[64:ff9b::a9fe:a9fe]/",  # NAT64 of the metadata address
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",  # 6to4
    "https://[2001:0:7f00:1::]/",  # Teredo
    "https://[fe80::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://100.64.0.1/",  # carrier-grade NAT
    "https://100.100.100.200/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://203.0.113.7/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
]
MALFORMED = [
    "http://93.184.216.34/",
    "ftp://93.184.216.34/",
    "javascript:alert(1)",
    "//93.184.216.34/",
    "93.184.216.34",
    "https://",
    "https:///path",
    "https://user@93.184.216.34/",
    "https://user:secret@93.184.216.34/",
    "https://93.184.216.34@127.0.0.1/",
    "https://93.184.216.34\\@127.0.0.1/",
    "https://127.0.0.1#@93.184.216.34:99999/",
    "https://93.184.216.34:80/",
    "https://93.184.216.34:22/",
    "https://93.184.216.34:8080/",
    "https://93.184.216.34:99999/",
    "https://93.184.216.34:x/",
    "https://93.184.216.34/a b",
    "https://93.184.216.34/\r\nX-Header: 1",
    "https://exämple.com/",
    "https://１２７.0.0.1/",
    "https://[fe80::1%25eth0]/",
    "https://93.184.216.34/" + "a" * 500,
    "https://exa mple.com/",
    "https://-example.com/",
]


@pytest.fixture(autouse=True)
def _strict(settings):
    """As in production."""
    settings.WEBHOOK_ALLOW_LOCAL = False
    settings.SITE_URL = "https://portal.example"
    settings.ALLOWED_HOSTS = ["portal.example", ".portal.example.org"]


def checked(url):
    return resolve(target_of(url), seconds=5)


@pytest.mark.parametrize("url", HOSTILE)
def test_what_leads_inside_is_refused(url):
    with pytest.raises(AddressRefused) as refusal:
        checked(url)
    assert str(refusal.value) == NOT_PUBLIC
    assert post(url, b"{}", {}, seconds=5).problem == NOT_PUBLIC


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(AddressRefused):
        target_of(url)


@pytest.mark.parametrize("host", ["portal.example", "PORTAL.example.", "portal.example.org"])
def test_our_own_host_is_refused(host):
    with pytest.raises(AddressRefused) as refusal:
        target_of(f"https://{host}/api/v1/orders/")
    assert str(refusal.value) == OURS


def test_a_public_address_is_taken_as_it_is():
    assert checked("https://93.184.216.34/") == "93.184.216.34"
    assert checked("https://93.184.216.34:8443/in?a=1") == "93.184.216.34"
    assert checked("https://[2606:2800:220:1::1]/") == "2606:2800:220:1::1"
    target = target_of("https://Shop.example:8443/in?a=1")
    assert target == Target(True, "shop.example", 8443, "/in?a=1")
    assert target.host_header == "shop.example:8443"
    assert target_of("https://[2606:2800:220:1::1]/").host_header == "[2606:2800:220:1::1]"


def test_a_name_that_nobody_knows_says_the_same_as_one_inside():
    with pytest.raises(AddressRefused) as refusal:
        checked("https://nobody.invalid/")
    assert str(refusal.value) == NOT_PUBLIC


@pytest.mark.django_db
def test_a_refused_address_is_not_saved(ada):
    with pytest.raises(AddressRefused):
        add_endpoint(
            ada.seller, url="https://169.254.169.254/", description="", kinds=[], actor=ada.owner
        )
    assert Endpoint.objects.count() == 0


def test_in_development_this_machine_may_be_called_but_not_ourselves(settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert checked("http://127.0.0.1:9000/") == "127.0.0.1"
    with pytest.raises(AddressRefused):
        checked("http://127.0.0.1:8000/")
    with pytest.raises(AddressRefused):
        checked("http://169.254.169.254/")


def test_a_certificate_must_be_valid(settings, tmp_path, certificate):
    settings.WEBHOOK_ALLOW_LOCAL = True
    settings.SITE_URL = "http://127.0.0.1:8000"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with closing(create_server(("127.0.0.1", 0))) as server:

        def shake_hands():
            line, _ = server.accept()
            try:
                context.wrap_socket(line, server_side=True).close()
            except OSError:
                line.close()

        thread = Thread(target=shake_hands, daemon=True)
        thread.start()
        answer = post(f"https://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, seconds=10)
        thread.join(10)
    assert answer.problem == "The certificate of this address is not valid."


@pytest.fixture
def certificate(tmp_path):
    """A certificate that nobody has signed but itself, with its key, in one file."""
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
