"""Front matter and template, with the place of each mistake."""

from __future__ import annotations

import pytest

SECTIONS = "## Axioms & definitions\n\n## History\n\n## Mechanism\n\n## Application\n"
FRONT = "---\ntitle: T\ntopic: Why?\n---\n"
NO_FRONT = (
    "the note has no front matter; begin the file with a line `---`, `title:` and `topic:` "
    "below it, then another `---`"
)

BROKEN = {
    "no front matter": (f"‸{SECTIONS}", NO_FRONT),
    "not closed": (
        f"‸---\ntitle: T\n{SECTIONS}",
        "the front matter is not closed within 200 lines; end it with a line `---`",
    ),
    "no title": (
        f"‸---\ntopic: Why?\n---\n{SECTIONS}",
        "the front matter has no title; add a line `title: …`",
    ),
    "no topic": (
        f"‸---\ntitle: T\n---\n{SECTIONS}",
        (
            "the front matter has no topic; "
            "add a line `topic: …` with the question that the note answers"
        ),
    ),
    "an empty title": (
        f"---\n‸title:\ntopic: Why?\n---\n{SECTIONS}",
        "the title is empty; write the title after `title:`",
    ),
    "a list for a title": (
        f"---\ntitle: ‸[a]\ntopic: Why?\n---\n{SECTIONS}",
        "the title is not a line of text; write `title: …`",
    ),
    "a misspelt key": (
        f"---\ntitle: T\ntopic: Why?\n‸atfer: []\n---\n{SECTIONS}",
        "the front matter has no key `atfer`; write `after`",
    ),
    "a doubled key": (
        f"---\ntitle: T\ntopic: Why?\n‸title: U\n---\n{SECTIONS}",
        "`title` stands twice in the front matter; leave one out",
    ),
    "an unknown kind": (
        f"---\ntitle: T\ntopic: Why?\nkind: ‸paeg\n---\n{SECTIONS}",
        "the kind is neither note nor page; write `kind: page`, or leave it out",
    ),
    "after is no list": (
        f"---\ntitle: T\ntopic: Why?\nafter: ‸broken\n---\n{SECTIONS}",
        "`after` is not a list; write `after: [norms]`",
    ),
    "after a note that is not there": (
        f"---\ntitle: T\ntopic: Why?\nafter:\n  - ‸brokn\n---\n{SECTIONS}",
        "there is no note `brokn`; did you mean `broken`?",
    ),
    "after itself": (
        f"---\ntitle: T\ntopic: Why?\nafter: [‸broken]\n---\n{SECTIONS}",
        "the note comes after itself; leave it out",
    ),
    "no YAML": (
        f"---\ntitle: T\ntopic: What‸: why?\n---\n{SECTIONS}",
        (
            "the front matter is not YAML: mapping values are not allowed here; "
            "write `key: value` lines, with quotes around a value that has `: ` in it"
        ),
    ),
    "a line separator, which ends lines in YAML only": (
        f"---\ntitle: T\ntopic: Why?\n# \u2028kind: ‸paeg\n---\n{SECTIONS}",
        "the kind is neither note nor page; write `kind: page`, or leave it out",
    ),
    "a control character": (
        f"---\ntitle: T‸\x07\ntopic: Why?\n---\n{SECTIONS}",
        "the front matter holds the character U+0007; leave it out",
    ),
    "a text instead of keys": (
        f"---\n‸Title\n---\n{SECTIONS}",
        "the front matter is no list of keys and values; write `title: …`",
    ),
    "a missing section": (
        f"{FRONT}## Axioms & definitions\n\n## History\n\n‸## Application\n",
        "`## Mechanism` is missing; add it before this line",
    ),
    "missing sections at the end": (
        f"{FRONT}## Axioms & definitions\n\n## History\n\n‸Text.\n\n",
        "`## Mechanism` and `## Application` are missing; add them below this line",
    ),
    "sections out of order": (
        f"{FRONT}## Axioms & definitions\n\n## Mechanism\n\n## ‸History\n\n## Application\n",
        "the section `History` comes too late; move it before `## Mechanism`",
    ),
    "a doubled section": (
        f"{FRONT}{SECTIONS}\n## ‸Application\n",
        "the section `Application` stands twice; join the two sections",
    ),
    "an unknown section": (
        f"{FRONT}{SECTIONS}\n## ‸Xyz\n",
        "the template has no section `Xyz`; write `### Xyz` below one of its sections",
    ),
    "a misspelt section": (
        f"{FRONT}## ‸Axioms and definitions\n\n## History\n\n## Mechanism\n\n## Application\n",
        (
            "the template has no section `Axioms and definitions`; write "
            "`## Axioms & definitions`, or `### Axioms and definitions` below one of its sections"
        ),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_reported_at_its_place(base, placed, name):
    text, report = placed(BROKEN[name][0], "notes/en/broken.md", BROKEN[name][1])
    library = base({"notes/en/broken.md": text})
    assert report in [str(mistake) for mistake in library.mistakes]
    if "title: T\ntopic: Why?" in text:
        assert len(library.mistakes) == 1


def test_a_page_is_exempt_from_the_template_not_from_the_accounting(base):
    library = base({"notes/en/index.md": "---\ntitle: T\nkind: page\n---\nText.\n\n$$x$$\n"})
    assert [(m.line, m.column) for m in library.mistakes] == [(7, 1)]
    assert library.notes[0].kind == "page"


def test_a_chinese_note_has_chinese_sections(base):
    front = "---\ntitle: 范数\ntopic: 如何度量大小？\n---\n"
    good = "## 公理与定义\n\n## 历史\n\n## 机制\n\n## 应用\n"
    library = base({"notes/zh/norms.md": front + good, "notes/zh/other.md": front + SECTIONS})
    assert {m.path for m in library.mistakes} == {"notes/zh/other.md"}
    assert library.note("norms", "zh").topic == "如何度量大小？"


def test_numbers_and_dates_stay_as_written(base):
    library = base({"notes/en/a.md": f"---\ntitle: 010\ntopic: 2020-01-01\n---\n{SECTIONS}"})
    assert (library.notes[0].title, library.notes[0].topic) == ("010", "2020-01-01")
    assert not library.mistakes


def test_an_unknown_language_and_a_name_that_is_no_slug_are_mistakes(base):
    library = base({"notes/fr/My Note.md": FRONT + SECTIONS})
    assert [m.problem for m in library.mistakes] == [
        "`My Note` cannot begin the ids of a note's claims",
        "there is no language `fr`",
    ]
