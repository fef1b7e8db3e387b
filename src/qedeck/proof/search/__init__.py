"""The search for proofs that the kernel accepts: trusted for nothing."""

from qedeck.proof.search.state import Budget
from qedeck.proof.search.ways import find

__all__ = ["Budget", "find"]
