"""Addresses on the web: which may be asked, which machines they name, and how they are shown without their secrets."""

import ipaddress
import re
import socket
import threading

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
_TUNNELS = (ipaddress.ip_network("2001::/32"), ipaddress.ip_network("2002::/16"))
_OF_PROTOCOLS = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("192.88.99.0/24"))
_ISATAP = (0x00005EFE, 0x02005EFE)
_KEYS = r"(?i:[^&=\s]*(?:key|token|secret|passw|pwd|sig|auth|credential)[^&=\s]*)"
_HIDDEN = "•••"


class AddressError(Exception):
    """A name that no machine has; the text is one clause: what was expected, and got."""


class PrivateAddressError(Exception):
    """A machine inside a private network; the text is one line."""


def shown(text: str) -> str:
    """The text with the user, the password and the keys of every address in it struck out, also of malformed ones."""
    text = re.sub(r"(?P<scheme>[\w+.-]*:?//)(?P<rest>[^\s\"'<>]*)", _without_user, text)
    return re.sub(rf"(?<=[?&;])({_KEYS})=[^&#\s\"'<>]*", rf"\1={_HIDDEN}", text)


def _without_user(match: re.Match[str]) -> str:
    scheme, rest = match["scheme"], match["rest"]
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    if "@" in authority:
        return f"{scheme}{_HIDDEN}@{authority.rpartition('@')[2]}{rest[len(authority) :]}"
    host, colon, port = authority.rpartition(":")
    is_host = not colon or (port.isdecimal() and (("." in host) or host in {"localhost"})) or host.startswith("[")
    if "@" in rest and not is_host:  # a password with a slash in it, say
        return f"{scheme}{_HIDDEN}@{rest.rpartition('@')[2]}"
    return match[0]


def machines(host: str, port: int, seconds: float, *, allow_private: bool) -> list[str]:
    """The addresses of the machines that a name stands for, looked up once, in the order to try them.

    Raises:
        AddressError: the name is not known.
        PrivateAddressError: one of the machines is not public.
        TimeoutError: nobody answered in time.
    """
    found: list[str] | OSError = []

    def look() -> None:
        nonlocal found
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except (OSError, UnicodeError) as error:
            found = error if isinstance(error, OSError) else OSError(str(error))

    # The system's look-up knows no deadline: it is left alone when it takes too long.
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(seconds)
    if looking.is_alive():
        raise TimeoutError
    if isinstance(found, OSError) or not found:
        raise AddressError("expected a known host, got none. Check the name and the network; try again later")
    for address in found:
        if not allow_private and not is_public(address):
            raise PrivateAddressError(
                f"{host}: expected a public address, got {address}. Set CUADRA_ALLOW_PRIVATE if that server is yours."
            )
    return found


def is_public(text: str) -> bool:
    """Whether this is the address of one machine that anybody can reach, also within an address of another form."""
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if address in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        is_tunnel = any(address in network for network in _TUNNELS) or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
        if address not in _UNICAST or is_tunnel or address.scope_id:
            return False
    is_of_protocols = any(address in network for network in _OF_PROTOCOLS)
    return address.is_global and not (address.is_multicast or address.is_reserved or is_of_protocols)
