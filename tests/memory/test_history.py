"""Events and the files they lie in: merged by union, mended at a torn end, damaged nowhere else."""

from __future__ import annotations

import json
import os
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qedeck.errors import SourceError
from qedeck.memory.event import DamagedError, Event, in_order, parse
from qedeck.memory.history import Journal, device, read_history
from qedeck.memory.replay import live, replay
from qedeck.memory.ulid import ALPHABET, SHAPE, Ids, ulid

from . import vectors

ids = st.builds(ulid, st.integers(0, (1 << 48) - 1), st.integers(0, 7))
times = st.integers(1_700_000_000_000, 1_700_000_500_000)


texts = st.text(st.characters(exclude_categories="CZ"), min_size=1, max_size=20)


def events(own=ids, names=texts):
    """Events of every kind."""
    grades, spans, none = st.integers(1, 4), st.integers(0, 1 << 40), st.none()
    others = st.sampled_from(["suspend", "resume", "bury"])
    return st.one_of(
        st.tuples(own, st.just("review"), names, times, names, grades, spans),
        st.tuples(own, st.just("retract"), names, times, names, none, none, own),
        st.tuples(own, others, names, times, names),
    ).map(lambda parts: Event(*parts))


def distinct(listed):
    return list({event.id: event for event in listed}.values())


few = st.integers(0, 12).map(lambda number: ulid(1_700_000_000_000, number))
logs = st.lists(events(few, st.sampled_from(["en/a", "en/b/c1", "en/ü"])), max_size=10).map(
    distinct
)


def review(card="en/a", at=1_700_000_000_000, grade=3, number=0):
    return Event(ulid(at, number), "review", card, at, "test", grade, 1000)


@settings(deadline=None)
@given(events())
def test_an_event_is_read_as_it_was_written(event):
    line = str(event)
    assert "\n" not in line
    assert parse(line) == event
    assert list(json.loads(line))[:4] == ["v", "id", "kind", "card"]


def test_the_line_of_an_event_is_fixed_for_ever():
    assert str(review()) == (
        '{"v":1,"id":"01HF7YAT000000000000000000","kind":"review","card":"en/a",'
        '"at":1700000000000,"grade":3,"ms":1000,"by":"test"}'
    )
    taken = Event(ulid(1, 2), "retract", "en/a", 1, "site", of=ulid(0, 1))
    assert str(taken) == (
        '{"v":1,"id":"00000000010000000000000002","kind":"retract","card":"en/a",'
        '"of":"00000000000000000000000001","at":1,"by":"site"}'
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"v": 2}, "its version is 2, and this program reads version 1"),
        ({"v": True}, "its version is true"),
        ({"kind": "remove"}, 'its kind is "remove", not one of review, retract'),
        ({"kind": ["review"]}, "its kind is"),
        ({"grade": 5}, "its grade is 5, not 1, 2, 3 or 4"),
        ({"grade": 3.0}, "its grade is 3.0"),
        ({"grade": True}, "its grade is true"),
        ({"at": -1}, "its time is -1"),
        ({"at": 1.5}, "its time is 1.5"),
        ({"at": float("nan")}, "its time is NaN"),
        ({"ms": -1}, "the time that it took is -1"),
        ({"ms": None}, "the time that it took is null"),
        ({"card": ""}, 'its card is ""'),
        ({"card": "a\nb"}, "its card is"),
        ({"by": 7}, "its by is 7"),
        ({"id": "x"}, 'its id is "x", not a ULID'),
        ({"id": ulid(1, -1).lower()}, "its id is"),
        ({"of": ulid(1, 1)}, 'it has "of", which is not known'),
        ({"at": ...}, "it lacks at"),
    ],
)
def test_a_line_that_is_no_event_says_why(change, said):
    record = {**json.loads(str(review())), **change}
    line = json.dumps({name: value for name, value in record.items() if value is not ...})
    with pytest.raises(DamagedError, match=re.escape(said)):
        parse(line)


