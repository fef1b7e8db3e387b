"""Markdown of cards as Anki's HTML."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qedeck.cards.fields import Kit, render, without_tags
from qedeck.cards.maths import for_anki
from qedeck.cards.project import section
from qedeck.errors import SourceError
from qedeck.formula.macros import expand
from qedeck.formula.span import Span
from qedeck.notes.model import Card, Link

LINKS = (
    Link("sandwich", "norms/sandwich", Span.of("#sandwich")),
    Link("softmax", "softmax/softmax", Span.of("softmax.md#softmax")),
)


def card(front="Why?", back="Because.", kind="basic"):
    return Card("x", kind, "norms", "en", "notes/en/norms.md", 7, 3, front, back, LINKS, False)


def answer(back, **kit):
    return render(card(back=back), Kit(**kit)).back


def deleted(text):
    return render(card(text, "", "cloze"), Kit()).front


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("$a < b$ & c", "\\(a &lt; b\\) &amp; c"),
        ("$$\na &= b\n$$", "\\[a &amp;= b\\]"),
        ("$a_1*b_1*c$ *d*", "\\(a_1*b_1*c\\) <em>d</em>"),
        ("`$x$` costs \\$5", "<code>$x$</code> costs $5"),
        ("a \\\\(b\\\\)", "a \\<span></span>(b\\<span></span>)"),
        ("[by this](#sandwich)", '<a href="qedeck:norms#sandwich">by this</a>'),
        ("[$z_1$](softmax.md#softmax)", '<a href="qedeck:softmax#softmax">\\(z_1\\)</a>'),
        ("[note](softmax.md)", '<a href="qedeck:softmax">note</a>'),
        ("[中](../zh/norms.md#x)", "中"),
        ("[out](https://a.example/?b=1&c=2)", '<a href="https://a.example/?b=1&amp;c=2">out</a>'),
        ("![pic](https://a.example/p.png)", "pic"),
        (
            '![a "$p$"](figure:norms.balls)',
            '<img src="figure:norms.balls" alt="a &quot;p&quot;" />',
        ),
        ("5 > 3 and a<b", "5 &gt; 3 and a&lt;b"),
    ],
)
def test_markdown_becomes_html(written, shown):
    assert answer(written) == shown


def test_maths_in_a_table_keeps_its_bars():
    assert "<td>\\(|x|\\)</td>" in answer("| a | b |\n|--|--|\n| $|x|$ | 1 |")


def test_code_is_coloured_and_never_maths():
    shown = answer("``` python\nx = '$a$'  # $b < c$\n```")
    assert shown.startswith('<pre class="code"><code><span class="n">x</span>')
    assert "\\(" not in shown
    assert "$b &lt; c$" in shown


def test_a_question_is_one_line_whatever_it_begins_with():
    assert render(card("1. Why is `x` $<y$?"), Kit()).front == (
        "1. Why is <code>x</code> \\(&lt;y\\)?"
    )


def test_snippets_are_included(tmp_path):
    (tmp_path / "snippets").mkdir()
    code = "import math\n# --8<-- [start:one]\none = 1\n# --8<-- [end:one]\n"
    (tmp_path / "snippets/norms.py").write_text(code)

    def snippet(what):
        return section(tmp_path, what)

    shown = answer('``` python\n--8<-- "norms.py:one"\n```', snippet=snippet)
    assert re.sub("<.*?>", "", shown) == "one = 1"
    with pytest.raises(SourceError, match=r"snippets/norms.py:1:1: has no section `two`"):
        answer('``` python\n--8<-- "norms.py:two"\n```', snippet=snippet)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("with ==batch== and ==running==", "with {{c1::batch}} and {{c2::running}}"),
        ("==$x^{a^{2}}$==", "{{c1::\\(x^{a^{2} }\\)}}"),
        ("==c3::$a::b$==", "{{c3::\\(a: :b\\)}}"),
        ("==a::b==", "{{c1::a:<!-- -->:b}}"),
        ("==`f{{}}`==", "{{c1::<code>f{{}<!-- -->}<!-- --></code>}}"),
        ("$\\frac{==a==}{b}$", "\\(\\frac{ {{c1::a }} }{b}\\)"),
        ("==a== in `{{c2::b}}`", "{{c1::a}} in <code>{<!-- -->{c2::b}}</code>"),
        ("==a== in $x_{{c_1}}^{{c2}}$", "{{c1::a}} in \\(x_{{c_1}}^{ {c2}}\\)"),
        ("`a == b` is ==**true**==", "<code>a == b</code> is {{c1::<strong>true</strong>}}"),
    ],
)
def test_deletions_become_clozes(written, shown):
    assert deleted(written) == shown


@settings(deadline=None)
@given(st.text(alphabet="ab{}:$=`\\c1 <&*_^", max_size=40))
def test_a_deletion_always_ends_where_it_should(text):
    shown = deleted(f"==start== {text}")
    assert shown.startswith("{{c1::start}}")
    bodies = re.findall(r"\{\{c\d+::(.*?)\}\}", shown, re.DOTALL)
    assert all("::" not in body for body in bodies)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_arbitrary_text_is_a_card_or_a_mistake(text):
    for kind in ("basic", "cloze"):
        with suppress(SourceError):
            fields = render(card(text, text, kind), Kit({"\\m": "#1 \\m"}))
            assert not re.search("[\ue000-\ue004]", fields.front + fields.back)


def test_an_edit_with_two_readings_is_a_mistake_at_the_card():
    old = render(card("==a== and ==b==", "", "cloze"), Kit()).deletions
    with pytest.raises(SourceError) as caught:
        render(card("==x== and ==y==", "", "cloze"), Kit(), old)
    (mistake,) = caught.value.mistakes
    assert (mistake.path, mistake.line, mistake.column) == ("notes/en/norms.md", 7, 3)
    assert mistake.problem.startswith("cloze card `x`: its deletions changed in a way that can be")
    assert mistake.instead.endswith("that stay as they were: ==c1::a== ==c2::b==")


MACROS = {"\\R": "\\mathbb{R}", "\\norm": "\\lVert #1 \\rVert_{#2}", "\\E": "\\operatorname{E}"}


@pytest.mark.parametrize(
    ("written", "expanded"),
    [
        ("x \\in \\R^n", "x \\in \\mathbb{R}^n"),
        ("\\norm{x + \\norm{y}2}p", "\\lVert x + \\lVert y \\rVert_{2} \\rVert_{p}"),
        ("\\Rho \\\\R", "\\Rho \\\\R"),
        ("\\norm\\alpha{\\{}", "\\lVert \\alpha \\rVert_{\\{}"),
    ],
)
def test_macros_expand(written, expanded):
    assert expand(written, MACROS).text == expanded


@pytest.mark.parametrize("latex", ["\\norm{x}", "\\norm{x", "\\loop"])
def test_macros_that_do_not_expand_are_refused(latex):
    with pytest.raises(ValueError, match="macro"):
        expand(latex, {**MACROS, "\\loop": "\\loop x"})


def test_numbering_is_dropped():
    assert for_anki("a = b\n \\label{eq:x} \\tag{1}", {}) == "a = b"


@pytest.mark.parametrize(
    ("text", "left", "tags"),
    [
        ("What is it? #norms #ml/geometry", "What is it?", ("norms", "ml/geometry")),
        ("What is #convex here?", "What is convex here?", ("convex",)),
        ("Is `a #b` code, $x #c$ maths, #1 a number?", None, ()),
        ("See [it](norms.md#sandwich) in C#.", None, ()),
        ("First.\n\n#norms\n\nSecond.", "First.\n\n\n\nSecond.", ("norms",)),
    ],
)
def test_hashtags_are_tags(text, left, tags):
    assert without_tags(text) == (text if left is None else left, tags)


@pytest.mark.parametrize(
    ("text", "front"),
    [
        ("The first is ==zero==. [moments](#sandwich)", "The first is {{c1::zero}}."),
        ("It is ==zero.== [moments](#sandwich)", "It is {{c1::zero.}}"),
        (
            "It is ==zero== by [moments](#sandwich)",
            'It is {{c1::zero}} by <a href="qedeck:norms#sandwich">moments</a>',
        ),
    ],
)
def test_a_link_behind_the_last_sentence_of_a_cloze_is_no_part_of_it(text, front):
    assert render(card(text, "", "cloze"), Kit()).front == front
