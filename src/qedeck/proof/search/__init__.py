"""The search for proofs that the kernel accepts: trusted for nothing."""

from qedeck.proof.search.find import Budget, find

__all__ = ["Budget", "find"]
