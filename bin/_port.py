"""`_port.py` prints a free port; `_port.py HOST PORT` says why ITMS cannot listen there, or nothing."""

import errno
import socket
import sys


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def trouble(host: str, port: str) -> str | None:
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        return f"PORT is {port!r}. Write a number from 1 to 65535."
    try:
        family, _, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(address)
            server.listen(1)
    except socket.gaierror:
        return f"HOST is {host!r}, which is no address of this machine."
    except PermissionError:
        return f"PORT is {port}, and only root may listen there. Choose one above 1023: PORT=8001 bin/run"
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = int(port) + 1 if int(port) < 65535 else 8000
            return f"PORT {port} is in use on {host}. Choose another one: PORT={other} bin/run"
        return f"ITMS cannot listen on HOST {host}, PORT {port}: {error.strerror}."
    return None


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(free_port())
    elif message := trouble(sys.argv[1], sys.argv[2]):
        sys.exit(message)
