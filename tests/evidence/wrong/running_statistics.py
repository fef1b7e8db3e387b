"""Errors in `running-statistics`: what stands there, and what is written instead."""

WRONG = [
    ("ema-closed-form", "m (1 - m)^{K - j} v_j", "(1 - m) m^{K - j} v_j"),
    ("ema-closed-form", "m (1 - m)^{K - j} v_j", r"\frac{1}{K} v_j"),
    ("window", r"\frac{\sigma^2}{\frac{2 - m}{m}}", r"\frac{m}{2} \sigma^2"),
    ("bias-correction", "1 - (1 - m)^K", "1 - m^K"),
    ("init-bias", "= (1 - m)^K (r_0 - a)", "= 0"),
    ("torch-buffers", r"\frac{n}{n - 1} \cdot", ""),
    ("chan-merge", r"+ \frac{p q}{p + q} (a - b)^2", ""),
    ("chan-merge", r"\frac{p q}{p + q} (a", r"\frac{1}{p + q} (a"),
    ("welford", "(y - a) (y - c)", "(y - a) (y - a)"),
    ("running-is-plain",),
    ("between-batch-variance-lost",),
    (
        "cumulative-closed-form",
        r"\frac{1}{K} \sum_{j=1}^{K} v_j",
        r"\frac{1}{K + 1} \left( c_0 + \sum_{j=1}^{K} v_j \right)",
    ),
    ("ema-variance", r"\frac{m}{2 - m}", r"\frac{m}{2}"),
    ("root-of-average", r"\le \sqrt", r"\ge \sqrt"),
]
DEFINITIONS = [
    ("ema", "(1 - m) r_{t-1} + m v_t", "m r_{t-1} + (1 - m) v_t"),
]
