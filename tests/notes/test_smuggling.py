"""Nothing in a note may change what its page shows, or display a formula that nothing reads."""

from __future__ import annotations

import pytest

PAGE = "---\ntitle: T\nkind: page\n---\n\n"

SMUGGLED = {
    "HTML": '<div class="arithmatex">\\[1 = 2\\]</div>\n',
    "HTML without a formula": "<style>.qd-body { display: none }</style>\n",
    "a script": "<script>document.title = 1</script>\n",
    "HTML in a sentence": 'Words <span style="display:none">more</span> words.\n',
    "an upper-case tag": "Words <IMG src=x> words.\n",
    "a comment with something after it": "<!-- a --> <b>1 = 2</b>\n",
    "a comment that browsers end earlier": "<!-- a --!> <b>1 = 2</b> -->\n",
    "a comment that ends at once": "<!--> <b>1 = 2</b> -->\n",
    "a processing instruction": "<?php 1 ?>\n",
    "a declaration": "<!DOCTYPE html>\n",
    "attributes of a paragraph": "1 = 2\n{: .arithmatex .qd-known }\n",
    "attributes without a colon": "1 = 2\n{.arithmatex}\n",
    "attributes of a word": "Words *1 = 2*{.arithmatex} words.\n",
    "attributes of a formula": 'Words $x${style="display:none"} words.\n',
    "attributes with a formula in them": 'Words\n{: title="$x$" .arithmatex }\n',
    "attributes of a heading": "# Words {: .arithmatex }\n",
    "attributes of a fence": "``` {.arithmatex .qd-known}\n1 = 2\n```\n",
    "a class of a fence": "```python title='1 = 2'\n1 = 2\n```\n",
    "a formula alone": "$1 = 2$\n",
    "a formula alone with a full stop": "$1 = 2$.\n",
    "two formulas alone": "$1 = 2$, $2 = 3$\n",
    "a display command": "It is $\\displaystyle 1 = 2$.\n",
    "a definition": "Let us say $\\gdef\\le{\\ge} x$.\n",
    "another definition": "Let us say $\\let\\le\\ge x$.\n",
    "a link in a formula": "See $\\href{javascript:alert(1)}{x}$.\n",
    "white ink": "See $\\color{white} x$.\n",
    "a gap": "See $\\phantom{x} y$.\n",
    "a formula over another": "See $\\rlap{x} y$.\n",
    "a gap backwards": "See $x \\kern-1em y$.\n",
    "HTML on a card": "> [!card|c] Why? [fact]\n>\n> <b>because</b>\n",
    "a formula alone in bold": "**$1 = 2$**\n",
    "a formula alone in a link": "[$1 = 2$](t.md)\n",
    "a formula alone after a space in disguise": "&nbsp;$1 = 2$\n",
    "a table of formulas": "| $1 = 2$ |\n|---|\n| $2 = 3$ |\n",
    "an operator of its own": "See $\\DeclareMathOperator{\\le}{ge} x$.\n",
    "a raised box": "See $\\raise{1em}{x}$.\n",
    "a mark that turns the line around": "Words \u202eand more.\n",
    "a space of no width": "Words\u200b and $x$.\n",
    "a formula with a space of no width": "Words and $x\u2062y$.\n",
    "a link to a script": "A [link](javascript:alert(1)).\n",
    "a link to a script in capitals": "A [link]( <JavaScript:alert(1)>).\n",
    "a link to a script by entities": "A [link](&#106;avascript:alert(1)).\n",
    "a link to data": "A [link](data:text/html,1=2).\n",
    "a formula with a definition on a card": "> [!card|c] Why $\\def\\a{b}$? [fact]\n>\n> So.\n",
}


@pytest.mark.parametrize("body", SMUGGLED.values(), ids=SMUGGLED)
def test_what_could_change_the_page_is_refused(base, body):
    library = base({"notes/en/t.md": PAGE + body})
    assert library.mistakes


@pytest.mark.parametrize(
    "body",
    [
        "<!-- a comment -->\n",
        "<!--\nover lines, with $x$ in it\n-->\n",
        "See <https://example.org/a_b>.\n",
        "A set \\{1, 2\\} and `{code}` and $\\{1, 2\\}$.\n",
        "## Words {#own-id}\n",
        "Less, $a<b$, and a < b.\n",
        "``` python\nx = {1: 2}\n```\n",
        "With $\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}$ and $\\text{if } x$.\n",
        "> [!card|c] How much? [fact]\n>\n> $1 - x^2$\n",
    ],
)
def test_what_only_says_something_stays(base, body):
    assert base({"notes/en/t.md": PAGE + body}).mistakes == ()


@pytest.mark.parametrize("words", ["<b>T</b>", "T $1 = 2$", "T `1`", "T {: .x}"])
@pytest.mark.parametrize("key", ["title", "topic"])
def test_what_pages_repeat_has_no_markup(base, key, words):
    front = {"title": "T", "kind": "page", key: f"'{words}'"}
    lines = "\n".join(f"{name}: {value}" for name, value in front.items())
    (mistake,) = base({"notes/en/t.md": f"---\n{lines}\n---\n\nWords.\n"}).mistakes
    assert "markup" in mistake.problem


@pytest.mark.parametrize("line", ["```", "  ~~~~", '--8<-- "b.py:y"', "--8<--"])
def test_a_snippet_cannot_end_its_code_block(base, line):
    section = f'# --8<-- [start:x]\nX = """\n{line}\n"""\n# --8<-- [end:x]\n'
    body = '``` python\n--8<-- "a.py:x"\n```\n'
    (mistake,) = base({"notes/en/t.md": PAGE + body, "snippets/a.py": section}).mistakes
    assert "ends its code block" in mistake.problem
    other = section.replace(":x]", ":y]") + "# --8<-- [start:x]\nx = 1\n# --8<-- [end:x]\n"
    assert base({"notes/en/t.md": PAGE + body, "snippets/a.py": other}).mistakes == ()
