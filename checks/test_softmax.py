"""Softmax: page = snippet = PyTorch."""

import math

import pytest


def scores(claim):
    """Scores that softmax meets in practice: a single one, spread, equal, far apart; a view."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    yield draw(1)
    yield draw(2)
    yield torch.full((3,), 2.5, dtype=torch.float64)
    yield 30 * draw(5)
    yield draw(4, 2)[:, 1]


@pytest.mark.claim("softmax/softmax")
def test_softmax_is_the_snippet_and_torch_softmax(claim):
    import torch

    page, code = claim.function(), claim.snippet("softmax")
    for z in scores(claim):
        claim.close(page(z), torch.softmax(z, dim=-1))
        claim.close(code(z), torch.softmax(z, dim=-1))


@pytest.mark.claim("softmax/softmax")
def test_softmax_of_a_table_runs_along_the_last_axis(claim):
    import torch

    table = torch.randn(4, 3, dtype=torch.float64).T
    expected = torch.nn.functional.softmax(table, dim=-1)
    claim.close(torch.stack([claim.function()(row) for row in table]), expected)
    claim.close(claim.snippet("softmax")(table), expected)
    assert not torch.allclose(torch.softmax(table, dim=0), expected)


@pytest.mark.claim("softmax/sigmoid")
def test_softmax_of_two_scores_is_torch_sigmoid(claim):
    import torch

    for t in (-40.0, -1.0, 0.0, 2.5, 700.0):
        expected = torch.sigmoid(torch.tensor(t, dtype=torch.float64))
        claim.close(claim.left(t=t), expected)
        claim.close(claim.right(t=t), expected)


@pytest.mark.claim("softmax/lse")
def test_log_sum_exp_is_the_snippet_and_torch_logsumexp(claim):
    import torch

    page, code = claim.function(), claim.snippet("lse")
    for z in scores(claim):
        claim.close(page(z), torch.logsumexp(z, dim=-1))
        claim.close(code(z), torch.logsumexp(z, dim=-1))
    table = torch.randn(4, 3, dtype=torch.float64).T
    claim.close(code(table), torch.stack([page(row) for row in table]))


@pytest.mark.claim("softmax/safe-lse")
def test_with_the_largest_score_taken_out_log_sum_exp_survives_scores_of_a_thousand(claim):
    import torch

    code = claim.snippet("lse")
    for z in scores(claim):
        claim.close(claim.left(z=z), torch.logsumexp(z, dim=-1))
        for shift in (0.0, 1000.0, -1000.0):
            claim.close(claim.right(z=z + shift), torch.logsumexp(z + shift, dim=-1))
            claim.close(code(z + shift), torch.logsumexp(z + shift, dim=-1))


@pytest.mark.claim("softmax/lse-gradient")
def test_the_gradient_of_torch_logsumexp_is_softmax(claim):
    import torch

    for z in scores(claim):
        leaf = z.clone().requires_grad_()
        (slope,) = torch.autograd.grad(torch.logsumexp(leaf, dim=-1), leaf)
        claim.close(claim.left(z=z), slope)
        claim.close(claim.right(z=z), slope)


@pytest.mark.claim("softmax/shift-invariance")
def test_torch_softmax_does_not_notice_a_common_shift(claim):
    import torch

    for z in scores(claim):
        for shift in (-300.0, 2.5):
            expected = torch.softmax(z + shift, dim=-1)
            claim.close(claim.left(z=z, c=shift), expected)
            claim.close(claim.right(z=z), expected)


@pytest.mark.claim("softmax/log-softmax")
def test_score_less_log_sum_exp_is_log_softmax_also_where_weights_underflow(claim):
    import torch

    for z in scores(claim):
        expected = torch.log_softmax(z, dim=-1)
        for i in range(len(z)):
            claim.close(claim.right(z=z, i=i + 1), expected[i])
    far = torch.tensor([0.0, -400.0, 400.0], dtype=torch.float64)
    assert torch.softmax(far, dim=-1)[1].log() == -math.inf
    claim.close(claim.right(z=far, i=2), torch.log_softmax(far, dim=-1)[1])


@pytest.mark.claim("softmax/jacobian")
def test_the_jacobian_is_autograd_of_torch_softmax(claim):
    import torch

    for z in scores(claim):
        found = torch.autograd.functional.jacobian(lambda x: torch.softmax(x, -1), z)
        for j in range(len(z)):
            claim.close(claim.right(z=z, i=1, j=j + 1), found[0, j])
            claim.close(claim.right(z=z, i=len(z), j=j + 1), found[-1, j])


@pytest.mark.claim("softmax/jacobian-temperature")
def test_temperature_divides_the_jacobian_of_torch_softmax(claim):
    import torch

    for z in scores(claim):
        for tau in (0.7, 100.0):
            found = torch.autograd.functional.jacobian(lambda x, t=tau: torch.softmax(x / t, -1), z)
            for j in range(len(z)):
                claim.close(claim.right(z=z, tau=tau, i=1, j=j + 1), found[0, j])


@pytest.mark.claim("softmax/cross-entropy-gradient")
def test_the_gradient_is_autograd_of_cross_entropy(claim):
    import torch

    for z in scores(claim):
        shares = torch.softmax(torch.arange(len(z), dtype=torch.float64), -1)
        label = torch.tensor(len(z) - 1)
        certain = torch.nn.functional.one_hot(label, len(z)).double()
        for y, target in ((shares, shares), (certain, label)):
            leaf = z.clone().requires_grad_()
            loss = torch.nn.functional.cross_entropy(leaf, target)
            (slope,) = torch.autograd.grad(loss, leaf)
            for j in {0, len(z) - 1}:
                claim.close(claim.right(z=z, y=y, j=j + 1), slope[j])


@pytest.mark.claim("softmax/softmax-twice")
def test_a_second_softmax_takes_the_certainty_out_of_cross_entropy(claim):
    import torch

    z = torch.tensor([0.0, math.log(3)], dtype=torch.float64)
    once = torch.softmax(z, -1)
    claim.close(claim.right(z=z), once)
    loss = torch.nn.functional.cross_entropy(once, torch.tensor(1))
    claim.close(claim.left(z=z)[1], torch.exp(-loss))
    assert [round(float(p[1]), 2) for p in (once, torch.softmax(once, -1))] == [0.75, 0.62]
    sure = torch.tensor([0.0, 800.0], dtype=torch.float64)
    assert round(float(torch.softmax(torch.softmax(sure, -1), -1)[1]), 2) == 0.73


@pytest.mark.claim("softmax/kl")
def test_the_divergence_is_kl_div_with_its_arguments_swapped(claim):
    import torch

    divergence = claim.function()
    for z in scores(claim):
        if z.abs().max() < 10:
            q, p = torch.softmax(z, -1), torch.softmax(-z, -1)
            expected = torch.nn.functional.kl_div(p.log(), q, reduction="sum")
            claim.close(divergence(q, p), expected)


@pytest.mark.claim("softmax/entropy-falls")
def test_the_entropy_of_softmax_is_that_of_torch_distributions(claim):
    import torch

    for z in scores(claim):
        if z.abs().max() < 10:
            beta = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
            entropy = torch.distributions.Categorical(logits=beta * z).entropy()
            (slope,) = torch.autograd.grad(entropy, beta)
            claim.close(claim.right(z=z, beta=0.7), slope)


@pytest.mark.claim("softmax/safe-sum")
def test_the_safe_softmax_survives_scores_of_a_thousand(claim):
    import torch

    as_typed, library = claim.snippet("safe")()
    assert math.isnan(as_typed[0])
    assert torch.equal(library, torch.tensor([1.0, 0.0]))
    z = torch.tensor([1000.0, 0.0], dtype=torch.float64)
    claim.close(claim.snippet("softmax")(z), torch.softmax(z, -1))
    assert claim.sides[0](z=z) <= claim.sides[1](z=z) <= claim.sides[-1](z=z)
