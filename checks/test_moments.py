"""Moments: page = snippet = PyTorch."""

import math
from fractions import Fraction

import pytest


def samples(claim):
    """Values of a feature: one, two, odd counts, equal ones, small and large spread, a view."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    for n in (1, 2, 3, 7):
        dense = torch.randn(n, generator=generator, dtype=torch.float64)
        yield dense
        yield dense.exp() * 30
        yield torch.full_like(dense, 1.5)
        yield torch.stack([dense, dense], dim=1)[:, 0] * 1e-2 + 4


def same(claim, left, right):
    """Equal but for rounding in double precision."""
    claim.close(left, right, rtol=1e-9, atol=1e-10)


@pytest.mark.claim("moments/total-variance")
def test_the_variance_of_everything_is_that_of_torch(claim):
    import torch

    generator = torch.Generator().manual_seed(claim.seed)
    for shape in ((1, 1), (2, 3), (3, 2), (4, 5)):
        x = torch.randn(shape, generator=generator, dtype=torch.float64) * 3 + 1
        same(claim, claim.left(x=x), x.var(correction=0))
        same(claim, claim.right(x=x), x.var(correction=0))


@pytest.mark.claim("moments/mean-of-means")
def test_the_mean_of_everything_is_that_of_torch(claim):
    import torch

    generator = torch.Generator().manual_seed(claim.seed)
    for shape in ((1, 1), (2, 3), (3, 2), (4, 5)):
        x = torch.randn(shape, generator=generator, dtype=torch.float64) * 3 + 1
        same(claim, claim.left(x=x), x.mean())
        same(claim, claim.right(x=x), x.mean())


@pytest.mark.claim("moments/pearson-inequality")
def test_skewness_and_kurtosis_of_data_are_those_of_the_standardised_law(claim):
    kurt = claim.snippet("data-moments")
    skew = kurt.__globals__["skew"]
    for x in samples(claim):
        if x.var(correction=0) < 1e-9:
            continue
        n = len(x)
        given = {"x": (x - x.mean()) / x.std(correction=0), "w": x.new_full((n,), 1 / n)}
        same(claim, claim.left(**given), kurt(x))
        same(claim, claim.right(**given), 1 + skew(x) ** 2)


@pytest.mark.claim("moments/standardisation-keeps-shape")
def test_batch_norm_hands_on_skewness_and_kurtosis(claim):
    import torch

    kurt = claim.snippet("data-moments")
    torch.manual_seed(claim.seed)
    x = torch.rand(64, dtype=torch.float64).log().neg()
    out = torch.nn.BatchNorm1d(1, eps=1e-12).double()(x[:, None])[:, 0].detach()
    skew = kurt.__globals__["skew"]
    same(claim, skew(out), skew(x))
    same(claim, kurt(out), kurt(x))
    assert float(skew(x)) > 0.5


@pytest.mark.claim("moments/bessel-corrected")
def test_two_divisors(claim):
    import torch

    corrected, plain = claim.snippet("two-variances")()
    assert (float(corrected), float(plain)) == (2.0, 1.0)
    tosses = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    same(claim, tosses.var(dim=1).mean(), 1.0)
    same(claim, tosses.double().std(dim=1).mean(), 0.5**0.5)


@pytest.mark.claim("running-statistics/torch-buffers")
def test_the_table_of_divisors_says_what_torch_and_numpy_compute(claim):
    import numpy as np
    import torch
    from torch.nn import functional

    for x in samples(claim):
        n = len(x)
        if n < 2:
            assert x.var(correction=0) == 0
            continue
        for left_out in (x.var(), x.std() ** 2, torch.var_mean(x)[0]):
            same(claim, claim.left(x=x), left_out)
            same(claim, claim.right(x=x), left_out)
        scale = claim.left(x=x) * (n - 1) / n
        same(claim, x.var(correction=0), scale)
        same(claim, np.var(x.numpy()), scale)
        centred = (x - x.mean()) / (scale + 0.5).sqrt()
        column = x[:, None]
        same(
            claim,
            functional.batch_norm(column, None, None, training=True, eps=0.5),
            centred[:, None],
        )
        same(claim, functional.layer_norm(x, (n,), eps=0.5), centred)
        same(claim, functional.group_norm(x[None, :, None], 1, eps=0.5)[0, :, 0], centred)


@pytest.mark.claim("moments/unbiased-std")
def test_the_mean_of_torch_std_over_all_pairs_is_not_the_standard_deviation(claim):
    import torch

    for x in samples(claim):
        pairs = torch.cartesian_prod(x, x).reshape(-1, 2)
        same(claim, claim.left(x=x), pairs.std(dim=1).mean())
        same(claim, claim.right(x=x), x.std(correction=0))
        same(claim, pairs.var(dim=1).mean(), claim.right(x=x) ** 2)


@pytest.mark.claim("moments/centre-contributes-little")
def test_the_flat_top_in_the_prose_has_the_numbers_that_stand_there(claim):
    far = Fraction(1, 1000)
    second = (1 - far) / 3 + far * 15**2
    fourth = (1 - far) / 5 + far * 15**4
    assert round(float(fourth / second**2)) == 163
    peak = (1 - far) / 2 * Fraction(math.sqrt(second))
    assert (round(float(peak), 3), round(1 / math.sqrt(2 * math.pi), 3)) == (0.373, 0.399)
    at = [Fraction(2 * k - 19, 20) for k in range(20)] + [Fraction(-15), Fraction(15)]
    weights = 20 * [(1 - far) / 20] + 2 * [far / 2]
    second = sum(w * a**2 for a, w in zip(at, weights, strict=True))
    x = tensor([float(a) / math.sqrt(second) for a in at])
    inside = sum(w * a**4 for a, w in zip(at, weights, strict=True) if a**2 <= second)
    same(claim, claim.left(x=x, w=tensor(map(float, weights))), float(inside / second**2))
    same(claim, claim.right(), 1.0)


def tensor(numbers):
    """Numbers in double precision."""
    import torch

    return torch.tensor(list(numbers), dtype=torch.float64)
