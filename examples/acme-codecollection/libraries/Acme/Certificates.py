"""Keywords that look at TLS certificates as a client sees them.

Nothing is installed on the server: the certificate is the one that the handshake shows.
"""

import socket
import ssl
from datetime import datetime, timezone
from typing import Optional

from robot.api.deco import keyword

ROBOT_LIBRARY_VERSION = "1.2.0"

DEFAULT_TIMEOUT_SECONDS = 10


@keyword(tags=["access:read-only", "tls"])
def get_certificate_expiry(host: str, port: int = 443, server_name: Optional[str] = None) -> datetime:
    """Returns when the certificate of ``host`` runs out, in UTC.

    ``server_name`` is what the client asks for (SNI) where that is not ``host``.

    | ${expiry}= | Get Certificate Expiry | shop.acme.example |
    """
    context = ssl.create_default_context()
    with socket.create_connection((host, port), timeout=DEFAULT_TIMEOUT_SECONDS) as connection:
        with context.wrap_socket(connection, server_hostname=server_name or host) as secured:
            not_after = secured.getpeercert()["notAfter"]
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), tz=timezone.utc)


@keyword(tags=["access:read-only", "tls"])
def get_days_until_expiry(host: str, port: int = 443, *, now: Optional[datetime] = None) -> int:
    """Returns the whole days that are left before the certificate of ``host`` runs out.

    Negative where it has run out already.
    """
    moment = now or datetime.now(tz=timezone.utc)
    return (get_certificate_expiry(host, port) - moment).days


@keyword("Certificates Expiring Within")
def expiring_within(days: int, *hosts: str) -> list:
    """Returns those of ``hosts`` whose certificate runs out within ``days`` days, soonest first.

    A host may have a port: ``mail.acme.example:465``.
    """
    left = [(get_days_until_expiry(*_split_host_and_port(host)), host) for host in hosts]
    return [host for remaining, host in sorted(left) if remaining <= days]


def _split_host_and_port(address: str) -> tuple:
    host, _, port = address.partition(":")
    return host, int(port or 443)
