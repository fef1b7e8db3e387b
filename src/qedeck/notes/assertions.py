"""Assertions: sentences of somebody's, with a verdict that statements decide."""

from __future__ import annotations

import re

from qedeck.notes.blocks import Block
from qedeck.notes.callouts import Title
from qedeck.notes.draft import Draft
from qedeck.notes.languages import LANGUAGES
from qedeck.notes.links import LinkUse
from qedeck.notes.model import Assertion, Link

LEAD = re.compile(r"\*\*(?P<words>[^*]+?)[.:。：]?\*\*[.:。：]?[ \t]*")
"""The verdict, with which an answer opens."""


def read_assertion(draft: Draft, title: Title, quote: Block, links: list[LinkUse]) -> None:
    """Note an assertion, given the links of its answer."""
    draft.read_text(title.span, "prose", title.slug)
    body = quote.children[1] if len(quote.children) > 1 else None
    opening = body.span.text if body is not None and body.kind == "paragraph" else ""
    language = LANGUAGES.get(draft.lang, LANGUAGES["en"])
    lead = LEAD.match(opening)
    verdict = language.verdicts.get(lead["words"].strip()) if lead else None
    if verdict is None:
        words = ", ".join(f"`**{word}**`" for word in language.verdicts)
        span = title.mark if body is None else body.span
        draft.add(span, "the assertion has no verdict", f"open its answer with one of {words}")
        return
    if not title.slug or not title.text.strip():
        return
    line = title.mark.lines[0]
    assertion = Assertion(
        title.slug,
        title.text.strip(),
        verdict,
        tuple(Link(use.label, use.target.id, use.span) for use in links if _decides(draft, use)),
        draft.lang,
        draft.source.path,
        line.number,
        line.column,
    )
    draft.assertions.append(assertion)


def _decides(draft: Draft, use: LinkUse) -> bool:
    """Whether a link leads to a callout of its language; which are statements is seen later."""
    return bool(use.target.fragment) and use.target.lang == draft.lang
