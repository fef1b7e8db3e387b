"""The store of evidence under `.qedeck/`: one checksummed file for each statement of a language.

A file is replaced as a whole, so that a run killed at any moment, or two runs at once, leave
either the old record or the new one. What is damaged, or was written for another digest,
counts as absent: at worst work is done again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from qedeck.errors import Mistake, SourceError
from qedeck.evidence.hand import HandVerdict
from qedeck.evidence.record import Evidence

FOLDER = ".qedeck"
FORMAT = 3
"""Of the records; those of another count as absent."""
_ABANDONED = 3600.0


@dataclass(frozen=True)
class Ledger:
    """Evidence of earlier runs, and of runs that go on at the same time."""

    folder: Path
    lang: str = "en"
    """Language of the notes; the same id in another language is another statement."""

    def latest(self, id: str) -> Evidence | None:  # noqa: A002
        """The evidence stored last for a statement, whatever its digest."""
        found = _read(self._file("evidence", id))
        if found is None or found.get("lang") != self.lang:
            return None
        try:
            evidence = Evidence.from_json(found["evidence"])
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        return evidence if evidence.id == id else None

    def current(self, id: str, digest: str) -> Evidence | None:  # noqa: A002
        """The evidence of a statement if it was established for this digest."""
        evidence = self.latest(id)
        return evidence if evidence is not None and evidence.digest == digest else None

    def run_of(self, id: str) -> str:  # noqa: A002
        """The run that stored the latest evidence of a statement."""
        return str((_read(self._file("evidence", id)) or {}).get("run", ""))

    def store(self, evidence: Evidence, run: str = "") -> None:
        """Keep evidence; what is unknown is not kept.

        Raises:
            SourceError: where it cannot be written.
        """
        if evidence.verdict != "unknown":
            record = {"lang": self.lang, "evidence": evidence.to_json(), "run": run}
            self._write(self._file("evidence", evidence.id), record)

    def hand(self, check: str, id: str, digest: str, run: str = "") -> HandVerdict | None:  # noqa: A002
        """What a check said of a statement with this digest.

        What failed or crashed is known to its own run alone.
        """
        found = _read(self._file("hand", f"{check} {id}"))
        if found is None or found.get("lang") != self.lang:
            return None
        if found.get("digest") != digest or found.get("check") != check:
            return None
        if found.get("run") != run and found["hand"].get("verdict") != "holds":
            return None
        try:
            return HandVerdict.from_json(found["hand"])
        except (KeyError, TypeError):
            return None

    def hand_run(self, check: str, id: str) -> str:  # noqa: A002
        """The run that stored what a check said of a statement."""
        return str((_read(self._file("hand", f"{check} {id}")) or {}).get("run", ""))

    def store_hand(self, check: str, id: str, digest: str, hand: HandVerdict, run: str) -> None:  # noqa: A002
        """Keep what a check said of a statement."""
        record = {
            "lang": self.lang, "check": check, "digest": digest, "hand": hand.to_json(), "run": run
        }  # fmt: skip
        self._write(self._file("hand", f"{check} {id}"), record)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Let one process at a time do the named work; a killed holder lets go."""
        file = self._file("locks", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _file(self, shelf: str, name: str) -> Path:
        plain = quote(name, safe="")
        if len(plain) > 120:
            plain = plain[:80] + hashlib.sha256(name.encode()).hexdigest()[:32]
        return self.folder / shelf / self.lang / f"{plain}.json"

    def _write(self, file: Path, record: dict[str, Any]) -> None:
        text = json.dumps({**record, "format": FORMAT}, sort_keys=True, ensure_ascii=False)
        whole = json.dumps({"checksum": _checksum(text), "record": text}, ensure_ascii=False)
        fresh = self.folder / "new" / f"{file.name[:100]}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("w", encoding="utf-8") as handle:
                handle.write(whole)
            fresh.replace(file)
        except OSError as error:
            problem = f"the ledger cannot be written: {error.strerror or error}"
            instead = "make it a folder with room that may be written"
            raise SourceError(Mistake(self.folder.name, 1, 1, problem, instead)) from None


def open_ledger(root: Path, lang: str = "en") -> Ledger:
    """A project's ledger of a language; nothing is created before something is stored."""
    ledger = Ledger(root / FOLDER, lang)
    with suppress(OSError):
        for left in (ledger.folder / "new").iterdir():
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()
    return ledger


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(file: Path) -> dict[str, Any] | None:
    try:
        whole = json.loads(file.read_text(encoding="utf-8"))
        if _checksum(whole["record"]) != whole["checksum"]:
            return None
        record = json.loads(whole["record"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    known = isinstance(record, dict) and record.get("format") == FORMAT
    return record if known else None
