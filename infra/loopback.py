"""HTTP on loopback: a proxy that the environment names is never meant for it."""

import urllib.error
import urllib.request

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(address: str, timeout: float) -> tuple[int, str]:
    """Status and body of an address; status 0 and the reason when nobody answers."""
    try:
        with _opener.open(address, timeout=timeout) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)
