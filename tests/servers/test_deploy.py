"""The files of deploy/ fit the portal: commands, ports, settings; real programs read them."""

import configparser
import re
import shlex
import shutil
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest
import requests
import yaml
from django.conf import settings

from fulfillment.serving import front
from tests.servers.production import commands, named
from tests.servers.test_settings_table import table
from tests.servers.tls_proxy import certificate
from tests.support.upstart import free_port
from tests.support.waiting import wait_until

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
# Where the portal and its web server are told to be.
HOME, PORT = "/opt/fulfillment", "8000"
# What a place adds to the commands of README.md: where to listen and to keep a file.
PLACES = {"--host", "--port", "--schedule"}
TOKEN = "secrettoken" * 3
PROGRAMS = ("web", "worker", "beat")


def read(unit):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(unit)
    return parser


def words_of(command):
    """The command without what belongs to the place: the program, then its options in order."""
    words = shlex.split(command)
    words[0] = Path(words[0]).name
    kept, skips = [], False
    for word in words:
        if not skips and word not in PLACES and not word.startswith("--pidfile"):
            kept.append(word)
        skips = word in PLACES
    return kept


@pytest.mark.parametrize(("name", "line"), list(zip(PROGRAMS, commands()[-3:], strict=True)))
def test_the_commands_are_those_of_the_readme(name, line):
    unit = read(DEPLOY / "systemd" / f"fulfillment-{name}.service")["Service"]
    assert words_of(unit["ExecStart"]) == words_of(line)
    assert unit["ExecStart"].startswith(f"{HOME}/.venv/bin/")
    assert words_of(COMPOSE["services"][name]["command"]) == words_of(line)


def test_everybody_means_the_same_port():
    web = read(DEPLOY / "systemd" / "fulfillment-web.service")["Service"]["ExecStart"]
    assert f"--host 127.0.0.1 --port {PORT}" in web
    assert f"server 127.0.0.1:{PORT};" in (DEPLOY / "nginx.conf").read_text()
    assert f"{{$PORTAL:127.0.0.1:{PORT}}}" in (DEPLOY / "Caddyfile").read_text()
    services = COMPOSE["services"]
    assert f"--port {PORT}" in services["web"]["command"]
    assert services["caddy"]["environment"]["PORTAL"] == f"web:{PORT}"
    assert set(services["web"]["expose"]) == {PORT}
    # Only the proxy is reached from outside.
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]


def test_settings_are_in_the_table_and_none_that_is_needed_is_missing():
    lines = [line for line in (DEPLOY / "env.example").read_text().splitlines() if line]
    given = {line.partition("=")[0] for line in lines if not line.startswith("#")}
    assert given - table().keys() == set()
    assert set(named()) <= given
    required = {name for name, row in table().items() if row[1] == "required"}
    assert required <= given
    for unit in UNITS:
        if unit.suffix == ".service":
            service = read(unit)["Service"]
            set_here = {pair.partition("=")[0] for pair in shlex.split(service["Environment"])}
            assert set_here <= table().keys(), unit.name
            assert service["EnvironmentFile"] == "/etc/fulfillment/env", unit.name
            assert service["User"] == "fulfillment", unit.name


def test_units_are_what_systemd_reads(tmp_path):
    for unit in UNITS:
        parser = read(unit)
        assert "Description" in parser["Unit"], unit.name
        assert parser.sections()[0] == "Unit", unit.name
        # The programs and the user of this machine stand for those of an installation.
        text = unit.read_text().replace(HOME, str(ROOT))
        text = re.sub("^(User|Group)=.*", r"\1=root", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    for unit in UNITS:
        if unit.suffix == ".service":
            program = Path(shlex.split(read(tmp_path / unit.name)["Service"]["ExecStart"])[0])
            assert (ROOT / ".venv/bin" / program.name).exists(), unit.name
    if analyze := shutil.which("systemd-analyze"):
        files = [tmp_path / unit.name for unit in UNITS]
        done = subprocess.run(
            [analyze, "verify", "--man=no", *files], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_the_image_has_every_app_and_the_locked_packages():
    lines = (DEPLOY / "Dockerfile").read_text()
    copied = {match.split()[0] for match in re.findall(r"^COPY (?!--)(.+)$", lines, re.MULTILINE)}
    assert {path for path in copied if not (ROOT / path).exists()} == set()
    assert {"fulfillment", "orders", "warehouse", "notifications", "templates"} <= copied
    assert "--require-hashes" in lines
    assert "USER fulfillment" in lines


def test_the_compose_file_names_only_what_it_has():
    services = COMPOSE["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", [])) <= services.keys(), name
        assert set(service.get("secrets", [])) <= COMPOSE["secrets"].keys(), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), source
            else:
                assert source in COMPOSE["volumes"], source
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"].endswith("successfully")


@pytest.fixture(scope="module")
def patterns():
    """What nginx makes of a path in its log: (pattern, what is written)."""
    text = (DEPLOY / "nginx.conf").read_text()
    block = re.search(r"map \$request_uri \$fulfillment_path \{(.*?)\n\}", text, re.DOTALL)[1]
    return re.findall(r'"~(\S+)" "(\S+)";', block)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (f"/track/{TOKEN}/", "/track/***/"),
        (f"/track/{TOKEN}/state.json?x={TOKEN}", "/track/***/state.json"),
        (f"/track/{TOKEN}", "/track/***"),
        (f"/accounts/login/?next=/track/{TOKEN}/", "/accounts/login/"),
        (f"/join/{TOKEN}/?x={TOKEN}", "/join/***/"),
        (f"/accounts/password/new/4711/{TOKEN}/", "/accounts/password/new/***"),
        ("/api/v1/orders/", "/api/v1/orders/"),
    ],
)
def test_no_token_is_written_by_nginx(patterns, path, written):
    for pattern, text in patterns:
        if found := re.match(pattern.replace("?<", "?P<"), path):
            for name, part in found.groupdict().items():
                text = text.replace(f"${name}", part)  # noqa: PLW2901
            break
    assert text == written


