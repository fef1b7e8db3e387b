"""What a note is made of, as read from its Markdown file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from qedeck.formula.span import Span

StatementKind = Literal["definition", "claim", "misconception", "cited"]
DerivedKind = Literal["state", "complete", "error", "truth", "hypothesis", "compute"]
DERIVED: tuple[DerivedKind, ...] = get_args(DerivedKind)
"""Kinds of cards that are made from statements."""
Rank = Literal["theorem", "lemma"]
"""Claims that matter, and claims that serve."""
CardKind = Literal["basic", "cloze"]
Verdict = Literal["true", "true if", "imprecise", "false"]
SECTIONS = range(2, 4)
"""Levels of the headings that open sections."""
SegmentKind = Literal["text", "math", "link"]


@dataclass(frozen=True)
class Link:
    """A link to a callout: `[label](batch-norm.md#train-forward)`."""

    label: str
    target: str
    """Full id of what it leads to: `batch-norm/train-forward`."""
    span: Span
    """The link's destination, as written."""


@dataclass(frozen=True)
class Segment:
    """A piece of a paragraph inside a callout, in reading order."""

    kind: SegmentKind
    span: Span
    """Words for `text`; LaTeX without its dollars for `math`; the label for `link`."""
    link: Link | None = None
    """For `link` only."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a statement, cut into segments; spans whole lines of the callout."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Statement:
    """A definition, claim, misconception or cited callout, not yet bound to trees."""

    kind: StatementKind
    id: str
    """Full id: `<note>/<slug>`."""
    slug: str
    title: str
    path: str
    line: int
    column: int
    display: Span
    """LaTeX between the double dollars, without `> ` prefixes."""
    before: tuple[Paragraph, ...]
    """Paragraphs before the display: hypotheses."""
    after: tuple[Paragraph, ...]
    """Paragraphs after the display: equality cases, counterexample, truth."""
    source: str
    """The callout's Markdown, byte for byte."""
    lang: str = "en"
    rank: Rank | None = None
    """What the note calls the claim; the machine reads all claims alike."""
    cards: tuple[DerivedKind, ...] | None = None
    """The cards that its line `Cards: …` asks for; None where it has none."""

    @property
    def called(self) -> str:
        """The kind as the note writes it: `theorem`, `definition`."""
        return self.rank or self.kind

    @property
    def links(self) -> tuple[Link, ...]:
        """Links of all paragraphs, in reading order."""
        return tuple(
            segment.link
            for paragraph in (*self.before, *self.after)
            for segment in paragraph.segments
            if segment.link is not None
        )


@dataclass(frozen=True)
class Card:
    """A card as written in a note."""

    slug: str
    kind: CardKind
    note: str
    """Name of the note it stands in, `norms`."""
    lang: str
    path: str
    line: int
    column: int
    front: str
    """Question as Markdown (callout title); for a cloze the whole text with `==deletions==`."""
    back: str
    """Answer as Markdown, callout prefixes removed; for a cloze what follows the title."""
    links: tuple[Link, ...]
    """Statements that it rests on."""
    fact: bool
    """Says `[fact]`: rests on no statement."""
    displays: tuple[Span, ...] = ()
    """Display formulas of the answer."""


@dataclass(frozen=True)
class Assertion:
    """A sentence that somebody wrote, with the author's verdict and what decides it."""

    slug: str
    title: str
    """The sentence, as Markdown."""
    verdict: Verdict
    links: tuple[Link, ...]
    """Statements that decide it; none where the verdict is the author's word."""
    lang: str
    path: str
    line: int
    column: int


@dataclass(frozen=True)
class Figure:
    """`![alt](figure:norms.unit_balls)`."""

    module: str
    function: str
    alt: str
    path: str
    line: int
    column: int


@dataclass(frozen=True)
class SnippetUse:
    """A snippet section that a note embeds: `--8<-- "norms.py:p-norm"`."""

    file: str
    section: str
    path: str
    line: int
    column: int


@dataclass(frozen=True)
class Heading:
    """A heading of a note, and the anchor that the site gives it."""

    line: int
    level: int
    anchor: str
    text: str
    """As Markdown."""


@dataclass(frozen=True)
class Note:
    """One Markdown file under `notes/<lang>/`."""

    name: str
    lang: str
    path: str
    kind: Literal["note", "page"]
    title: str
    topic: str
    after: tuple[str, ...]
    statements: tuple[Statement, ...] = ()
    cards: tuple[Card, ...] = ()
    figures: tuple[Figure, ...] = ()
    snippets: tuple[SnippetUse, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    headings: tuple[Heading, ...] = ()
    tags: tuple[str, ...] = ()

    def section(self, line: int) -> Heading | None:
        """The last heading above a line, of those that the table of contents shows."""
        above = [h for h in self.headings if h.line < line and h.level in SECTIONS]
        return above[-1] if above else None
