"""The closed vocabulary of callouts: which words may stand between formulas, and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qedeck.formula.scope import Property

WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*|[\u4e00-\u9fff]+|[^\sA-Za-z\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Vocabulary:
    """Words of one language by what they do."""

    hypothesis: frozenset[str]
    """First words of a paragraph of hypotheses."""
    equality: frozenset[str]
    failure: frozenset[str]
    truth: frozenset[str]
    filler: frozenset[str]
    """Words that say nothing that the formulas do not say."""
    properties: dict[str, Property]
    left: frozenset[str]
    right: frozenset[str]
    ordinals: dict[str, int]
    case: frozenset[str]
    """Words that begin a further equality case."""
    limit: frozenset[str]


ENGLISH = Vocabulary(
    hypothesis=frozenset({"let", "with", "assume", "by", "for"}),
    equality=frozenset({"equality", "attained"}),
    failure=frozenset({"fails"}),
    truth=frozenset({"true", "the"}),
    filler=frozenset(
        ["let", "with", "assume", "by", "for", "then", "and", "be", "is", "are", "the", "a", "an", "of", "in", "on", "at", "where", "both", "each", "every", "real", "function", "functions", "matrix", "matrices", "vector", "vectors", "scalar", "scalars", "random", "variable", "variables", "number", "numbers", "whole", "positive", "dimension", "dimensions", "equality", "attained", "fails", "true", "truth", "side", "sides", "in", "link", "hold", "holds", "have", "has", "mean", "variance"]
    ),
    properties={
        "convex": "convex", "differentiable": "differentiable", "independent": "independent",
        "uncorrelated": "uncorrelated", "orthogonal": "orthogonal", "nonzero": "nonzero",
        "symmetric": "symmetric", "elementwise": "elementwise",
    },
    left=frozenset({"left"}),
    right=frozenset({"right"}),
    ordinals={"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4},
    case=frozenset({"at"}),
    limit=frozenset({"limit"}),
)  # fmt: skip

CHINESE = Vocabulary(
    hypothesis=frozenset({"设", "记", "假设", "由"}),
    equality=frozenset({"等号", "取到"}),
    failure=frozenset({"反例"}),
    truth=frozenset({"正解", "真相"}),
    filler=frozenset(
        ["设", "记", "假设", "由", "则", "且", "与", "和", "为", "是", "的", "在", "处", "其中", "有", "等号", "取到", "反例", "正解", "真相", "函数", "矩阵", "向量", "标量", "随机变量", "成立", "时", "对", "每个", "实数", "侧", "极限", "当"]
    ),
    properties={
        "凸": "convex", "可微": "differentiable", "独立": "independent", "不相关": "uncorrelated",
        "正交": "orthogonal", "非零": "nonzero", "对称": "symmetric", "逐元": "elementwise",
    },
    left=frozenset({"左"}),
    right=frozenset({"右"}),
    ordinals={"第一": 0, "第二": 1, "第三": 2, "第四": 3, "第五": 4},
    case=frozenset({"在"}),
    limit=frozenset({"极限"}),
)  # fmt: skip

VOCABULARIES = {"en": ENGLISH, "zh": CHINESE}


def words_of(text: str, vocabulary: Vocabulary) -> list[tuple[str, int]]:
    """Words of a text in lower case with their offsets; runs of Chinese are cut by vocabulary."""
    found: list[tuple[str, int]] = []
    for match in WORD.finditer(text):
        token = match.group().lower()
        if "\u4e00" <= token[0] <= "\u9fff":
            found.extend(_segmented(token, match.start(), vocabulary))
        elif token[0].isascii() and token[0].isalpha():
            found.append((token, match.start()))
        else:
            found.extend((char, match.start() + k) for k, char in enumerate(token))
    return found


def _segmented(run: str, start: int, vocabulary: Vocabulary) -> list[tuple[str, int]]:
    """Longest words first; a character that begins none stands alone."""
    lexicon = (
        vocabulary.filler | vocabulary.properties.keys() | vocabulary.left | vocabulary.right
        | vocabulary.ordinals.keys() | vocabulary.limit
    )  # fmt: skip
    found, at = [], 0
    while at < len(run):
        size = next((k for k in range(4, 0, -1) if run[at : at + k] in lexicon), 1)
        found.append((run[at : at + size], start + at))
        at += size
    return found
