from __future__ import annotations

import re
from pathlib import Path

import pytest

from qedeck.errors import SourceError
from qedeck.notes.figures import Figures, PackageMissing, figure_svg


def test_a_figure_is_the_same_on_every_run(project):
    assert figure_svg(project / "snippets", "norms", "lines") == figure_svg(
        project / "snippets", "norms", "lines"
    )


def test_colours_follow_the_page_or_are_fixed(project):
    page = figure_svg(project / "snippets", "norms", "lines", theme="page")
    assert "var(--qd-figure-0)" in page
    assert "currentColor" in page
    assert not re.search(r"#[0-9a-f]{6}", page)
    light = figure_svg(project / "snippets", "norms", "lines", theme="light")
    dark = figure_svg(project / "snippets", "norms", "lines", theme="dark")
    assert "var(" not in light
    assert light != dark


def test_ids_belong_to_the_figure_alone(project):
    svg = figure_svg(project / "snippets", "norms", "lines")
    ids = re.findall(r'\bid="([^"]*)"', svg)
    used = re.findall(r'(?:href="|url\()#([^")]*)', svg)
    assert ids
    assert all(name.startswith("norms-lines-") for name in ids + used)
    assert set(used) <= set(ids)
    assert "<style" not in svg


def test_a_kept_drawing_is_used_until_a_snippet_changes(project, tmp_path):
    figures = Figures(project / "snippets", tmp_path / "kept")
    first = figures.svg("norms", "lines")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_text(kept.read_text().replace("<svg ", '<svg data-kept="" ', 1))
    again = Figures(project / "snippets", tmp_path / "kept")
    assert "data-kept" in again.svg("norms", "lines")
    module = project / "snippets/norms.py"
    module.write_text(module.read_text() + "\n")
    assert again.svg("norms", "lines") == first


def test_words_are_in_the_language_asked_for(project):
    snippets = project / "snippets"
    assert figure_svg(snippets, "norms", "lines", "en") != figure_svg(
        snippets, "norms", "lines", "zh"
    )


@pytest.mark.parametrize(
    ("module", "function", "said"),
    [
        ("nothing", "lines", "snippets/nothing.py:1:1: there is no such module"),
        ("norms", "nothing", "snippets/norms.py:1:1: there is no function nothing"),
        ("norms", "p_norm", "snippets/norms.py:1:1: the figure p_norm raised TypeError"),
        ("norms", "wrong", "snippets/norms.py:30:1: the figure wrong raised ZeroDivisionError"),
    ],
)
def test_what_cannot_be_drawn_is_named_with_its_place(project, module, function, said):
    with pytest.raises(SourceError) as raised:
        figure_svg(project / "snippets", module, function)
    assert str(raised.value).startswith(said)


def test_a_missing_package_is_no_mistake_of_the_author(project):
    with pytest.raises(PackageMissing) as raised:
        figure_svg(project / "snippets", "norms", "needs")
    assert raised.value.package == "a_package_that_is_missing"


def test_our_own_figures_name_no_fixed_colour():
    snippets = Path(__file__).parents[2] / "snippets"
    for path in snippets.glob("*.py"):
        assert not re.search(r"#[0-9a-fA-F]{6}\b|cmap=", path.read_text(encoding="utf-8")), (
            path.name
        )
