"""Whole notes, and what joins them."""

from __future__ import annotations

import dataclasses

import pytest

from qedeck.errors import SourceError

SNIPPET = "# --8<-- [start:p-norm]\nx = 1\n# --8<-- [end:p-norm]\n\ndef balls(lang): ...\n"

NORMS = r"""---
title: Norms
topic: How do we measure the size of a vector?
after: [sums]        # suggested reading order
---

Commentary with $n$ and a price of \$5.

## Axioms & definitions

> [!definition|p-norm] The p-norm
>
> Let $x \in \mathbb{R}^n$ and $1 \le p < \infty$.
>
> $$\|x\|_p := \left( \sum_{i=1}^{n} |x_i|^p \right)^{1/p}$$

## History

See [the source](https://example.org/norms), [sums](sums.md) and [all claims](claims.md).

## Mechanism

> [!claim|sandwich] Every p-norm lies between two max norms
>
> With the [p-norm](#p-norm), let $x \in \mathbb{R}^n$
> and $1 \le p < \infty$. Then
>
> $$\begin{aligned}
> \|x\|_\infty &\le \|x\|_p \\
> - 1 &= -1 \\
> > &= 2
> \end{aligned}$$
>
> Equality on the left at $x = (1, 0)$.

``` python
--8<-- "norms.py:p-norm"
```

![Unit balls, p = 1](figure:norms.balls)

> [!misconception|every-p] The p-norm is a norm for every p
>
> Let $p > 0$. Then
>
> $$\|x\|_p \le 1$$
>
> Fails at $p = 2$: $4 \not\le 2$. True for [p at least 1](#sandwich) and [sums](sums.md#sum).

## Application

> [!card|why-diamond]- Why is `$x$` no $\ell_1$ ball?
>
> Because of the [sandwich](#sandwich), [sums](sums.md#sum) and [two modes](#two-modes):
>
> $$\|x\|_\infty \le \|x\|_p$$
>
> ```
> code $x
>     indented
> ```

> [!cloze|two-modes]+ BN uses ==batch== statistics of $x$. [fact]
>
> More.

- Nested:
    - > [!cited|gamma] A formula from a book
      >
      > By [Euler](sums.md#sum), let
      > $n \in \mathbb{N}$.
      >
      > $$\Gamma(n) = (n - 1)!$$
"""

SUMS = r"""---
title: Sums
kind: page
---

> [!claim|sum] A sum
>
> With [a lemma](#lemma). Then
>
> $$1 + 1 = 2$$

> [!claim|lemma] A lemma
>
> $$1 = 1$$
"""

FILES = {"notes/en/norms.md": NORMS, "notes/en/sums.md": SUMS, "snippets/norms.py": SNIPPET}


def words(paragraphs):
    return [[(s.kind, s.span.text) for s in paragraph.segments] for paragraph in paragraphs]


def test_a_whole_note_is_read(base):
    library = base(FILES)
    library.check()
    note = library.note("norms")
    assert (note.title, note.topic) == ("Norms", "How do we measure the size of a vector?")
    assert [(s.kind, s.slug) for s in note.statements] == [
        ("definition", "p-norm"),
        ("claim", "sandwich"),
        ("misconception", "every-p"),
        ("cited", "gamma"),
    ]
    assert [(f.module, f.function, f.alt, f.line) for f in note.figures] == [
        ("norms", "balls", "Unit balls, p = 1", 40)
    ]
    assert [(u.file, u.section, u.line, u.column) for u in note.snippets] == [
        ("norms.py", "p-norm", 37, 9)
    ]


def test_a_statement_is_cut_into_segments_with_places(base):
    claim = base(FILES).statement("norms/sandwich")
    assert words(claim.before) == [
        [
            ("text", "With the "),
            ("link", "p-norm"),
            ("text", ", let "),
            ("math", r"x \in \mathbb{R}^n"),
            ("text", "\nand "),
            ("math", r"1 \le p < \infty"),
            ("text", ". Then"),
        ]
    ]
    assert words(claim.after)[0][1] == ("math", "x = (1, 0)")
    assert claim.title == "Every p-norm lies between two max norms"
    assert (claim.line, claim.column) == (23, 3)
    assert claim.links[0].target == "norms/p-norm"
    assert claim.source.startswith("> [!claim|sandwich] Every")
    assert claim.source.endswith("at $x = (1, 0)$.")


