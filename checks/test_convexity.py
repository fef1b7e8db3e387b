"""Convexity: page = snippet = PyTorch."""

import pytest


def numbers(claim):
    """Numbers with zero, both signs, the ends of thresholds and far ones; a view."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    yield torch.tensor([-3, -1, -0.25, -0.2, 0, 0.25, 0.5, 1, 1.5], dtype=torch.float64)
    yield 10 * torch.randn(10, generator=generator, dtype=torch.float64)[::2]


def vectors(claim):
    """Vectors of several lengths: a single number, tiny ones, a sparse one; a view."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    yield draw(1)
    yield 1e-3 * draw(2)
    yield draw(3, 2)[:, 0]
    yield 1e3 * draw(5) * (torch.arange(5) % 2 == 0)


@pytest.mark.claim("convexity/soft-threshold-operator")
def test_soft_threshold_is_the_snippet_and_softshrink(claim):
    from torch.nn.functional import softshrink

    soft, code = claim.function(), claim.snippet()
    for a in numbers(claim):
        for penalty in (0.0, 0.25, 1.0):
            shrunk = softshrink(a, penalty)
            claim.close(code(a, penalty), shrunk)
            for entry, expected in zip(a, shrunk, strict=True):
                claim.close(soft(entry, penalty), expected)


@pytest.mark.claim("convexity/clamp")
def test_clamp_is_torch_clamp(claim):
    clamp = claim.function()
    for a in numbers(claim):
        for penalty in (0.0, 0.25, 1.0):
            for entry, expected in zip(a, a.clamp(-penalty, penalty), strict=True):
                claim.close(clamp(entry, penalty), expected)


@pytest.mark.claim("convexity/hard-threshold")
def test_hard_threshold_reaches_the_minimum_of_hardshrink(claim):
    from torch.nn.functional import hardshrink

    for a in numbers(claim):
        for penalty in (0.25, 1.0):
            w = hardshrink(a, penalty)
            cost = 0.5 * (w - a) ** 2 + 0.5 * penalty**2 * (w != 0)
            for entry, reached in zip(a, cost, strict=True):
                claim.close(claim.right(a=entry, lambda_=penalty), reached)


@pytest.mark.claim("convexity/soft-threshold-vector")
def test_soft_threshold_of_a_vector_is_softshrink(claim):
    from torch.nn.functional import softshrink

    for b in vectors(claim):
        for penalty in (0.0, 0.5, 2.0):
            claim.close(claim.right(b=b, lambda_=penalty), softshrink(b, penalty))


@pytest.mark.claim("convexity/soft-threshold")
def test_soft_threshold_is_the_best_of_a_fine_grid(claim):
    import torch

    grid = torch.linspace(-4, 4, 1601, dtype=torch.float64)
    for a in (-2.0, 0.0, 0.75):
        for penalty in (0.0, 0.5, 1.0):
            best = grid[(0.5 * (grid - a) ** 2 + penalty * grid.abs()).argmin()]
            claim.close(claim.right(a=a, lambda_=penalty), best, atol=5e-3, rtol=0)


@pytest.mark.claim("convexity/block-soft-threshold")
def test_block_threshold_zeroes_the_slope_of_autograd(claim):
    import torch

    code = claim.snippet("block-soft-threshold-operator")
    for a in vectors(claim):
        for part in (0.0, 0.25, 1.5):
            penalty = part * float(a.norm())
            w = claim.right(a=a, lambda_=penalty)
            claim.close(w, code(a, penalty))
            if part > 1:
                assert torch.equal(w, torch.zeros_like(a))
                continue
            w = w.detach().requires_grad_()
            loss = 0.5 * ((w - a) ** 2).sum() + penalty * torch.linalg.vector_norm(w)
            (slope,) = torch.autograd.grad(loss, w)
            assert slope.norm() <= 1e-12 * (1 + a.norm())


@pytest.mark.claim("convexity/ensemble")
def test_ensemble_is_the_snippet_on_random_predictions(claim):
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    for n in (1, 2, 5):
        x = torch.randn(n, generator=generator, dtype=torch.float64)
        equal = torch.full((n,), 1 / n, dtype=torch.float64)
        error, mean_error, disagreement = claim.snippet("ensemble-error")(
            x[:, None], torch.tensor([0.5])
        )
        claim.close(claim.left(x=x, w=equal, y=0.5), error)
        claim.close(claim.right(x=x, w=equal, y=0.5), mean_error - disagreement)


@pytest.mark.claim("convexity/zero-on-an-interval")
def test_a_proximal_step_makes_zeros_and_sgd_on_the_penalty_does_not(claim):
    import torch

    assert claim.id == "convexity/zero-on-an-interval"
    w = torch.tensor([0.005, -0.004, 0.5])
    stepped = claim.snippet("proximal-step")(w, torch.zeros(3), 0.1, 0.1)
    assert stepped[:2].tolist() == [0.0, 0.0]
    weight = torch.nn.Parameter(w.clone())
    optimiser = torch.optim.SGD([weight], lr=0.1)
    for _ in range(7):
        optimiser.zero_grad()
        (0.1 * weight.abs().sum()).backward()
        optimiser.step()
    assert (weight != 0).all()


@pytest.mark.claim("convexity/subgradient-step-bounces")
def test_sgd_on_the_penalty_bounces(claim):
    import torch

    for start in (0.75, -2.0):
        weight = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
        optimiser = torch.optim.SGD([weight], lr=2 * abs(start))
        weight.abs().backward()
        optimiser.step()
        claim.close(claim.left(w=start), weight)
        claim.close(claim.right(w=start), weight)


@pytest.mark.claim("convexity/relu-difference")
def test_autograd_reports_slope_zero_of_a_function_with_slope_one(claim):
    import torch

    for w in (-2.0, 0.0, 1.5):
        point = torch.tensor(w, dtype=torch.float64)
        claim.close(claim.left(w=point), torch.relu(point) - torch.relu(-point))
        claim.close(claim.right(w=point), point)
    assert claim.snippet("corners-that-cancel")().item() == 0.0


@pytest.mark.claim("convexity/subdifferential-of-abs")
def test_what_autograd_reports_at_the_corner(claim):
    import torch

    assert claim.id == "convexity/subdifferential-of-abs"
    for corner, slope in ((torch.abs, 0.0), (torch.relu, 0.0)):
        w = torch.zeros((), requires_grad=True)
        corner(w).backward()
        assert w.grad.item() == slope
    pair = torch.zeros(2, requires_grad=True)
    torch.maximum(pair[0], pair[1]).backward()
    assert pair.grad.tolist() == [0.5, 0.5]
