"""Saves of the files that statements are read from, as the file system reports them."""

from __future__ import annotations

import queue
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from qedeck.errors import Mistake, SourceError

FOLDERS = ("notes", "snippets", "checks")
SUFFIXES = frozenset({".md", ".py"})
QUIET = 0.05
"""Seconds without a further save after which files count as saved: editors write several times."""
LONGEST = 1.0
"""Seconds after which a stream of saves is looked at all the same."""
_WRITES = (
    FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent,
)  # fmt: skip


class Saves(FileSystemEventHandler):
    """Waits for files of a project to be saved."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._queue: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self._observer = Observer()
        self._folders: dict[str, tuple[int, ObservedWatch]] = {}

    def next(self, timeout: float | None = None) -> frozenset[Path]:
        """Files that were saved, relative to the root, once they are at rest.

        Args:
            timeout: Seconds to wait for the first; None waits for as long as it takes.
        """
        try:
            found = {self._queue.get(timeout=timeout)}
        except queue.Empty:
            return frozenset()
        last = time.monotonic() + LONGEST
        while time.monotonic() < last:
            try:
                found.add(self._queue.get(timeout=QUIET))
            except queue.Empty:
                break
        self._follow()
        return frozenset(found)

    def dispatch(self, event: FileSystemEvent) -> None:
        """Note a save; called by the observer's thread."""
        for name in filter(None, (event.src_path, event.dest_path)):
            path = Path(str(name)).relative_to(self.root)
            inside = path.parts[:1] != path.parts and path.suffix in SUFFIXES
            if (isinstance(event, _WRITES) and inside) or str(path) in FOLDERS:
                self._queue.put(path)

    def _follow(self) -> None:
        """Observe the folders that there are by now."""
        for name in FOLDERS:
            folder = self.root / name
            known = self._folders.get(name)
            number = folder.stat().st_ino if folder.is_dir() else 0
            if known is not None and known[0] != number:
                self._observer.unschedule(known[1])
                del self._folders[name]
                known = None
            if known is None and number:
                watch = self._observer.schedule(self, str(folder), recursive=True)
                self._folders[name] = number, watch

    def __enter__(self) -> Self:
        try:
            self._observer.schedule(self, str(self.root))
            self._follow()
            self._observer.start()
        except OSError as error:
            problem = f"saves cannot be watched for: {error.strerror or error}"
            instead = "let fewer programs watch files, or run pytest checks"
            raise SourceError(Mistake(FOLDERS[0], 1, 1, problem, instead)) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._observer.stop()
        self._observer.join()