def test_a_display_keeps_its_lines_whatever_they_begin_with(base):
    display = base(FILES).statement("norms/sandwich").display
    assert display.text.split("\n") == [
        r"\begin{aligned}",
        r"\|x\|_\infty &\le \|x\|_p \\",
        r"- 1 &= -1 \\",
        "> &= 2",
        r"\end{aligned}",
    ]
    assert [(line.number, line.column) for line in display.lines] == [
        (28, 5),
        (29, 3),
        (30, 3),
        (31, 3),
        (32, 3),
    ]
    assert display.lines[3].source == "> > &= 2"


def test_columns_are_right_in_quotes_in_lists(base):
    cited = base(FILES).statement("norms/gamma")
    (paragraph,) = cited.before
    maths = next(s for s in paragraph.segments if s.kind == "math")
    source = r"      > $n \in \mathbb{N}$."
    (line,) = maths.span.lines
    assert (line.source, line.column) == (source, source.index("$n") + 2)
    assert cited.display.lines[0].column == len("      > $$") + 1


def test_every_span_stands_where_it_says(base):
    library = base(FILES)
    spans = [s.display for s in library.statements.values()]
    for statement in library.statements.values():
        for paragraph in (*statement.before, *statement.after):
            spans += [segment.span for segment in paragraph.segments]
    spans += [link.span for card in library.cards.values() for link in card.links]
    assert len(spans) > 20
    for span in spans:
        for text, line in zip(span.text.split("\n"), span.lines, strict=True):
            assert line.source[line.column - 1 :].startswith(text)
            assert NORMS.split("\n")[line.number - 1] == line.source or span.path.endswith(
                "sums.md"
            )


def test_cards_keep_question_and_answer_as_written(base):
    library = base(FILES)
    card = library.cards["en", "why-diamond"]
    assert card.front == r"Why is `$x$` no $\ell_1$ ball?"
    assert card.back.split("\n")[-4:] == ["```", "code $x", "    indented", "```"]
    assert [display.text for display in card.displays] == [r"\|x\|_\infty \le \|x\|_p"]
    assert [link.target for link in card.links] == ["norms/sandwich", "sums/sum"]
    assert (card.kind, card.fact, card.line, card.column) == ("basic", False, 52, 3)
    cloze = library.cards["en", "two-modes"]
    assert (cloze.kind, cloze.fact) == ("cloze", True)
    assert (cloze.front, cloze.back) == ("BN uses ==batch== statistics of $x$.", "More.")


def test_links_before_the_display_are_dependencies(base):
    library = base(FILES)
    assert library.edges["en", "norms/sandwich"] == ("norms/p-norm",)
    assert library.edges["en", "norms/every-p"] == ()
    assert library.dependencies("norms/gamma") == ("sums/lemma", "sums/sum")
    assert library.dependents("sums/lemma") == ("norms/gamma", "sums/sum") or (
        library.dependents("sums/lemma") == ("sums/sum", "norms/gamma")
    )
    order = [statement.id for statement in library.order]
    assert order.index("sums/lemma") < order.index("sums/sum") < order.index("norms/gamma")
    assert [note.name for note in library.reading_order()] == ["sums", "norms"]


def test_windows_line_endings_change_no_place(base):
    unix = base(FILES)
    windows = base({**FILES, "notes/en/norms.md": NORMS.replace("\n", "\r\n").encode()})
    assert not windows.mistakes
    for key, statement in unix.statements.items():
        other = windows.statements[key]
        assert dataclasses.replace(other, source=statement.source) == statement
    assert "\r\n" in windows.statement("norms/sandwich").source


def test_a_byte_order_mark_is_no_part_of_the_note(base):
    library = base({**FILES, "notes/en/norms.md": b"\xef\xbb\xbf" + NORMS.encode()})
    assert not library.mistakes


def test_tabs_count_as_one_column(base):
    text = (
        "---\ntitle: T\nkind: page\n---\n"
        ">\t[!claim|c] A title\n>\n>\tLet $x$ $y. Then\n>\n> $$x$$\n"
    )
    (mistake,) = base({"notes/en/t.md": text}).mistakes
    assert (mistake.line, mistake.column) == (7, text.split("\n")[6].index("$y") + 1)


