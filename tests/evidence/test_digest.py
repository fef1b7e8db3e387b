"""Digests, and the sources of checks that they cover."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from qedeck.errors import SourceError
from qedeck.evidence.digest import digests, engine_hash, same_versions, seed_of
from qedeck.evidence.sources import find_checks, module_source


def statement(text, *uses, kind="claim"):
    return SimpleNamespace(kind=kind, text=text, uses=uses)


STATEMENTS = {
    "n/d": statement("d", kind="definition"),
    "n/a": statement("a", "n/d"),
    "n/b": statement("b", "n/a"),
    "n/c": statement("c"),
}


def changed(statements, sources=None, macros=None, engine="e"):
    before = digests(STATEMENTS, {}, {}, "e")
    after = digests(statements, sources or {}, macros, engine)
    return sorted(name for name in after if before[name] != after[name])


def test_nothing_changed():
    assert changed(dict(STATEMENTS)) == []


def test_a_claim_changes_what_rests_on_it_and_what_it_pins():
    assert changed(STATEMENTS | {"n/a": statement("A", "n/d")}) == ["n/a", "n/b", "n/d"]


def test_a_claim_alone_changes_itself():
    assert changed(STATEMENTS | {"n/c": statement("C")}) == ["n/c"]


def test_a_definition_changes_all_above_it():
    assert changed(STATEMENTS | {"n/d": statement("D", kind="definition")}) == [
        "n/a",
        "n/b",
        "n/d",
    ]


def test_sources_of_a_check_count():
    assert changed(STATEMENTS, {"n/c": ["code"]}) == ["n/c"]


def test_macros_and_engine_change_everything():
    assert changed(STATEMENTS, macros={r"\R": "x"}) == sorted(STATEMENTS)
    assert changed(STATEMENTS, engine="f") == sorted(STATEMENTS)


def test_definitions_in_a_circle_have_digests():
    around = {
        "n/d": statement("d", "n/e", kind="definition"),
        "n/e": statement("e", "n/d", kind="definition"),
    }
    assert len(set(digests(around, {}, {}, "e").values())) == 2


def test_seeds_derive_from_the_digest():
    assert seed_of("a") == seed_of("a") != seed_of("b")
    assert seed_of("a") != seed_of("a", "hand")


def test_the_engine_is_hashed_with_its_grammar():
    assert len(engine_hash()) == 32


def test_versions_are_compared_without_local_labels():
    from importlib.metadata import version

    assert same_versions({"pytest": version("pytest")})
    assert not same_versions({"pytest": "0.1"})
    assert not same_versions({"no-such-distribution": "1"})


def write(root, path, text):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_check_covers_what_it_imports_and_no_other_check(tmp_path):
    write(tmp_path, "snippets/norms.py", "import deep\nP = 1\n")
    write(tmp_path, "snippets/deep.py", "DEEP = 1\n")
    text = (
        "import pytest\nfrom snippets import norms\n"
        "@pytest.mark.claim('n/a')\ndef test_a(claim):\n    ONE\n"
        "class TestB:\n    @pytest.mark.claim('n/b', 'n/c')\n"
        "    def test_b(self, claim):\n        TWO\n"
    )
    write(tmp_path, "checks/test_n.py", text)
    first, second = find_checks(tmp_path)
    assert (first.node, first.claims) == ("checks/test_n.py::test_a", ("n/a",))
    assert (second.node, second.claims) == ("checks/test_n.py::TestB::test_b", ("n/b", "n/c"))
    assert "DEEP" in first.source
    assert "DEEP" in second.source
    assert "ONE" not in second.source


@pytest.mark.parametrize(
    "line",
    [
        "import helper",
        "import helper as h",
        "from helper import x",
        "from . import helper",
        "from .helper import x",
        "from checks import helper",
        "import checks.helper",
        "def f():\n    import helper",
        "import importlib; m = importlib.import_module('helper')",
    ],
)
def test_every_way_to_import_is_followed(tmp_path, line):
    write(tmp_path, "checks/helper.py", "HELPER = 1\n")
    file = write(tmp_path, "checks/test_n.py", line)
    assert any("HELPER" in part for part in module_source(file, tmp_path))


def test_a_marker_with_a_computed_id_is_a_mistake(tmp_path):
    write(
        tmp_path,
        "checks/test_n.py",
        "import pytest\nN = 'n/a'\n@pytest.mark.claim(N)\ndef test_a(claim): pass\n",
    )
    with pytest.raises(SourceError, match=r"checks/test_n.py:3:20: the id of a claim is not"):
        find_checks(tmp_path)
