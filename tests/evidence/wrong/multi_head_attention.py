"""Errors in `multi-head-attention`: what stands there, and what is written instead."""

WRONG = [
    ("concat-is-sum", "H_{ria} D_{raj}", "H_{ria} D_{1aj}"),
    ("average-is-enough",),
    ("value-gauge", "(M^{-1} D)", "(M D)"),
    ("narrow-head", "S_{il} S_{kj}", "S_{ik} S_{lj}"),
    ("permutation-equivariance", r"= P \operatorname", r"= \operatorname"),
    ("wrong-scale", r"= \frac{1}{h}", "= 1"),
    ("model-scale",),
    ("parameters-and-sum-form", "= 4 d^2", "= 3 d^2"),
    ("heads-cost-parameters",),
    (
        "concat-is-sum",
        r"\sum_{r=1}^{h} \sum_{a=1}^{d_v} H",
        r"\frac{1}{h} \sum_{r=1}^{h} \sum_{a=1}^{d_v} H",
    ),
    ("one-head", "let $h = 1$. Then", "let $h = 2$. Then"),
    ("score-cost", "= L^2 d", "= h L^2 d"),
]