def test_a_file_that_is_not_utf8_is_a_mistake_at_its_byte(base):
    library = base({**FILES, "notes/en/bad.md": b"---\r\ntitle: \xc3\xa9\xff\n---\n"})
    assert [str(mistake).split("\n")[0] for mistake in library.mistakes] == [
        "notes/en/bad.md:2:9: the byte 0xff is not UTF-8; save the file as UTF-8"
    ]


def test_a_broken_note_never_stops_the_others(base):
    broken = "> [!claim|x] A\n>\n> $$a$$\n>\n> $$b$$\n\n> [!claim|y] B\n>\n> $$1 = 1$$\n"
    user = SUMS + "\n> [!claim|user] A user\n>\n> With [x](broken.md#x). Then\n>\n> $$2 = 2$$\n"
    files = {**FILES, "notes/en/broken.md": broken, "notes/en/sums.md": user}
    library = base({**files, "notes/en/unreadable.md": b"\xff"})
    assert {m.path for m in library.mistakes} == {"notes/en/broken.md", "notes/en/unreadable.md"}
    assert library.statement("norms/sandwich").slug == "sandwich"
    assert library.statement("broken/y").slug == "y"
    assert ("en", "broken/x") not in library.statements
    assert library.edges["en", "sums/user"] == ()
    with pytest.raises(SourceError) as error:
        library.check()
    assert error.value.mistakes == library.mistakes
    assert list(library.mistakes) == sorted(library.mistakes)


def test_card_ids_are_unique_in_a_language(base):
    card = "---\ntitle: T\nkind: page\n---\n> [!card|k]- Why?\n>\n> So. [fact]\n"
    files = {f"notes/{path}.md": card for path in ("en/a", "en/b", "zh/a")}
    (mistake,) = base(files).mistakes
    assert str(mistake).split("\n")[0] == (
        "notes/en/b.md:5:10: the card id `k` is taken in notes/en/a.md:5; choose another id"
    )


def test_a_circle_over_notes_is_reported_once(base):
    def note(slug, other):
        return (
            f"---\ntitle: T\nkind: page\n---\n> [!claim|{slug}] A\n>\n"
            f"> With [it]({other}). Then\n>\n> $$1 = 1$$\n"
        )

    library = base(
        {
            "notes/en/a.md": note("x", "b.md#y"),
            "notes/en/b.md": note("y", "c.md#z"),
            "notes/en/c.md": note("z", "a.md#x"),
        }
    )
    (mistake,) = library.mistakes
    assert mistake.path == "notes/en/a.md"
    assert mistake.problem.endswith("in a circle: a/x → b/y → c/z → a/x")
    assert len(library.order) == 3


def test_an_id_in_another_note_is_suggested(base):
    text = "---\ntitle: T\nkind: page\n---\nSee [it](#lemma).\n"
    (mistake,) = base({**FILES, "notes/en/t.md": text}).mistakes
    assert mistake.instead == "did you mean `sums.md#lemma`?"


def test_headings_and_own_notes_can_be_linked_in_prose(base):
    text = "---\ntitle: T\nkind: page\n---\nSee [it](norms.md#axioms-definitions), [t](zh.md#史).\n"
    zh = "---\ntitle: T\nkind: page\n---\n## 史 {#own}\n\n[a](#own) [b](../en/t.md)\n"
    assert not base({**FILES, "notes/en/t.md": text, "notes/en/zh.md": zh}).mistakes


def test_an_escaped_include_and_a_comment_are_left_alone(base):
    text = '---\ntitle: T\nkind: page\n---\n```\n;--8<-- "no.py:no"\n```\n\n<!-- $$x$$ -->\n'
    assert not base({"notes/en/t.md": text}).mistakes


def test_no_notes_is_an_empty_library(base):
    library = base({"README.md": ""})
    assert (library.notes, library.mistakes, library.order) == ((), (), ())


@pytest.mark.parametrize("rank", ["theorem", "lemma"])
def test_a_theorem_or_lemma_is_a_claim_that_is_called_so(base, rank):
    plain = base({"notes/en/norms.md": NORMS}).statements["en", "norms/sandwich"]
    text = NORMS.replace("[!claim|sandwich]", f"[!{rank}|sandwich]")
    ranked = base({"notes/en/norms.md": text}).statements["en", "norms/sandwich"]
    assert (plain.kind, plain.called) == ("claim", "claim")
    assert (ranked.kind, ranked.called) == ("claim", rank)
    assert ranked.display.text == plain.display.text
