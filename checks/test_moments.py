"""Moments: page = snippet = PyTorch."""

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


def same(left, right):
    """Equal but for rounding in double precision."""
    import torch

    left, right = (torch.as_tensor(side, dtype=torch.float64) for side in (left, right))
    torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-10)


@pytest.mark.claim("moments/total-variance")
def test_the_variance_of_everything_is_that_of_torch(claim):
    import torch

    generator = torch.Generator().manual_seed(claim.seed)
    for shape in ((1, 1), (2, 3), (3, 2), (4, 5)):
        x = torch.randn(shape, generator=generator, dtype=torch.float64) * 3 + 1
        same(claim.left(x=x), x.var(correction=0))
        same(claim.right(x=x), x.var(correction=0))


@pytest.mark.claim("moments/mean-of-means")
def test_the_mean_of_everything_is_that_of_torch(claim):
    import torch

    generator = torch.Generator().manual_seed(claim.seed)
    for shape in ((1, 1), (2, 3), (3, 2), (4, 5)):
        x = torch.randn(shape, generator=generator, dtype=torch.float64) * 3 + 1
        same(claim.left(x=x), x.mean())
        same(claim.right(x=x), x.mean())


@pytest.mark.claim("moments/pearson-inequality")
def test_skewness_and_kurtosis_of_data_are_those_of_the_standardised_law(claim):
    skew, kurt = claim.snippet("data-moments").__globals__["skew"], claim.snippet("data-moments")
    for x in samples(claim):
        if x.var(correction=0) < 1e-9:
            continue
        n = len(x)
        given = {"x": (x - x.mean()) / x.std(correction=0), "w": x.new_full((n,), 1 / n)}
        same(claim.left(**given), kurt(x))
        same(claim.right(**given), 1 + skew(x) ** 2)


@pytest.mark.claim("moments/standardisation-keeps-shape")
def test_batch_norm_hands_on_skewness_and_kurtosis(claim):
    import torch

    kurt = claim.snippet("data-moments")
    torch.manual_seed(claim.seed)
    x = torch.rand(64, dtype=torch.float64).log().neg()
    out = torch.nn.BatchNorm1d(1, eps=1e-12).double()(x[:, None])[:, 0].detach()
    skew = kurt.__globals__["skew"]
    same(skew(out), skew(x))
    same(kurt(out), kurt(x))
    assert float(skew(x)) > 0.5


@pytest.mark.claim("moments/bessel-corrected")
def test_two_divisors(claim):
    import torch

    corrected, plain = claim.snippet("two-variances")()
    assert (float(corrected), float(plain)) == (2.0, 1.0)
    tosses = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    same(tosses.var(dim=1).mean(), 1.0)
    same(tosses.double().std(dim=1).mean(), 0.5**0.5)
