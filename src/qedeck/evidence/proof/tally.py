"""What a proof over boxes has used, and what it may use."""

from __future__ import annotations

from dataclasses import dataclass

from qedeck.evidence.proof.budget import Budget


@dataclass
class Tally:
    """Boxes by the way they were done."""

    budget: Budget
    boxes: int = 0
    by_slope: int = 0
    by_touching: int = 0
    minimised: int = 0

    @property
    def words(self) -> str:
        """What was done, for readers."""
        said = [f"ball arithmetic over {self.boxes} box{'' if self.boxes == 1 else 'es'}"]
        if self.by_slope:
            said.append(f"{self.by_slope} of them by their slopes")
        if self.by_touching:
            said.append(f"{self.by_touching} beside a point of equality, by higher derivatives")
        if self.minimised:
            said.append(f"after {self.minimised} symbols were put where the difference is least")
        return ", ".join(said)
