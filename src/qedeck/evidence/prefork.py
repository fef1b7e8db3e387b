"""Imported by the fork server before it forks: what every worker needs, once for all of them."""

from __future__ import annotations

import importlib
import os
import signal
from contextlib import suppress

# Ctrl-C is for the process that runs the tests: it ends its workers itself, without their traces.
signal.signal(signal.SIGINT, signal.SIG_IGN)
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
for _name in ("numpy", "sympy", "scipy.optimize", "z3", "flint", "qedeck.evidence.verdicts"):
    with suppress(ImportError):
        importlib.import_module(_name)
