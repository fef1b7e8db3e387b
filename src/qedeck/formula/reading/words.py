"""The closed vocabulary of callouts: which words may stand between formulas, and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qedeck.formula.scope import Property
from qedeck.formula.span import Span

_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*|[\u4e00-\u9fff]+|[^\sA-Za-z\u4e00-\u9fff]")
PUNCTUATION = frozenset(".,;:，。；：、()（）")


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph: words, a formula, or a link to another callout."""

    kind: Literal["text", "math", "link"]
    span: Span
    target: str = ""
    """Full id of a link's callout."""


@dataclass(frozen=True)
class Word:
    """A word of a text piece, in lower case."""

    text: str
    offset: int


@dataclass(frozen=True)
class Vocabulary:
    """Words of one language by what they do."""

    hypothesis: frozenset[str]
    """First words of a paragraph of hypotheses."""
    equality: frozenset[str]
    failure: frozenset[str]
    truth: frozenset[str]
    keeps: frozenset[str]
    """First words of a paragraph about a hypothesis that is not needed."""
    allows: frozenset[str]
    """First words of a paragraph about a mutant that nothing rejects."""
    filler: frozenset[str]
    """Words that say nothing that the formulas do not say."""
    properties: dict[str, Property]
    left: frozenset[str]
    right: frozenset[str]
    ordinals: dict[str, int]
    case: frozenset[str]
    """Words that begin a further equality case."""
    condition: frozenset[str]
    """Words after which an equality case says what its symbols meet."""
    limit: frozenset[str]
    ranging: frozenset[str]
    """Words between a statement and the range of its index."""
    joining: frozenset[str]
    """Words that join symbols of which one property may be said."""

    @cached_property
    def apart(self) -> frozenset[str]:
        """Words and marks after which something new is spoken of."""
        return PUNCTUATION | self.joining | self.hypothesis

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word of the language."""
        return frozenset().union(
            self.hypothesis, self.equality, self.failure, self.truth, self.keeps,
            self.allows, self.filler,
            self.properties, self.left, self.right, self.ordinals, self.case, self.condition,
            self.limit,
        )  # fmt: skip

    @cached_property
    def longest(self) -> int:
        """Length of the longest word."""
        return max(map(len, self.known))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH = Vocabulary(
    hypothesis=_words("let with assume by for then"),
    equality=_words("equality attained"),
    failure=_words("fails"),
    truth=_words("true the"),
    keeps=_words("keeps"),
    allows=_words("allows"),
    filler=_words(
        "a an and are at be both dimension dimensions each every function functions has have hold "
        "holds in is link matrices matrix number numbers of on random real scalar "
        "scalars side sides truth variable variables vector vectors where"
    ),
    properties={
        "convex": "convex", "differentiable": "differentiable", "independent": "independent",
        "uncorrelated": "uncorrelated", "orthogonal": "orthogonal", "nonzero": "nonzero",
        "symmetric": "symmetric", "elementwise": "elementwise",
    },
    left=_words("left"),
    right=_words("right"),
    ordinals={"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4},
    case=_words("at"),
    condition=_words("with for where"),
    limit=_words("limit"),
    ranging=_words("for each every where"),
    joining=_words("and both ,"),
)  # fmt: skip

CHINESE = Vocabulary(
    hypothesis=_words("设 记 令 假设 假定 由 对 若 则 那么"),
    equality=_words("等号 取到"),
    failure=_words("反例"),
    truth=_words("正解 真相"),
    keeps=_words("保留"),
    allows=_words("容许"),
    filler=_words(
        "且 并且 与 和 及 以及 为 是 都 均 的 处 有 上 中 当 时 成立 取得 满足 函数 矩阵 向量 标量 "
        "数 实数 随机变量 维数 每个 任意 一个 两个 侧 边"
    ),
    properties={
        "凸": "convex", "可微": "differentiable", "独立": "independent",
        "相互独立": "independent", "不相关": "uncorrelated", "正交": "orthogonal",
        "非零": "nonzero", "对称": "symmetric", "逐元": "elementwise",
    },
    left=_words("左 左侧 左边 左端"),
    right=_words("右 右侧 右边 右端"),
    ordinals={"第一": 0, "第二": 1, "第三": 2, "第四": 3, "第五": 4,
              "第一个": 0, "第二个": 1, "第三个": 2, "第四个": 3, "第五个": 4},
    case=_words("在"),
    condition=_words("其中"),
    limit=_words("极限"),
    ranging=_words("对 每个 任意 其中"),
    joining=_words("且 并且 与 和 及 以及 都 均 , ， 、"),
)  # fmt: skip

VOCABULARIES = {"en": ENGLISH, "zh": CHINESE}


def words_of(text: str, vocabulary: Vocabulary) -> list[Word]:
    """Words of a text; runs of Chinese are cut by the vocabulary."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        token = match.group().lower()
        if "\u4e00" <= token[0] <= "\u9fff":
            found.extend(_segmented(token, match.start(), vocabulary))
        else:
            found.append(Word(token, match.start()))
    return found


def _segmented(run: str, start: int, vocabulary: Vocabulary) -> list[Word]:
    """The longest words first; characters that begin none stay together."""
    found: list[Word] = []
    at = unknown = 0
    while at < len(run):
        sizes = range(vocabulary.longest, 0, -1)
        size = next((k for k in sizes if run[at : at + k] in vocabulary.known), 0)
        if size and unknown < at:
            found.append(Word(run[unknown:at], start + unknown))
        if size:
            found.append(Word(run[at : at + size], start + at))
            unknown = at + size
        at += size or 1
    if unknown < len(run):
        found.append(Word(run[unknown:], start + unknown))
    return found
