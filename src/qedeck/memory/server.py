"""The built site on this machine, with a review page that keeps events in the project's files.

Only this machine is served, and of it only who has the token: the address that is printed sets a
cookie, without which nothing is answered. Pages of other sites can neither read nor write, whatever
they know: the name in the request must be this server's, and the request must come from its pages.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from qedeck.errors import SourceError
from qedeck.memory.event import Event, in_order
from qedeck.memory.history import Journal, Stamp, Torn, read_history, read_lines, stamp
from qedeck.memory.parameters import read_parameters, to_record

HOST: Final = "127.0.0.1"
COOKIE: Final = "qedeck"
MOST: Final = 64 << 20
"""Bytes that one request may bring."""
LINES: Final = "application/jsonl; charset=utf-8"


class ReviewServer(ThreadingHTTPServer):
    """Serves a folder, and the events of another."""

    daemon_threads = True

    def __init__(
        self,
        site: Path,
        journal: Journal,
        port: int = 0,
        settings: dict[str, Any] | None = None,
    ) -> None:
        super().__init__((HOST, port), _Handler)
        self.site = site
        self.journal = journal
        self.token = secrets.token_urlsafe(24)
        self.chosen = settings or {}
        self.torn: list[Torn] = []
        """Lines that were mended, to be told when the server ends."""
        self._lock = threading.Lock()
        self._known: dict[str, Event] = {}
        self._stamp: Stamp | None = None

    @property
    def address(self) -> str:
        """Where the site is, without the token."""
        return f"http://{HOST}:{self.server_port}"

    def events(self) -> str:
        """All events of all devices, as lines."""
        with self._lock:
            return "".join(f"{event}\n" for event in in_order(self._read().values()))

    def settings(self) -> dict[str, Any]:
        """What schedules are computed with, and what the command was given."""
        return {**to_record(read_parameters(self.journal.path.parent)), **self.chosen}

    def keep(self, events: list[Event]) -> int:
        """Append those events that are new; they are on the disk when this returns.

        Raises:
            ValueError: an id that another event has.
            OSError: they cannot be written.
        """
        with self._lock:
            known = self._read()
            fresh: dict[str, Event] = {}
            for event in events:
                other = known.get(event.id) or fresh.setdefault(event.id, event)
                if other != event:
                    raise ValueError(f"another event has the id {event.id}")
            if fresh:
                torn = self.journal.append(fresh.values())
                self.torn += [torn] if torn else []
                known |= fresh
                self._stamp = self._grown(fresh.values())
            return len(fresh)

    def _grown(self, fresh: Iterable[Event]) -> Stamp | None:
        """How the files are left; None where another process has written meanwhile."""
        name = self.journal.path.name
        before = {file: size for file, size, _ in self._stamp or ()}
        before[name] = before.get(name, 0) + sum(len(f"{event}\n".encode()) for event in fresh)
        found = stamp(self.journal.path.parent)
        return found if before == {file: size for file, size, _ in found} else None

    def _read(self) -> dict[str, Event]:
        """All events by id; the files are read where they are not as they were left."""
        found = stamp(self.journal.path.parent)
        if found != self._stamp:
            self._known = read_history(self.journal.path.parent).events
            self._stamp = found
        return self._known


class _Handler(SimpleHTTPRequestHandler):
    """One request."""

    server: ReviewServer
    protocol_version = "HTTP/1.1"

    def __init__(self, request: Any, client: Any, server: ReviewServer) -> None:
        super().__init__(request, client, server, directory=str(server.site))

    def do_GET(self) -> None:
        """A file, or the events."""
        if self._refused():
            return
        what = self._asked()
        if what == "events":
            self._try(lambda: self._answer(self.server.events(), LINES))
        elif what == "settings":
            self._try(lambda: self._answer(json.dumps(self.server.settings()), "application/json"))
        elif what is not None:
            self._fail(HTTPStatus.NOT_FOUND, "there is nothing of this name")
        elif urlsplit(self.path).path.endswith("/assets/qedeck/server.js"):
            told = json.dumps({"token": self.server.token})
            self._answer(f"window.qedeckServer = {told};\n", "text/javascript")
        elif self._named() and urlsplit(self.path).query.startswith("token="):
            self._enter()
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        """A file's head."""
        if not self._refused():
            super().do_HEAD()

    def do_POST(self) -> None:
        """Events to keep."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST:
            self.close_connection = True
            self._fail(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too much at once")
            return
        body = self.rfile.read(int(length))
        if self._refused():
            return
        if self._asked() != "events":
            self._fail(HTTPStatus.NOT_FOUND, "there is nothing of this name")
            return
        self._try(lambda: self._keep(body))

    def _keep(self, body: bytes) -> None:
        events, torn = read_lines("request", body)
        if torn:
            self._fail(HTTPStatus.BAD_REQUEST, "the last line ends in the middle")
            return
        try:
            written = self.server.keep(events)
        except ValueError as error:
            self._fail(HTTPStatus.CONFLICT, str(error))
            return
        self._answer(json.dumps({"written": written}), "application/json")

    def _try(self, work: Any) -> None:
        """Answer, or say what is wrong with the files, or with what was sent."""
        try:
            work()
        except SourceError as error:
            self._fail(HTTPStatus.BAD_REQUEST, str(error))
        except ConnectionError:
            self.close_connection = True
        except OSError as error:
            self._fail(HTTPStatus.INSUFFICIENT_STORAGE, f"nothing was kept: {error.strerror}")

    def _asked(self) -> str | None:
        """What of the interface is asked for; None for a file."""
        parts = urlsplit(self.path).path.split("/")
        return parts[-1] if parts[-2:-1] == ["api"] else None

    def _refused(self) -> bool:
        """Whether the request is not from a page of this server; says so."""
        host = f"{HOST}:{self.server.server_port}"
        origin = self.headers.get("Origin")
        foreign = (
            self.headers.get("Host") != host
            or origin not in {None, f"http://{host}"}
            or self.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}
        )
        allowed = self._named() if self._asked() else self._named() or self._known()
        if foreign or not allowed:
            self._fail(
                HTTPStatus.FORBIDDEN, "open the address that qedeck review printed, with its token"
            )
            return True
        return False

    def _named(self) -> bool:
        """Whether the address has the token."""
        given = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
        return secrets.compare_digest(given.encode(), self.server.token.encode())

    def _known(self) -> bool:
        """Whether the browser has been let in."""
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get(self._cookie())
        except CookieError:
            return False
        given = cookie.value if cookie else ""
        return secrets.compare_digest(given.encode(), self.server.token.encode())

    def _cookie(self) -> str:
        # Cookies are shared by all ports of a machine.
        return f"{COOKIE}-{self.server.server_port}"

    def _enter(self) -> None:
        """Let the browser in, and take the token out of the address."""
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", urlsplit(self.path).path)
        limits = "Path=/; HttpOnly; SameSite=Strict"
        self.send_header("Set-Cookie", f"{self._cookie()}={self.server.token}; {limits}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, text: str, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _fail(self, status: HTTPStatus, why: str) -> None:
        self._answer(f"{why}\n", "text/plain; charset=utf-8", status)

    def end_headers(self) -> None:
        """Nothing is kept by browsers unasked, and nothing is given to pages of others."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "same-origin")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002
        """A folder without a page is nothing."""
        self._fail(HTTPStatus.NOT_FOUND, "there is nothing of this name")

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Requests are not told."""
