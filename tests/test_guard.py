"""Links that others give: which addresses they may lead to, at every step, and what a server may do to a fetch."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import fetch as fetching
from index.fetch import AnsweredError, Validators, fetch, guarded_fetch, poll
from index.guard import GuardedTransport, is_public
from index.records import RefusedError
from tests.site import HERE, Page, Site, _Handler, _Server, serving

ALLOWED = tuple(map(ip_network, HERE))
here = partial(guarded_fetch, allow=ALLOWED)
PRIVATE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:c0a8:1::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1",
    "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
]  # fmt: skip


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as started:
        yield started


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(address=st.ip_addresses(v=4))
def test_an_ipv4_address_counts_alike_in_every_form(address: IPv4Address) -> None:
    number = int(address)
    forms = (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    assert {is_public(IPv6Address(form)) for form in forms} == {is_public(address)}
    assert not is_public(address) or (address.is_global and not address.is_multicast)


@given(address=st.ip_addresses(v=6))
def test_what_is_public_is_global(address: IPv6Address) -> None:
    if is_public(address) and address.ipv4_mapped is None:
        assert address in ip_network("2000::/3") or address in ip_network("64:ff9b::/96")
        assert not address.is_private
        assert not address.is_multicast


def test_this_machine_is_refused_unless_allowed(site: Site) -> None:
    site.put("/a", "a")
    assert (fetch(f"{site.url}/a").body, here(f"{site.url}/a").body) == (b"a", b"a")
    port = site.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "[::1]"):
        with pytest.raises(RefusedError, match="not one of the public internet's"):
            guarded_fetch(f"http://{host}:{port}/a")
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://2130706434/",
     "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://[fd00::1]/", "//192.168.1.1/admin"],
)  # fmt: skip
def test_a_redirect_to_a_private_address_is_refused(site: Site, target: str) -> None:
    site.pages["/"] = Page(status=302, headers={"Location": "/next"})
    site.pages["/next"] = Page(status=307, headers={"Location": target})
    with pytest.raises(RefusedError, match="not one of the public internet's"):
        here(f"{site.url}/")
    assert site.paths == ["/", "/next"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://a b/", "http://[/"])
def test_a_redirect_to_elsewhere_is_refused(site: Site, target: str) -> None:
    site.pages["/"] = Page(status=302, headers={"Location": target})
    with pytest.raises(RefusedError, match="cannot be fetched"):
        here(f"{site.url}/")


def get(transport: GuardedTransport, url: str, **options: bool) -> httpx.Response:
    with httpx.Client(transport=transport, **options) as client:  # type: ignore[arg-type]
        return client.get(url)


def test_the_address_that_was_checked_is_the_one_connected_to(site: Site) -> None:
    """The name exists nowhere, and means another machine when it is asked for again."""
    site.put("/a", "a")
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    transport = GuardedTransport(ALLOWED, lambda name, port: next(answers))
    port = site.url.rpartition(":")[2]
    found = get(transport, f"http://news.example:{port}/a")
    assert (found.text, str(found.url)) == ("a", f"http://news.example:{port}/a")
    assert site.asked[0][1]["host"] == f"news.example:{port}"
    with pytest.raises(RefusedError, match="public"):
        get(transport, f"http://news.example:{port}/a")


def test_a_name_with_one_private_address_is_refused(site: Site) -> None:
    with pytest.raises(RefusedError, match="public"):
        get(GuardedTransport(ALLOWED, lambda name, port: ["127.0.0.1", "10.0.0.1"]), site.url)
    assert site.asked == []


def test_the_next_address_is_tried_where_the_first_does_not_answer(site: Site) -> None:
    allowed = (*ALLOWED, ip_network("::1/128"))
    found = get(GuardedTransport(allowed, lambda name, port: ["::1", "127.0.0.1"]), site.url + "/nothing")
    assert found.status_code == 404


@pytest.mark.parametrize("found", [[], OSError("no such name"), UnicodeError("label too long")])
def test_a_name_without_an_address(found: list[str] | Exception) -> None:
    def resolve(name: str, port: int) -> list[str]:
        if isinstance(found, Exception):
            raise found
        return found

    with pytest.raises(httpx.ConnectError):
        get(GuardedTransport((), resolve), "https://news.example/")


def test_the_certificate_is_asked_for_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=news.example",
         "-addext", "subjectAltName=DNS:news.example", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names: list[str | None] = []
    context.sni_callback = lambda _, name, __: names.append(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    site = Site("", {"/": Page(b"safe")})
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site})) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        port = server.server_address[1]
        transport = GuardedTransport(ALLOWED, lambda name, port: ["127.0.0.1"])
        assert get(transport, f"https://news.example:{port}/").text == "safe"
        other = GuardedTransport(ALLOWED, lambda name, port: ["127.0.0.1"])
        with pytest.raises(httpx.ConnectError, match="certificate"):
            get(other, f"https://other.example:{port}/")
        server.shutdown()
        thread.join()
    assert names == ["news.example", "other.example"]


def test_no_proxy_is_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("/a", "a")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert here(f"{site.url}/a").body == b"a"


def test_only_what_is_new_is_sent(site: Site) -> None:
    site.put("/feed", "one", ETag='"1"', Last_Modified="Wed, 04 May 2022 10:00:00 GMT")
    first = poll(f"{site.url}/feed", allow=ALLOWED)
    assert first.page is not None
    assert first.validators == Validators('"1"', "Wed, 04 May 2022 10:00:00 GMT")
    assert poll(f"{site.url}/feed", first.validators, allow=ALLOWED).page is None
    sent = site.asked[-1][1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"1"', "Wed, 04 May 2022 10:00:00 GMT")
    site.put("/feed", "two", ETag='"2"')
    again = poll(f"{site.url}/feed", first.validators, allow=ALLOWED)
    assert (again.page and again.page.body, again.validators) == (b"two", Validators('"2"'))


def test_validators_that_cannot_be_sent_back_are_none(site: Site) -> None:
    site.put("/feed", "one", ETag='"\xe9"', Last_Modified="x" * 5000)
    assert poll(f"{site.url}/feed", allow=ALLOWED).validators == Validators()


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [("120", 120, 120), (timedelta(days=1), 80_000, 86_401), ("-5", None, None),
     (format_datetime(datetime(2001, 1, 1)), 0, 0), ("soon", None, None), ("", None, None)],
)  # fmt: skip
def test_a_server_says_when_to_come_back(
    site: Site, value: str | timedelta, least: float | None, most: float | None
) -> None:
    # A moment from now is made here: in the test's name it would differ between the processes that share the suite.
    header = value if isinstance(value, str) else format_datetime(datetime.now(UTC) + value)
    site.pages["/"] = Page(status=503, headers={"Retry-After": header})
    with pytest.raises(AnsweredError, match="the server answered 503") as raised:
        here(f"{site.url}/")
    after = raised.value.retry_after
    assert after is None if least is None or most is None else after is not None and least <= after <= most


def test_304_to_an_unconditional_request_is_no_page(site: Site) -> None:
    site.pages["/"] = Page(status=304)
    with pytest.raises(AnsweredError):
        here(f"{site.url}/")


def test_endless_and_slow_answers_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(fetching, "MOST_SECONDS", 1.0)
    site.pages["/endless"] = Page(b"x" * 10_000, endless=True)
    site.pages["/slow"] = Page(b"x", drip=0.05, endless=True)
    site.pages["/moved"] = Page(b"x" * 10_000, status=302, headers={"Location": "/a"}, endless=True)
    site.put("/a", "a")
    with pytest.raises(RefusedError, match="too large: over 1 MB"):
        here(f"{site.url}/endless")
    with pytest.raises(RefusedError, match="takes more than 1 seconds"):
        here(f"{site.url}/slow")
    assert here(f"{site.url}/moved").body == b"a"
