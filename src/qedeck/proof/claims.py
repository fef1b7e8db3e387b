"""Claims proved by certificates: each obligation in each case by sequents that the kernel accepts.

What the kernel cannot be shown is left to an oracle, today's provers, who are asked anew in every
run. The result is data: for each obligation and case its shape, its share, the facts that were used
with their origin, and the digests of the sequents whose proofs the statement's block holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from qedeck.evidence.formulas import UNABLE, Unprovable
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.settings import PROVED_SIZES, Case, cases
from qedeck.evidence.whole import at_reals
from qedeck.formula.scope import Bound
from qedeck.kernel.certificate import Proof
from qedeck.kernel.check import Rejected, check
from qedeck.kernel.polynomials import TooLarge as Enormous
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.proof.bridge import Mismatch, compare, compare_linked
from qedeck.proof.canonical import digest
from qedeck.proof.encoding import Encoding, Excluded, Piece, encodings, plain
from qedeck.proof.linked import Granted, Instance, granted, instances

Share: TypeAlias = Literal["kernel", "kernel and theorem", "oracle"]
VOID = "hypotheses"
"""What an oracle says of a case that the hypotheses exclude."""
SHARES: tuple[Share, ...] = ("kernel", "kernel and theorem", "oracle")
Find: TypeAlias = Callable[[Sequent], Proof | None]
Ask: TypeAlias = Callable[[Obligation, Case], str]
"""An oracle: its name where it says that an obligation holds in a case, else nothing."""


@dataclass(frozen=True)
class Entry:
    """The proof of a sequent, and the instances of linked claims among its facts."""

    proof: Proof
    linked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """What one obligation rests on in one case."""

    obligation: int
    """Its place among those of the statement."""
    role: str
    shape: Mapping[str, int]
    """The sizes and whole numbers that were fixed."""
    infinite: tuple[str, ...]
    """Orders that are infinite."""
    share: Share
    theorems: tuple[str, ...] = ()
    """Named theorems that make of this case all that it stands for."""
    spanned: int = 0
    """Of how many vectors the space is the span, where this proves every dimension."""
    oracle: str = ""
    """Who said so; empty where the kernel did."""
    linked: tuple[str, ...] = ()
    """Full ids of the linked claims that were used."""
    sequents: tuple[str, ...] = ()
    """Digests of sequents that are no identities."""
    identities: int = 0
    """How many were identities, which the kernel expands."""


@dataclass(frozen=True)
class Certified:
    """How far a statement is proved, and by what."""

    shown: tuple[Shown, ...] = ()
    missing: str = ""
    """What is not proved; empty for a proof."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    """The proofs, by the digest of the sequent without linked claims."""
    vain: tuple[str, ...] = ()
    """Digests of sequents of which no proof was found."""
    examples: Mapping[int, tuple[Sequent, Proof]] = field(default_factory=dict)
    """By obligation: its first sequent with its proof, to be shown to a reader."""

    @property
    def share(self) -> Share:
        """The weakest of the shares."""
        return max((one.share for one in self.shown), key=SHARES.index, default="kernel")

    @property
    def oracles(self) -> tuple[str, ...]:
        """The oracles that it rests on."""
        return tuple(dict.fromkeys(one.oracle for one in self.shown if one.oracle))


class Uncertified(Exception):
    """A sequent without a proof, or a case that cannot be encoded."""


def certified(
    todo: Sequence[Obligation],
    lemmas: Mapping[str, Bound],
    *,
    stored: Mapping[str, Entry],
    find: Find | None,
    ask: Ask | None,
    vain: Sequence[str] = (),
    lengths: Sequence[int] = PROVED_SIZES,
) -> Certified:
    """Prove obligations in all their cases.

    Args:
        todo: What must hold.
        lemmas: Linked claims that hold, by full id.
        stored: Proofs that were found before, by digest; checked, never believed.
        find: Looks for the proof of a sequent; None where nothing is to be searched.
        ask: Asks the oracles; None where nobody is to be asked.
        vain: Digests of sequents of which a proof was sought in vain.
        lengths: Of axes.
    """
    work = _Work(lemmas, stored, find, ask, vain=set(vain))
    try:
        for k, obligation in enumerate(todo):
            work.best(k, obligation, lengths)
    except Uncertified as error:
        return work.result(str(error))
    return work.result("")


@dataclass
class _Work:
    lemmas: Mapping[str, Bound]
    stored: Mapping[str, Entry]
    find: Find | None
    ask: Ask | None
    used: dict[str, Entry] = field(default_factory=dict)
    done: list[Shown] = field(default_factory=list)
    checked: dict[Sequent, bool] = field(default_factory=dict)
    """Sequents whose proofs the kernel accepted, or that have none."""
    vain: set[str] = field(default_factory=set)
    """Digests of sequents for which no proof was found."""
    examples: dict[int, tuple[Sequent, Proof]] = field(default_factory=dict)

    def best(self, k: int, obligation: Obligation, lengths: Sequence[int]) -> None:
        """One obligation in all cases: with all reals for whole numbers, where that is shown.

        Raises:
            Uncertified: where neither the kernel nor an oracle shows it.
        """
        before = list(self.done)
        more = at_reals(obligation)
        try:
            self.all(k, more or obligation, lengths)
        except Uncertified:
            if more is None:
                raise
            self.done = before
            self.all(k, obligation, lengths)

    def all(self, k: int, obligation: Obligation, lengths: Sequence[int]) -> None:
        """One obligation in all its cases."""
        found = [self.shown(k, obligation, case) for case in cases(obligation, lengths)]
        if not any(found):
            raise Uncertified("no case is small enough")

    def shown(self, k: int, obligation: Obligation, case: Case) -> Shown | None:
        """One obligation in one case; None for a case that the hypotheses exclude.

        Raises:
            Uncertified: where neither the kernel nor an oracle shows it.
        """
        blank = Shown(
            k, obligation.role, dict(case.fixed), tuple(sorted(case.infinite)), "kernel",
            theorems(case), len(case.flat.vectors) if case.flat is not None else 0,
        )  # fmt: skip
        try:
            found = self.by_kernel(blank, obligation, case)
        except Excluded:
            return None
        except (Uncertified, Mismatch, Unprovable, Enormous, *UNABLE) as error:
            name = self.ask(obligation, case) if self.ask is not None else ""
            if name == VOID:
                return None
            if not name:
                where = ", ".join(f"{n} = {v}" for n, v in case.fixed.items()) or "symbols"
                raise Uncertified(f"undecided at {where}: {error}") from error
            found = replace(blank, share="oracle", oracle=name)
        self.done.append(found)
        return found

    def result(self, missing: str) -> Certified:
        """What was done."""
        return Certified(
            tuple(self.done), missing, self.used, tuple(sorted(self.vain)), self.examples,
        )  # fmt: skip

    def by_kernel(self, blank: Shown, obligation: Obligation, case: Case) -> Shown:
        """A case by the kernel: every piece of every branch."""
        sequents: dict[str, None] = {}
        linked: dict[str, None] = {}
        identities = 0
        made = encodings(obligation, case)
        for encoding in made:
            offered = _Offered(self.lemmas, encoding)
            for piece in encoding.pieces:
                sequent = encoding.sequent(piece)
                if plain(sequent.goal):
                    identities += 1
                    continue
                name, claims = self.proved(sequent, piece, offered, blank.obligation)
                sequents[name] = None
                linked.update(dict.fromkeys(claims))
        for encoding in made:
            # After the proofs: what cannot be proved need not be compared.
            compare(encoding)
        share: Share = "kernel and theorem" if blank.theorems else "kernel"
        return replace(
            blank, share=share, sequents=tuple(sequents), linked=tuple(linked),
            identities=identities,
        )  # fmt: skip

    def proved(
        self, sequent: Sequent, piece: Piece[Any], offered: _Offered, obligation: int
    ) -> tuple[str, tuple[str, ...]]:
        """The digest of a sequent that the kernel accepts, and the claims that it uses."""
        name = digest(sequent)
        known = self.used.get(name) or self.stored.get(name)
        if known is not None and not known.linked and self.accepted(sequent, known.proof):
            self._keep(name, known, sequent, obligation, need=piece.need)
            return name, ()
        if known is not None and known.linked:
            chosen = offered.chosen(known.linked)
            if chosen is not None:
                claims = self.with_linked(name, known, piece, offered, chosen, obligation)
                if claims is not None:
                    return name, claims
        if self.find is None or name in self.vain:
            raise Uncertified("no proof of a sequent")
        proof = self.find(sequent)
        if proof is not None and self.accepted(sequent, proof):
            self._keep(name, Entry(proof), sequent, obligation, need=piece.need)
            return name, ()
        claims = self.searched(name, piece, offered, obligation)
        if claims is None:
            self.vain.add(name)
            raise Uncertified("no proof of a sequent was found")
        return name, claims

    def searched(
        self, name: str, piece: Piece[Any], offered: _Offered, obligation: int
    ) -> tuple[str, ...] | None:
        """The claims by which a proof was found, of all together and then of those it needs."""
        everything = offered.all()
        if not everything or self.find is None:
            return None
        for chosen in (*([one] for one in everything), everything):
            sequent = offered.sequent(piece, chosen)
            proof = self.find(sequent)
            if proof is not None:
                keys = tuple(one.instance.key for one in chosen)
                claims = self.with_linked(
                    name, Entry(proof, keys), piece, offered, chosen, obligation
                )
                if claims is not None:
                    return claims
        return None

    def with_linked(
        self, name: str, entry: Entry, piece: Piece[Any], offered: _Offered,
        chosen: Sequence[Granted], obligation: int,
    ) -> tuple[str, ...] | None:  # fmt: skip
        """The claims used, where the kernel accepts the proof and all that they ask is shown."""
        sequent = offered.sequent(piece, chosen)
        if not self.accepted(sequent, entry.proof):
            return None
        try:
            for one in chosen:
                offered.confirm(one)
                for asked in one.asked:
                    self._asked(asked, piece, offered, obligation)
        except (Uncertified, Mismatch):
            return None
        self._keep(name, entry, sequent, obligation, need=piece.need)
        return tuple(dict.fromkeys(one.instance.claim for one in chosen))

    def _asked(
        self, asked: Piece[Any], piece: Piece[Any], offered: _Offered, obligation: int
    ) -> None:
        """That a hypothesis of an instance holds, where the piece is to hold."""
        under = replace(asked, facts=(*piece.facts, *asked.facts))
        sequent = offered.encoding.sequent(under)
        if not plain(sequent.goal):
            self.proved(sequent, under, replace(offered, lemmas={}), obligation)

    def accepted(self, sequent: Sequent, proof: Proof) -> bool:
        """Whether the kernel accepts a proof that leaves nothing to an oracle."""
        if sequent not in self.checked:
            try:
                self.checked[sequent] = check(sequent, proof) == ()
            except Rejected:
                return False
        return self.checked[sequent]

    def _keep(
        self, name: str, entry: Entry, sequent: Sequent, obligation: int, *, need: bool
    ) -> None:
        self.used[name] = entry
        if not need:
            self.examples.setdefault(obligation, (sequent, entry.proof))


@dataclass
class _Offered:
    """The instances of linked claims in one encoding, made when first asked for."""

    lemmas: Mapping[str, Bound]
    encoding: Encoding
    _known: list[Instance] | None = None
    _granted: dict[str, Granted | None] = field(default_factory=dict)

    def _instances(self) -> list[Instance]:
        if self._known is None:
            obligation = self.encoding.obligation
            self._known = instances(self.lemmas, obligation.scope, obligation.statement)
        return self._known

    def _one(self, instance: Instance) -> Granted | None:
        if instance.key not in self._granted:
            self._granted[instance.key] = granted(instance, self.encoding)
        return self._granted[instance.key]

    def all(self) -> list[Granted]:
        """All that can be said in terms."""
        return [one for instance in self._instances() if (one := self._one(instance)) is not None]

    def chosen(self, keys: Sequence[str]) -> list[Granted] | None:
        """The instances with these keys; None where one is missing."""
        by_key = {instance.key: instance for instance in self._instances()} if keys else {}
        found = [self._one(by_key[key]) for key in keys if key in by_key]
        kept = [one for one in found if one is not None]
        return kept if len(kept) == len(keys) else None

    def sequent(self, piece: Piece[Any], chosen: Sequence[Granted]) -> Sequent:
        """The sequent of a piece with what instances say among the facts."""
        more = [Relation(s.value, s.sign) for one in chosen for s in one.facts]
        return self.encoding.sequent(piece, more)

    def confirm(self, one: Granted) -> None:
        """Compare an instance with the page.

        Raises:
            Mismatch: where they differ.
        """
        compare_linked(self.encoding, one)


def theorems(case: Case) -> tuple[str, ...]:
    """The theorems by which a case stands for others.

    `spans.py` and `relabelling.py` prove them, and compute on the page's trees whether they apply.
    """
    found = (("span", case.flat is not None), ("relabelling", case.relabelled))
    return tuple(name for name, used in found if used)
