"""Wrong variants of definitions, on the page, are rejected by what compares them with PyTorch."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from qedeck.evidence.library import Project, read_project
from qedeck.evidence.snippets import load
from qedeck.evidence.view import view_of

from .variants import ROOT, callout

BN = r"\sqrt{\sigma^2_c + \epsilon}"
LN = r"\sqrt{\sigma^2 + \epsilon}"
SCORES = r"\operatorname{softmax}\left( \frac{Q K^\top}{\sqrt{d_k}} \right)"
VARIANTS = [
    ("batch-norm", "train-forward", r"\sigma^2_c := \frac{1}{n}", r"\sigma^2_c := \frac{1}{n - 1}"),
    ("batch-norm", "train-forward", BN, r"\sqrt{\sigma^2_c}"),
    ("batch-norm", "train-forward", BN, r"(\sqrt{\sigma^2_c} + \epsilon)"),
    ("batch-norm", "train-forward", r"x_{ic} - \mu_c}{\sqrt", r"x_{ic}}{\sqrt"),
    ("batch-norm", "eval-forward", r"\sqrt{v_c + \epsilon}", r"\sqrt{v_c} + \epsilon"),
    (
        "layer-and-group-norm",
        "standardise",
        r"\sigma^2 := \frac{1}{d}",
        r"\sigma^2 := \frac{1}{d - 1}",
    ),
    ("layer-and-group-norm", "standardise", LN, r"\sqrt{\sigma^2}"),
    ("layer-and-group-norm", "standardise", LN, r"(\sqrt{\sigma^2} + \epsilon)"),
    ("layer-and-group-norm", "group-norm", r"\mu_g := \frac{1}{K M}", r"\mu_g := \frac{1}{K}"),
    (
        "layer-and-group-norm",
        "rms",
        r"\frac{1}{d} \sum_{j=1}^{d} x_j^2 + \epsilon}}$$",
        r"\sum_{j=1}^{d} x_j^2 + \epsilon}}$$",
    ),
    ("attention", "weights", SCORES, r"\operatorname{softmax}\left( \frac{Q K^\top}{d_k} \right)"),
    ("attention", "weights", SCORES, r"\operatorname{softmax}(Q K^\top)"),
    ("attention", "weights", SCORES, r"\operatorname{softmax}(Q K^\top d_k)"),
    (
        "attention",
        "weights",
        SCORES,
        r"\left( \operatorname{softmax}\left( \frac{K Q^\top}{\sqrt{d_k}} \right) \right)^\top",
    ),
    ("running-statistics", "ema", r"(1 - m) r_{t-1} + m v_t", r"m r_{t-1} + (1 - m) v_t"),
    (
        "convexity",
        "soft-threshold-operator",
        r"\operatorname{sgn}(a) \, (|a| - \lambda)_+",
        r"[|a| > \lambda] \, a",
    ),
    ("convexity", "soft-threshold-operator", r"(|a| - \lambda)_+", r"(|a| - \frac{\lambda}{2})_+"),
    (
        "convexity",
        "soft-threshold-operator",
        r"\operatorname{sgn}(a) \, (|a| - \lambda)_+",
        r"\frac{a}{1 + \lambda}",
    ),
    ("regularization", "adamw-first-step", r"(1 - \eta \lambda) w", r"(1 - \lambda) w"),
    (
        "regularization",
        "adamw-first-step",
        r"\eta \frac{g}{|g| + \epsilon}",
        r"\eta \frac{g + \lambda w}{|g + \lambda w| + \epsilon}",
    ),
    ("norms", "clip", r"\min\left( 1,", r"\max\left( 1,"),
    ("softmax", "softmax", r"e^{z_i}}{", r"z_i}{"),
]
"""Note, definition, what stands there, what is written in its place."""
WITNESS = {"running-statistics/ema": "running-statistics/ema-closed-form"}
"""The claim whose check computes with a definition, where it is not the definition itself."""


def checks_of(name: str) -> Iterator[Callable[[Any], None]]:
    """The hand-written checks that are about a statement."""
    note = name.partition("/")[0].replace("-", "_")
    for found in vars(load(ROOT / "checks" / f"test_{note}.py")).values():
        marks = getattr(found, "pytestmark", ())
        if any(mark.name == "claim" and name in mark.args for mark in marks):
            yield found


def rank(k: int) -> int:
    """Of how many variants of the same definition this one comes after."""
    return sum(one[:2] == VARIANTS[k][:2] for one in VARIANTS[:k])


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Project]:
    """Copies of the project in which the first, the second … variants stand."""
    found = {}
    for number in sorted(set(map(rank, range(len(VARIANTS))))):
        root = tmp_path_factory.mktemp("definitions") / "project"
        for folder in ("notes", "snippets", "checks"):
            shutil.copytree(ROOT / folder, root / folder)
        shutil.copy(ROOT / "mkdocs.yml", root)
        for k, (note, slug, old, new) in enumerate(VARIANTS):
            if rank(k) == number:
                corrupt(root / "notes" / "en" / f"{note}.md", slug, old, new)
        found[number] = read_project(root)
    return found


def corrupt(page: Path, slug: str, old: str, new: str) -> None:
    """Write one error into a definition."""
    text = page.read_text("utf-8")
    right = callout(text, slug)
    assert old in right, f"{old} does not stand in {slug}: {right}"
    page.write_text(text.replace(right, right.replace(old, new, 1), 1), "utf-8")


@pytest.mark.parametrize("k", range(len(VARIANTS)))
def test_a_check_rejects_a_wrong_definition(projects: Mapping[int, Project], k: int) -> None:
    note, slug, _, _ = VARIANTS[k]
    name = WITNESS.get(f"{note}/{slug}", f"{note}/{slug}")
    rejected = 0
    for check in checks_of(name):
        try:
            check(view_of(projects[rank(k)], name))
        except AssertionError:
            rejected += 1
    assert rejected
