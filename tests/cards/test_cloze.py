"""Numbers of deletions through edits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qedeck.cards.cloze import Deletion, Found, TwoReadingsError, assign, merged, read

WORDS = st.sampled_from(["batch", "running", "mean", "variance", "$x_{i}$", "ε"])
DISTINCT = st.lists(st.integers(0, 10**6).map(str), min_size=1, max_size=6, unique=True)


def after(old, *texts):
    """Numbers of a text's deletions, and all that is remembered."""
    new = [read(text) for text in texts]
    ordinals = assign(old, new)
    return ordinals, merged(old, new, ordinals)


def test_a_new_cloze_is_numbered_in_reading_order():
    assert after((), "a", "b", "c")[0] == (1, 2, 3)


def test_a_number_that_the_author_writes_is_taken():
    assert after((), "a", "c1::b", "c7::c")[0] == (2, 1, 7)
    assert read("c2::x::y") == Found("x::y", 2)
    assert after((), "c1::a", "c1::b")[0] == (1, 1)


def test_insertion_and_removal_leave_the_others():
    _, known = after((), "a", "b")
    ordinals, known = after(known, "new", "a", "b")
    assert ordinals == (3, 1, 2)
    ordinals, known = after(known, "new", "b")
    assert ordinals == (3, 2)
    assert Deletion(1, "a", retired=True) in known
    assert after(known, "new", "b", "a")[0] == (3, 2, 4)


def test_an_edit_in_place_keeps_its_number():
    _, known = after((), "a", "bacth", "c")
    assert after(known, "a", "batch", "c")[0] == (1, 2, 3)
    assert after(after((), "only")[1], "other")[0] == (1,)


def test_swapped_deletions_keep_their_numbers():
    _, known = after((), "a", "b")
    assert after(known, "b", "a")[0] == (2, 1)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (("a", "b"), ("x", "y")),
        (("a", "b"), ("b", "x")),
        (("a",), ("x", "y")),
        (("a", "b", "c"), ("c", "x", "a")),
        (("a",), ("a", "a")),
        (("a", "a"), ("a",)),
    ],
)
def test_an_edit_with_two_readings_stops_and_says_how_to_number(before, now):
    _, known = after((), *before)
    with pytest.raises(TwoReadingsError, match=r"two ways.*; number them.*==c1::a=="):
        after(known, *now)


def test_numbering_resolves_two_readings():
    _, known = after((), "a", "b")
    assert after(known, "c1::x", "y")[0] == (1, 2)
    assert after(known, "c2::x", "c3::y")[0] == (2, 3)
    ordinals, known = after(known, "c2::x", "c3::y")
    assert after(known, "x", "y")[0] == ordinals


def test_a_spent_number_is_refused():
    _, known = after((), "a", "b")
    _, known = after(known, "a")
    with pytest.raises(TwoReadingsError, match=r"takes number 2, .*; number it 3 or higher"):
        after(known, "a", "c2::b")


def test_a_cloze_that_deletes_nothing_is_refused():
    with pytest.raises(TwoReadingsError, match="nothing is deleted"):
        after(())


@settings(deadline=None)
@given(DISTINCT, st.data())
def test_inserting_and_removing_never_renumbers(texts, data):
    _, known = after((), *texts)
    where = dict(zip(texts, (d.ordinal for d in known), strict=True))
    kept = [text for text in texts if data.draw(st.booleans())]
    removed = len(kept) < len(texts)
    fresh = [] if removed else data.draw(st.lists(st.integers(10**7).map(str), unique=True))
    for text in fresh:
        kept.insert(data.draw(st.integers(0, len(kept))), text)
    if not kept:
        return
    ordinals, _ = after(known, *kept)
    for text, ordinal in zip(kept, ordinals, strict=True):
        assert ordinal == where[text] if text in where else ordinal > len(texts)


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=6))
def test_no_number_ever_means_two_deletions_or_comes_back(history):
    known, spent = (), set()
    for texts in history:
        try:
            ordinals, known_now = after(known, *texts)
        except TwoReadingsError:
            continue
        assert len(set(ordinals)) == len(ordinals)
        assert not spent & set(ordinals)
        live = {d.ordinal: d.text for d in known if not d.retired}
        unchanged = [text for text in set(texts) if list(live.values()).count(text) == 1]
        for text in unchanged:
            (before,) = (ordinal for ordinal, old in live.items() if old == text)
            assert ordinals[texts.index(text)] == before
        assert {d.ordinal for d in known} <= {d.ordinal for d in known_now}
        spent |= {d.ordinal for d in known_now if d.retired}
        known = known_now


@settings(deadline=None)
@given(st.permutations(["a", "b", "c", "d"]))
def test_reordering_never_renumbers(order):
    _, known = after((), "a", "b", "c", "d")
    assert after(known, *order)[0] == tuple("abcd".index(text) + 1 for text in order)