def test_no_token_is_written_by_caddy():
    text = (DEPLOY / "Caddyfile").read_text()
    pattern, to = re.search(r'request>uri regexp "(.*)" "(.*)"', text).groups()
    for path in (f"/track/{TOKEN}/", f"/join/{TOKEN}/", f"/x?next={TOKEN}"):
        assert TOKEN not in re.sub(pattern, to, path)
    assert TOKEN not in re.sub(pattern, to, f"/accounts/password/new/4711/{TOKEN}/")
    assert "request>headers delete" in text


def test_no_proxy_refuses_what_the_portal_takes():
    """The portal's refusals say what is too large or slow; of Caddy's some look like a success."""
    nginx, caddy = (DEPLOY / "nginx.conf").read_text(), (DEPLOY / "Caddyfile").read_text()
    largest = max(size for _, size in [*settings.BODY_LIMITS, ("", settings.MAX_BODY_BYTES)])
    sizes = re.findall(r"client_max_body_size (\d+)m;", nginx) + re.findall(
        r"max_size (\d+)MiB", caddy
    )
    assert [int(size) * 2**20 > largest for size in sizes] == [True, True]
    slowest = front.BODY_SECONDS + front.ONE_NETWORK_BYTES / front.SLOWEST_BYTES
    [seconds] = re.findall(r"read_body (\d+)s", caddy)
    assert int(seconds) > slowest
    for line in ("client_header_timeout 10s;", "client_body_timeout 10s;", "send_timeout 30s;"):
        assert line in nginx
    for line in ("read_header 10s", "write 2m"):
        assert line in caddy


@pytest.mark.parametrize(
    "cookies",
    [
        "sessionid=1; b=2",
        "city=Köln; sessionid=1; b=2",
        "sessionid=1; city=Köln; b=2",
        "ö=1; sessionid=1; ü=1; b=2; city=日本",
    ],
)
def test_a_cookie_of_another_site_costs_no_other(cookies):
    """The web server drops the header that is not ASCII as a whole."""
    nginx, caddy = (DEPLOY / "nginx.conf").read_text(), (DEPLOY / "Caddyfile").read_text()
    kept = cookies.encode()
    for pattern in re.findall(r'"~(.*)" "\$before\$after";', nginx):
        if found := re.match(pattern.replace("?<", "?P<").encode(), kept):
            kept = (found["before"] or b"") + (found["after"] or b"")
    assert kept.decode().rstrip("; ") == "sessionid=1; b=2"
    assert nginx.count("proxy_set_header Cookie $fulfillment_cookie;") == 1
    pattern, to = re.search(r'header_up Cookie "(.*)" "(.*)"', caddy).groups()
    assert re.sub(pattern, to, cookies).isascii()


def test_caddy_accepts_its_site():
    if not (caddy := shutil.which("caddy")):
        text = (DEPLOY / "Caddyfile").read_text()
        assert text.count("{") == text.count("}")
        return
    config = ["--config", DEPLOY / "Caddyfile", "--adapter", "caddyfile"]
    done = subprocess.run([caddy, "validate", *config], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nginx_serves_its_site_and_logs_no_token(tmp_path):
    text = (DEPLOY / "nginx.conf").read_text()
    assert text.count("{") == text.count("}")
    for block in re.findall(r"location [^{]+\{(.*?)\}", text, re.DOTALL):
        for header in ("Host $host", "X-Forwarded-Proto $scheme", "X-Forwarded-For $remote_addr"):
            assert f"proxy_set_header {header};" in block
    if not (nginx := shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")):
        return
    port = free_port()
    (tmp_path / "site.conf").write_text(on_this_machine(text, port, tmp_path))
    (tmp_path / "both.pem").write_bytes(certificate())
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log {tmp_path}/main.log;"
        f"events {{}} http {{ include {tmp_path}/site.conf; }}"
    )
    command = [nginx, "-c", tmp_path / "nginx.conf", "-p", tmp_path]
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        url = f"https://127.0.0.1:{port}/track/{TOKEN}/"
        ask = partial(status, verify=str(tmp_path / "both.pem"), headers={"Referer": url})
        wait_until(lambda: ask("GET", url) == 502)
        assert ask("GET", f"{url}state.json?{TOKEN}") == 502
        assert ask("POST", url, data=b"x" * 18_000_000) == 413
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(10)
    logs = {path.name: path.read_text() for path in tmp_path.glob("*.log")}
    assert '"GET /track/***/state.json" 502' in logs["access.log"]
    assert [name for name, written in logs.items() if TOKEN in written] == []


def on_this_machine(site, port, folder):
    """The site on one port of loopback, with files of the test, and a portal that is away."""
    site = re.sub(r"^ +listen \[::\].*\n", "", site, flags=re.MULTILINE)
    site = site.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    site = site.replace("listen 443", f"listen 127.0.0.1:{port}")
    site = site.replace(f"127.0.0.1:{PORT}", "127.0.0.1:9")
    site = re.sub(r"(ssl_certificate\S*) \S+;", rf"\1 {folder}/both.pem;", site)
    return site.replace("/var/log/nginx/fulfillment.", f"{folder}/")


def status(method, url, **options):
    try:
        return requests.request(method, url, timeout=10, **options).status_code
    except requests.ConnectionError:
        return 0