@pytest.mark.parametrize(
    "line", ["", "{", "null", "[]", "7", '"x"', "[" * 100_000, f"{review()}{review()}", "{} x"]
)
def test_what_is_no_object_is_no_event(line):
    with pytest.raises(DamagedError):
        parse(line)


def test_ids_grow_within_a_millisecond():
    made = Ids()
    found = [made.new(5) for _ in range(1000)]
    assert found == sorted(set(found))
    assert all(SHAPE.fullmatch(one) for one in found)
    assert made.new(6) > found[-1]
    assert len(ALPHABET) == 32


def test_a_ulid_is_as_its_specification_says():
    assert ulid(1_469_918_176_385, 0)[:10] == "01ARYZ6S41"
    assert ulid((1 << 48) - 1, (1 << 80) - 1) == "7" + "Z" * 25


@settings(deadline=None)
@given(logs, st.randoms())
def test_replay_does_not_depend_on_the_order_of_reading(log, rng):
    shuffled = rng.sample(log, len(log))
    assert vars(replay(shuffled)) | {"model": 0} == vars(replay(log)) | {"model": 0}


@settings(deadline=None)
@given(logs, logs, logs)
def test_merging_is_a_union(one, two, three):
    def merged(*parts):
        return {event.id: event for part in parts for event in part}

    common = {e.id: e for e in (*three, *two, *one)}
    one, two, three = ([common[e.id] for e in part] for part in (one, two, three))
    assert merged(one, two) == merged(two, one)
    assert merged(merged(one, two).values(), three) == merged(one, merged(two, three).values())
    assert merged(one, one) == merged(one)


@settings(deadline=None)
@given(logs)
def test_what_is_taken_back_never_was(log):
    gone = {event.of for event in log if event.kind == "retract"}
    without = [e for e in log if e.kind == "retract" or e.id not in gone]
    assert live(log) == live(without)
    assert replay(log).schedules == replay(without).schedules


@settings(deadline=None)
@given(logs)
def test_events_that_count_come_by_time_and_id(log):
    found = live(log)
    assert found == in_order(found)
    assert [(e.at, e.id) for e in found] == sorted((e.at, e.id) for e in found)


