"""Each kind of mistake in a note, at its exact place. `‸` marks where the caret must stand."""

from __future__ import annotations

import pytest

PAGE = "---\ntitle: Broken\nkind: page\n---\n"
SNIPPET = (
    "# --8<-- [start:p-norm]\ndef norm(x): ...\n# --8<-- [end:p-norm]\n"
    "# --8<-- [start:open]\ndef balls(lang): ...\n"
)
CLAIM = "> [!claim|c] A title\n>\n> Let $x > 0$. Then\n>\n> $$x > 0$$\n"

BROKEN = {
    "a display formula outside a callout": (
        "‸$$x = 1$$\n",
        (
            "a display formula stands outside a callout; "
            "put it into a claim, definition, misconception or cited callout"
        ),
    ),
    "a display formula in a list": (
        "- a\n\n    ‸$$x = 1$$\n",
        (
            "a display formula stands outside a callout; "
            "put it into a claim, definition, misconception or cited callout"
        ),
    ),
    "a display formula inside a paragraph": (
        "Look: ‸$$x = 1$$\n",
        (
            "a display formula stands in a paragraph with words; "
            "leave an empty line before and after it"
        ),
    ),
    "text after a display formula": (
        "> [!claim|c] A title\n>\n> $$x > 0$$ ‸and\n",
        (
            "text stands in the paragraph of a display formula; "
            "leave an empty line after the closing `$$`"
        ),
    ),
    "text below a display formula": (
        "> [!claim|c] A title\n>\n> $$x > 0$$\n> ‸Equality at $x = 1$.\n",
        (
            "text stands in the paragraph of a display formula; "
            "leave an empty line after the closing `$$`"
        ),
    ),
    "an indented display formula": (
        "> [!claim|c] A title\n>\n>   ‸$$x > 0$$\n",
        (
            "the display formula is indented; "
            "begin `$$` where the text around it begins, in a list four spaces in"
        ),
    ),
    "a display formula without dollars": (
        "‸\\begin{aligned}a\\end{aligned}\n",
        "a display formula stands without dollars; write it between `$$` and `$$`",
    ),
    "a formula in round brackets": (
        "Let `\\(` be ‸\\(x\\).\n",
        "a formula stands between `\\(` and `\\)`; write it between `$` and `$`",
    ),
    "an empty display formula": (
        "> [!claim|c] A title\n>\n> ‸$$ $$\n",
        "the display formula is empty; write LaTeX between the dollars",
    ),
    "two display formulas": (
        "> [!claim|c] A title\n>\n> $$x > 0$$\n>\n> ‸$$y > 0$$\n",
        (
            "the claim has two display formulas; "
            "make a second claim of this one, with an id of its own"
        ),
    ),
    "no display formula": (
        "> ‸[!claim|c] A title\n>\n> Let $x > 0$.\n",
        (
            "the claim has no display formula; "
            "write one between `$$` and `$$` in a paragraph of its own"
        ),
    ),
    "an unclosed display formula": (
        "> [!claim|c] A title\n>\n> ‸$$x > 0\n>\n> Equality at $x = 1$.\n",
        "the display formula is not closed; close it with `$$` before the next empty line",
    ),
    "an unclosed inline formula": (
        "Some $x$ and ‸$y and `$z$` end.\n",
        (
            "this dollar opens no formula; "
            "close it with `$`, no space before it, or write `\\$` for a dollar"
        ),
    ),
    "an unclosed inline formula in a claim": (
        "> [!claim|c] A title\n>\n> Let $x > 0$\n> and ‸$y. Then\n>\n> $$x > 0$$\n",
        (
            "this dollar opens no formula; "
            "close it with `$`, no space before it, or write `\\$` for a dollar"
        ),
    ),
    "prices": (
        "It costs ‸$5 or $6.\n",
        (
            "this dollar opens no formula; "
            "close it with `$`, no space before it, or write `\\$` for a dollar"
        ),
    ),
    "an unknown kind": (
        "> [!‸clam|c] A title\n>\n> $$x > 0$$\n",
        (
            "there is no callout of the kind `clam`; write `claim`; "
            "the kinds are definition, claim, misconception, cited, theorem, lemma, assertion, "
            "card and cloze"
        ),
    ),
    "an unknown kind like no other": (
        "> [!‸xyz] A title\n",
        (
            "there is no callout of the kind `xyz`; "
            "the kinds are definition, claim, misconception, cited, theorem, lemma, assertion, "
            "card and cloze"
        ),
    ),
    "no id": (
        "> ‸[!claim] Norms grow\n>\n> $$x > 0$$\n",
        "the claim has no id; write `[!claim|norms-grow]`, small letters, digits and hyphens",
    ),
    "a malformed id": (
        "> [!claim|‸Norm_2] A title\n>\n> $$x > 0$$\n",
        "`Norm_2` is not an id; write `norm-2`",
    ),
    "a doubled id": (
        f"{CLAIM}\n> [!definition|‸c] A title\n>\n> $$y := 1$$\n",
        "the id `c` is taken by the claim in line 5; choose another id",
    ),
    "a card with a claim's id": (
        f"{CLAIM}\n> [!card|‸c]- Why?\n>\n> Because. [fact]\n",
        "the id `c` is taken by the claim in line 5; choose another id",
    ),
    "no title": (
        "> ‸[!claim|c]\n>\n> $$x > 0$$\n",
        "the claim has no title; write the title in the same line after `]`",
    ),
    "a callout's title not closed": (
        "> ‸[!claim|c A title\n",
        "the callout's `[!` is not closed; write `> [!claim|its-id] Its title`",
    ),
    "a callout outside a quote": (
        "‸[!claim|c] A title\n",
        "a callout's title stands outside a quote; begin every line of the callout with `> `",
    ),
    "a callout glued to another": (
        f"{CLAIM}> ‸[!claim|d] A title\n>\n> text\n",
        "a callout begins inside another quote; leave an empty line, without `>`, before it",
    ),
    "a formula in a title": (
        "> [!claim|c] The ‸$p$-norm\n>\n> $$x > 0$$\n",
        "nothing reads the formula in the title of a claim; write the title in words",
    ),
    "a link in a title": (
        f"{CLAIM}\n> [!claim|d] The ‸[norm](#c)\n>\n> $$x > 0$$\n",
        "nothing follows the link in the title of a claim; put it into the hypotheses",
    ),
    "code in a claim": (
        "> [!claim|c] A title\n>\n> Let ‸`x` be.\n>\n> $$x > 0$$\n",
        "nothing reads code in a claim; write it as a formula, or in words",
    ),
    "a code block in a claim": (
        "> [!claim|c] A title\n>\n> $$x > 0$$\n>\n> ‸```\n> code\n> ```\n",
        "nothing reads a code block in a claim; put it below the claim",
    ),
    "a list in a claim": (
        "> [!claim|c] A title\n>\n> ‸- Let $x > 0$\n>\n> $$x > 0$$\n",
        "nothing reads a list in a claim; put it below the claim",
    ),
    "an image in a claim": (
        "> [!claim|c] A title\n>\n> ‸![a](figure:norms.balls)\n>\n> $$x > 0$$\n",
        "nothing reads an image in a claim; put it below the claim",
    ),
    "HTML in a claim": (
        "> [!claim|c] A title\n>\n> $$x > 0$$\n>\n> ‸<div>a</div>\n",
        "nothing reads HTML in a claim; put it below the claim",
    ),
    "a formula in a link in a claim": (
        f"{CLAIM}\n> [!claim|d] Two\n>\n> By [the ‸$x$](#c). Then\n>\n> $$x > 0$$\n",
        "nothing reads a formula in a link in a claim; write the link in words",
    ),
    "an external link in a claim": (
        "> [!claim|c] A title\n>\n> By [it](‸https://example.org). Then\n>\n> $$x > 0$$\n",
        (
            "a link in a claim leads to a definition or claim, this one does not; "
            "write `[words](#id)` or `[words](note.md#id)`"
        ),
    ),
    "a link to nothing": (
        f"{CLAIM}\n> [!claim|sandwich] Two\n>\n> By [it](‸#sandwhich). Then\n>\n> $$x > 0$$\n",
        "the note `broken` has no callout `sandwhich`; did you mean `#sandwich`?",
    ),
    "a link to nothing in a nested quote": (
        f"{CLAIM}\n> - > see [it](broken.md‸#d)\n",
        "the note `broken` has no callout `d`; write the id of a callout that there is",
    ),
    "a link to no note": (
        "See [it](‸brokn.md#c).\n",
        "there is no note `brokn`; did you mean `broken.md`?",
    ),
    "a link to a card": (
        (
            "> [!card|k]- Why?\n>\n> So. [fact]\n\n"
            "> [!claim|c] A title\n>\n> By [it](‸#k). Then\n>\n> $$x > 0$$\n"
        ),
        "`k` is a card, and nothing rests on a card; link the claim that the card asks about",
    ),
    "a link to a section": (
        "## History\n\n> [!claim|c] A title\n>\n> By [it](‸#history). Then\n>\n> $$x > 0$$\n",
        "`history` is a section, not a definition or claim; link the definition or claim itself",
    ),
    "a link to a misconception": (
        (
            "> [!misconception|m] A title\n>\n> $$x > 0$$\n\n"
            "> [!claim|c] A title\n>\n> By [it](broken.md‸#m). Then\n>\n> $$x > 0$$\n"
        ),
        "`m` is a misconception, which is false; link the true claim",
    ),
    "a circle": (
        (
            "> [!claim|a] A\n>\n> By [b](‸#b). Then\n>\n> $$x > 0$$\n\n"
            "> [!claim|b] B\n>\n> By [a](#a). Then\n>\n> $$x > 0$$\n"
        ),
        "claims rest on each other in a circle: broken/a → broken/b → broken/a; remove one link",
    ),
    "a claim that rests on itself": (
        "> [!claim|a] A\n>\n> By [a](‸#a). Then\n>\n> $$x > 0$$\n",
        "claims rest on each other in a circle: broken/a → broken/a; remove one link",
    ),
    "a card without an answer": (
        "> ‸[!card|k]- Why?\n>\n> [fact]\n",
        "the card has no answer; write the answer below the question, each line after `> `",
    ),
    "a card without a question": (
        "> ‸[!card|k]-\n>\n> So. [fact]\n",
        "the card has no question; write the question in the same line after `]`",
    ),
    "a card that rests on nothing": (
        "> ‸[!card|k]- Why?\n>\n> So, see [there](https://example.org) and `[fact]`.\n",
        "the card rests on nothing; link the claim that it rests on, or write `[fact]`",
    ),
    "a cloze without a deletion": (
        "> ‸[!cloze|k] It is `==x==` or $a ==b== c$. [fact]\n",
        "the cloze has no deletion; put `==` around what is asked for, in the line of the title",
    ),
    "a cloze with a deletion not closed": (
        "> [!cloze|k] It is ==x== or ‸==y. [fact]\n",
        "this `==` opens a deletion that is not closed; write `==words==`",
    ),
    "a cloze with an empty deletion": (
        "> [!cloze|k] It is ‸== ==. [fact]\n",
        "the deletion is empty, or has a space at its edge; write `==words==`",
    ),
    "an unclosed formula in an answer": (
        "> [!card|k]- Why?\n>\n> - So ‸$x. [fact]\n",
        (
            "this dollar opens no formula; "
            "close it with `$`, no space before it, or write `\\$` for a dollar"
        ),
    ),
    "a callout in an answer": (
        "> [!card|k]- Why?\n>\n> So. [fact]\n>\n> > ‸[!card|l]- Why?\n",
        "a callout begins inside another quote; leave an empty line, without `>`, before it",
    ),
    "a figure without alternative text": (
        "![‸](figure:norms.balls)\n",
        "the image has no alternative text; say between the brackets what it shows",
    ),
    "a formula in alternative text": (
        "![Balls for ‸$p$](figure:norms.balls)\n",
        "alternative text shows a formula as bare LaTeX; say it in words",
    ),
    "a fence that is not closed": (
        "> ‸``` python\n> x = 1\n\ntext\n",
        "the code fence is not closed; end it with a line of the same marks",
    ),
    "a display formula below a fence": (
        "> [!card|k]- Why?\n>\n> ```\n> x\n> ```\n> ‸$$x$$\n>\n> [fact]\n",
        "a display formula is glued to what stands above it; leave an empty line before `$$`",
    ),
    "a formula nested too deeply": (
        "> > > > > > > > > > > > > ‸$$x$$\n",
        (
            "nothing reads this line, which has a dollar in it; "
            "write it as a paragraph, less deeply nested"
        ),
    ),
    "a display formula in a heading": (
        "## A ‸$$x$$\n",
        (
            "a display formula stands in a paragraph with words; "
            "leave an empty line before and after it"
        ),
    ),
    "a figure without function": (
        "![Balls](figure:‸norms.bals)\n",
        "snippets/norms.py defines no function `bals`; did you mean `balls`?",
    ),
    "a figure without module": (
        "> - text ![Balls](figure:‸norm.balls)\n",
        "there is no file snippets/norm.py; did you mean `norms.py`?",
    ),
    "a figure that is none": (
        "![Balls](‸figure:norms)\n",
        "`figure:norms` names no figure; write `figure:module.function`",
    ),
    "an image that is not there": (
        "![Balls](‸balls.png)\n",
        "there is no image `balls.png`; name a file beside the note",
    ),
    "an image from elsewhere": (
        "![Balls](‸https://example.org/balls.png)\n",
        "the image is not part of the knowledge base; save it beside the note and name that file",
    ),
    "a snippet section that is not there": (
        '``` python\n--8<-- "‸norms.py:p-nrm"\n```\n',
        "snippets/norms.py has no section `p-nrm`; did you mean `p-norm`?",
    ),
    "a snippet section that does not end": (
        '``` python\n--8<-- "‸norms.py:open"\n```\n',
        (
            "the section `open` of snippets/norms.py has no end; "
            "add `# --8<-- [end:open]` to snippets/norms.py"
        ),
    ),
    "a snippet file that is not there": (
        '- a\n\n    ``` python\n    --8<-- "‸norm.py:p-norm"\n    ```\n',
        "there is no file snippets/norm.py; did you mean `norms.py`?",
    ),
    "a snippet outside the folder": (
        '``` python\n--8<-- "‸../norms.py:p-norm"\n```\n',
        "`../norms.py` leaves the folder snippets; name a file under snippets/",
    ),
    "a snippet without a section": (
        '``` python\n--8<-- "‸norms.py"\n```\n',
        'the snippet names no section; write `--8<-- "module.py:section"`',
    ),
    "a snippet outside a fence": (
        '‸--8<-- "norms.py:p-norm"\n',
        "a snippet stands outside a code fence; put a line ``` before and after it",
    ),
    "a snippet in a quote": (
        '> ```\n> ‸--8<-- "norms.py:p-norm"\n> ```\n',
        "a snippet stands in a quote, where it is not included; put it below the quote",
    ),
    "a formula in an indented block": (
        "text\n\n    ‸code $$x$$\n",
        "nothing reads a formula in an indented block; remove the indentation",
    ),
    "a formula in HTML": (
        "‸<div>$x$</div>\n",
        "HTML in a note; write Markdown; a comment stands alone between <!-- and -->",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_reported_at_its_place(base, placed, name):
    body, message = BROKEN[name]
    text, report = placed(PAGE + body, "notes/en/broken.md", message)
    library = base({"notes/en/broken.md": text, "snippets/norms.py": SNIPPET})
    assert [str(mistake) for mistake in library.mistakes] == [report]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("See ‸[[norms]] for more.", "a link of Obsidian's"),
        ("See ‸![[ball.png]].", "an embed of Obsidian's"),
        ("Text ‸%%later%% text.", "a comment of Obsidian's"),
        ("A paragraph. ‸^my-block", "a block id of Obsidian's"),
        ("| a | b |\n|---|---|\n| $‸|x|$ | 1 |", "a bar in a formula splits this row of the table"),
        ("a | b\n:-- | --:\n1 | $P(A ‸\\| B)$", "a bar in a formula splits this row of the table"),
    ],
)
def test_what_pages_would_show_otherwise_is_a_mistake(base, text, problem):
    before, after = f"---\ntitle: T\nkind: page\n---\n\n{text}\n".split("‸")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    library = base({"notes/en/t.md": before + after})
    assert [(m.line, m.column) for m in library.mistakes] == [(line, column)]
    assert library.mistakes[0].problem.startswith(problem)


@pytest.mark.parametrize(
    "text",
    [
        "A matrix $[[1, 2]]$ and `[[code]]`, \\[[not a link]], 50 %% no.".replace("%%", "%"),
        "| a | b |\n|---|---|\n| $\\lvert x \\rvert$ | $P(A \\mid B)$ |",
        "A sum $|x|$ in prose, and a power x^2.",
        "[[1]](https://example.org/paper) is a link.",
    ],
)
def test_what_pages_show_as_it_is_meant_is_none(base, text):
    assert not base({"notes/en/t.md": f"---\ntitle: T\nkind: page\n---\n\n{text}\n"}).mistakes
