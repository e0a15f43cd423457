"""Which addresses a link from a stranger may lead to, and a transport for httpx that connects to no other.

A name is resolved here, all its addresses are checked, and the connection is made to one that was checked: a name that
means another machine a moment later (DNS rebinding) gains nothing by it. Redirects are requests of their own, and so
are checked as the first was. Connections are direct, since a proxy would resolve the name once more. Knows nothing of
what is fetched.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from index.records import RefusedError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]  # (name, port) to addresses, as socket.getaddrinfo finds them

_TRIED = 4  # addresses of one name
_PORTS = {"http": 80, "https": 443}
# IANA's special-purpose registry, and what is public by its number alone: the virtual host of Azure's metadata.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_PUBLIC_6 = IPv6Network("2000::/3")  # all that is global unicast; the rest is loopback, local, multicast, reserved
_NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))  # Teredo is in the first
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet's. An IPv6 form that carries an IPv4 address counts as that."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_4)
    carried = _carried(address)
    if carried is not None:
        return is_public(carried)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to this one go to: mapped, 6to4, NAT64."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def resolve(name: str, port: int) -> list[str]:
    """The addresses of a name, best first. Raises OSError or UnicodeError when it has none."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedTransport(httpx.BaseTransport):
    """Sends requests to public addresses alone, and to those within `allow`. Raises RefusedError for all others."""

    def __init__(self, allow: Sequence[Network] = (), resolve: Resolve = resolve) -> None:
        self._allow = tuple(allow)
        self._resolve = resolve
        # No connection is kept: the pool knows them by address, and two names at one address need one each.
        self._inner = httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Connect to an address of the request's host; the name itself goes into Host and the TLS handshake."""
        host = request.url.raw_host.decode("ascii")
        addresses = self._checked(host, request.url.port or _PORTS.get(request.url.scheme, 0), request)
        for address in addresses[:-1]:
            try:
                return self._send(request, host, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._send(request, host, addresses[-1])

    def _checked(self, host: str, port: int, request: httpx.Request) -> list[Address]:
        try:
            found = [ip_address(text) for text in self._resolve(host, port)]
        except (OSError, ValueError):  # of which UnicodeError is one
            found = []
        if not found:
            raise httpx.ConnectError("the name has no address", request=request)
        # All of them: a name that is public in part is made to get past a check.
        if not all(self._may(address) for address in found):
            raise RefusedError("not fetched: its address is not one of the public internet's")
        return found[:_TRIED]

    def _may(self, address: Address) -> bool:
        return is_public(address) or any(address in network for network in self._allow)

    def _send(self, request: httpx.Request, host: str, address: Address) -> httpx.Response:
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host=str(address)),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
        )

    def close(self) -> None:
        self._inner.close()
