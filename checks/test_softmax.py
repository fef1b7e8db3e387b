"""Softmax: page = snippet = PyTorch."""

import math

import pytest


def scores(claim):
    """Scores that softmax meets in practice: spread, equal, far apart, a single one."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    for n in (1, 2, 3, 5, 8):
        dense = torch.randn(n, generator=generator, dtype=torch.float64)
        yield dense
        yield 30 * dense
        yield torch.full_like(dense, 2.5)
        yield torch.stack([dense, dense + 1], dim=1)[:, 1]  # not contiguous


def same(left, right):
    """Equal but for rounding in double precision."""
    import torch

    left, right = (torch.as_tensor(side, dtype=torch.float64) for side in (left, right))
    torch.testing.assert_close(left, right, rtol=1e-10, atol=1e-12)


@pytest.mark.claim("softmax/softmax")
def test_softmax_is_the_snippet_and_torch_softmax(claim):
    import torch

    softmax = claim.function()
    for z in scores(claim):
        same(softmax(z), torch.softmax(z, dim=-1))
        same(claim.snippet("softmax")(z), torch.softmax(z, dim=-1))


@pytest.mark.claim("softmax/softmax")
def test_softmax_of_a_table_runs_along_the_last_axis(claim):
    import torch

    table = torch.randn(3, 4, dtype=torch.float64)
    rows = torch.stack([claim.function()(row) for row in table])
    same(rows, torch.nn.functional.softmax(table, dim=-1))


@pytest.mark.claim("softmax/lse")
def test_log_sum_exp_is_the_snippet_and_torch_logsumexp(claim):
    import torch

    for z in scores(claim):
        same(claim.function()(z), torch.logsumexp(z, dim=-1))
        same(claim.snippet("lse")(z), torch.logsumexp(z, dim=-1))


@pytest.mark.claim("softmax/log-softmax")
def test_score_less_log_sum_exp_is_log_softmax(claim):
    import torch

    for z in scores(claim):
        expected = torch.log_softmax(z, dim=-1)
        for i in range(len(z)):
            same(claim.right(z=z, i=i + 1), expected[i])


@pytest.mark.claim("softmax/jacobian")
def test_the_jacobian_is_autograd_of_torch_softmax(claim):
    import torch

    for z in scores(claim):
        found = torch.autograd.functional.jacobian(lambda x: torch.softmax(x, -1), z)
        for i in range(len(z)):
            for j in range(len(z)):
                same(claim.right(z=z, i=i + 1, j=j + 1), found[i, j])


@pytest.mark.claim("softmax/cross-entropy-gradient")
def test_the_gradient_is_autograd_of_cross_entropy(claim):
    import torch

    for z in scores(claim):
        y = torch.softmax(torch.arange(len(z), dtype=torch.float64), -1)
        leaf = z.clone().requires_grad_()
        loss = torch.nn.functional.cross_entropy(leaf[None], y[None])
        (slope,) = torch.autograd.grad(loss, leaf)
        for j in range(len(z)):
            same(claim.right(z=z, y=y, j=j + 1), slope[j])


@pytest.mark.claim("softmax/kl")
def test_the_divergence_is_kl_div_with_its_arguments_swapped(claim):
    import torch

    divergence = claim.function()
    for z in scores(claim):
        if z.abs().max() < 10:
            q, p = torch.softmax(z, -1), torch.softmax(-z, -1)
            expected = torch.nn.functional.kl_div(p.log(), q, reduction="sum")
            same(divergence(q, p), expected)


@pytest.mark.claim("softmax/entropy-falls")
def test_the_entropy_of_softmax_is_that_of_torch_distributions(claim):
    import torch

    for z in scores(claim):
        if z.abs().max() < 10:
            beta = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
            entropy = torch.distributions.Categorical(logits=beta * z).entropy()
            (slope,) = torch.autograd.grad(entropy, beta)
            same(claim.right(z=z, beta=0.7), slope)


@pytest.mark.claim("softmax/safe-sum")
def test_the_safe_softmax_survives_scores_of_a_thousand(claim):
    import torch

    as_typed, library = claim.snippet("safe")()
    assert math.isnan(as_typed[0])
    assert torch.equal(library, torch.tensor([1.0, 0.0]))
    z = torch.tensor([1000.0, 0.0], dtype=torch.float64)
    same(claim.snippet("softmax")(z), torch.softmax(z, -1))
    assert claim.sides[0](z=z) <= claim.sides[1](z=z) <= claim.sides[-1](z=z)
