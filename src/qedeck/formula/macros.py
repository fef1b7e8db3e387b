"""The project's one table of LaTeX macros, read by engine, site and exporters alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MACROS: Mapping[str, str] = MappingProxyType({})
"""Name with its backslash to replacement: `{"\\\\R": "\\\\mathbb{R}"}`."""