@settings(deadline=None)
@given(st.lists(logs, max_size=4))
def test_devices_merge_whatever_they_share(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("reviews")
    common: dict[str, Event] = {}
    for number, part in enumerate(parts):
        own = [common.setdefault(event.id, event) for event in part]
        Journal(folder, f"device-{number}").append(own)
    assert read_history(folder).events == common


def test_a_device_is_named_as_a_file_may_be(monkeypatch):
    monkeypatch.setenv("QEDECK_DEVICE", "../Ünser Läptop!")
    assert device() == "nser-l-ptop"
    monkeypatch.setenv("QEDECK_DEVICE", "///")
    assert device() == "device"


def test_nothing_is_there_at_first(tmp_path):
    assert read_history(tmp_path / "reviews").events == {}


@pytest.mark.parametrize("cut", range(1, len(str(review())) + 1, 7))
def test_a_torn_last_line_is_mended_with_a_word(tmp_path, cut):
    journal = Journal(tmp_path / "reviews", "laptop")
    first, second, third = (review(number=k) for k in (1, 2, 3))
    journal.append([first])
    with journal.path.open("a") as file:
        file.write(str(second)[:-cut])
    read = read_history(journal.path.parent)
    assert list(read.events.values()) == [first]
    assert [(torn.path, torn.line) for torn in read.torn] == [("reviews/laptop.jsonl", 2)]
    torn = journal.append([third])
    assert str(torn).startswith("reviews/laptop.jsonl:2: the last line is torn")
    assert journal.path.read_text() == f"{first}\n{third}\n"
    assert journal.append([]) is None


def test_zeros_that_a_dead_machine_left_are_a_torn_line(tmp_path):
    journal = Journal(tmp_path / "reviews", "laptop")
    journal.append([review(number=1)])
    with journal.path.open("ab") as file:
        file.write(bytes(40))
    assert read_history(journal.path.parent).torn
    assert journal.append([review(number=2)])
    assert len(read_history(journal.path.parent).events) == 2


def test_a_last_line_that_lacks_its_end_alone_is_kept(tmp_path):
    journal = Journal(tmp_path / "reviews", "laptop")
    journal.append([review(number=1)])
    journal.path.write_text(journal.path.read_text().rstrip("\n"))
    assert journal.append([review(number=2)]) is None
    assert len(read_history(journal.path.parent).events) == 2


def test_carriage_returns_blank_lines_and_a_byte_order_mark_do_no_harm(tmp_path):
    file = tmp_path / "laptop.jsonl"
    file.write_bytes(f"\ufeff{review(number=1)}\r\n\r\n{review(number=2)}\r\n".encode())
    assert len(read_history(tmp_path).events) == 2
    Journal(tmp_path, "laptop").append([review(number=3)])
    assert len(read_history(tmp_path).events) == 3


@pytest.mark.parametrize(
    "bad", [b"{", b"\xff\xfe", b"<<<<<<< HEAD", bytes(8), b'{"v":1}', str(review()).encode() * 2]
)
def test_any_other_damage_is_named_with_its_place(tmp_path, bad):
    folder = tmp_path / "reviews"
    Journal(folder, "a").append([review(number=1)])
    good = f"{review(number=2)}\n".encode()
    (folder / "b.jsonl").write_bytes(good + bad + b"\n" + good)
    with pytest.raises(SourceError) as caught:
        read_history(folder)
    (mistake,) = caught.value.mistakes
    assert str(mistake).startswith("reviews/b.jsonl:2:1: this line is damaged: ")
    assert "restore the line from a copy, or remove it" in str(mistake)
    assert (folder / "b.jsonl").read_bytes() == good + bad + b"\n" + good


def test_two_events_with_one_id_are_named_with_both_places(tmp_path):
    folder = tmp_path / "reviews"
    Journal(folder, "a").append([review(grade=3)])
    Journal(folder, "b").append([review(grade=4)])
    with pytest.raises(SourceError, match=r"reviews/b\.jsonl:1:1: .* stands in reviews/a\.jsonl:1"):
        read_history(folder)


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    journal = Journal(tmp_path, "laptop")
    journal.append([review(number=1)])
    before = journal.path.read_bytes()
    write = os.write

    def full(file, text):
        if len(text) > 100:
            return write(file, text[:60])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            journal.append([review(number=2)])
    assert journal.path.read_bytes() == before
    journal.append([review(number=2)])
    assert len(read_history(tmp_path).events) == 2


def test_random_bytes_are_never_taken_for_events(tmp_path):
    rng = random.Random(7)
    text = "".join(f"{review(number=k)}\n" for k in range(4)).encode()
    known = {parse(line) for line in text.decode().splitlines()}
    for _ in range(200):
        damaged = bytearray(text)
        damaged[rng.randrange(len(text))] = rng.randrange(256)
        (tmp_path / "x.jsonl").write_bytes(damaged)
        try:
            read = read_history(tmp_path)
        except SourceError:
            continue
        changed = set(read.events.values()) - known
        assert len(changed) <= 1
        assert len(read.events) + len(read.torn) >= 3


@pytest.mark.parametrize("one", vectors.vectors()["events"], ids=lambda one: one["name"])
def test_histories_of_the_vectors_end_as_they_say(one):
    memory = replay(map(parse, one["events"]))
    for card, told in one["cards"].items():
        assert vectors.told(memory.schedules.get(card)) == told["schedule"]
        assert (card in memory.suspended) == told["suspended"]
        assert memory.buried.get(card) == told["buried"]
