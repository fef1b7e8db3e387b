"""What a check found wrong with a formula."""

from __future__ import annotations

from typing import Any


class Differs(AssertionError):
    """A formula says something else than it should: raised where the engine compares for a check.

    Any other assertion inside the engine is an accident, and no verdict on the formula.
    """

    def __init__(self, said: str, gap: float | None = None, allowed: float = 0.0) -> None:
        super().__init__(said)
        self.gap = gap
        """How far apart two numbers are, where that is what was compared."""
        self.allowed = allowed
        """How far apart they may be."""


def close(actual: Any, expected: Any, *, rtol: float, atol: float) -> None:
    """Compare numbers, lists or tensors of one shape, in double precision, entry by entry.

    Args:
        actual: What was computed.
        expected: What it should be.
        rtol: How far apart two entries may be, as a share of the expected one.
        atol: How far apart they may be besides.

    Raises:
        Differs: where they are further apart, are not numbers, or have different shapes.
    """
    import torch

    one, other = (torch.as_tensor(side, dtype=torch.float64) for side in (actual, expected))
    if one.shape != other.shape:
        raise Differs(f"it has the shape {list(one.shape)}, not {list(other.shape)}")
    apart = ~torch.isclose(one, other, rtol=rtol, atol=atol)
    if not apart.any():
        return
    gaps = (one - other).abs().detach()
    worst = int(torch.where(apart, gaps, -1.0).argmax())  # an entry that is no number comes first
    gap = float(gaps.flatten()[worst])
    allowed = atol + rtol * abs(float(other.detach().flatten()[worst]))
    raise Differs(f"{gap:.3g} apart, where {allowed:.3g} is allowed", gap, allowed)
