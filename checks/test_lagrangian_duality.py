"""Penalty and constraint: page = snippet = PyTorch, and both paths walked."""

import pytest


def vectors(claim):
    """Vectors of several lengths and scales, none of them zero; a view."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    for n, size in ((1, 1.0), (2, 1e3), (3, 1e-2)):
        yield size * torch.randn(n, 2, generator=generator, dtype=torch.float64)[:, 1]


def same(claim, left, right, tolerance=1e-10):
    """Equal but for rounding in double precision."""
    claim.close(left, right, rtol=tolerance, atol=tolerance)


@pytest.mark.claim("lagrangian-duality/projection")
def test_projection_is_the_snippet_and_renorm(claim):
    import torch

    code = claim.snippet("project")
    for a in vectors(claim):
        length = float(a.norm())
        for part in (0.1, 0.9, 3.0):
            shortened = claim.right(a=a, t=part * length)
            same(claim, code(a, part * length), shortened)
            guard = length / (length + 1e-7) if part < 1 else 1.0
            same(claim, torch.renorm(a[None], 2, 0, part * length)[0], guard * shortened)


@pytest.mark.claim("lagrangian-duality/projection")
def test_embedding_with_max_norm_projects_what_it_looks_up(claim):
    import torch

    for a in vectors(claim):
        length = float(a.norm())
        table = torch.nn.Embedding.from_pretrained(a[None].clone(), max_norm=0.5 * length)
        guarded = claim.right(a=a, t=0.5 * length) * length / (length + 1e-7)
        same(claim, table(torch.tensor([0]))[0], guarded)


@pytest.mark.claim("lagrangian-duality/value-function-closed-form")
def test_projected_descent_ends_at_the_best_loss(claim):
    project = claim.snippet("project")
    for a in vectors(claim):
        t = 0.5 * float(a.norm())
        w = 0 * a
        for _ in range(9):
            w = project(w - 0.5 * (w - a), t)
        same(claim, claim.right(a=a, t=t), 0.5 * ((w - a) ** 2).sum(), 1e-8)


@pytest.mark.claim("lagrangian-duality/multiplier-is-sensitivity")
def test_the_price_is_the_slope_that_autograd_finds(claim):
    import torch

    best_loss = claim.snippet("value-function")
    for a in vectors(claim):
        t = (0.5 * a.norm()).requires_grad_()
        (slope,) = torch.autograd.grad(best_loss(t, a), t)
        same(claim, claim.sides[0](a=a, t=t.detach()), -slope)
        same(claim, claim.sides[1](a=a, t=t.detach()), -slope)


@pytest.mark.claim("lagrangian-duality/constraint-implies-penalty-convex")
def test_the_penalty_for_a_budget_gives_the_best_within_it(claim):
    import torch

    price_of = claim.snippet("penalty-for-budget")
    generator = torch.Generator().manual_seed(claim.seed)
    for m, n in ((3, 1), (2, 3)):
        X = torch.randn(m, n, generator=generator, dtype=torch.float64)
        y = torch.randn(m, generator=generator, dtype=torch.float64)
        t = 0.6 * float((torch.linalg.pinv(X) @ y).norm())
        price = price_of(X, y, t)
        A = X.T @ X + price * torch.eye(n, dtype=torch.float64)
        best = torch.linalg.solve(A, X.T @ y)
        same(claim, best.norm(), t, 1e-9)
        for length in (0.5 * t, t, 2 * t):
            w = torch.randn(n, generator=generator, dtype=torch.float64)
            w = w * length / w.norm()
            given = {"X": X, "y": y, "w": w, r"\hat{w}": best, r"\mu": price}
            more, gap, bound = (side(given) for side in claim.sides)
            same(claim, more, 0.5 * ((X @ w - y) ** 2).sum() - 0.5 * ((X @ best - y) ** 2).sum())
            same(claim, gap, more, 1e-9)
            same(claim, bound, 0.5 * price * (t**2 - length**2), 1e-9)
            assert more >= bound


@pytest.mark.claim("lagrangian-duality/double-well-constrained")
def test_projected_descent_on_the_network_ends_at_the_budget(claim):
    import torch

    for t in (0.3, 0.9):
        w = torch.tensor(0.1, dtype=torch.float64)
        for _ in range(40):
            slope = 4 * w * (w**2 - 1)
            w = (w - 0.05 * slope).clamp(-t, t)
        same(claim, w, t)
        same(claim, claim.right(t=t), (w**2 - 1) ** 2)


@pytest.mark.claim("lagrangian-duality/touching-line")
def test_the_penalised_minimiser_jumps_over_the_gap(claim):
    import torch

    target = (2 / 3) ** 0.5
    for w in (0.0, target, 0.5, 2.0):
        excess = (w**2 - 1) ** 2 + 4 / 3 * target * w - 1
        same(claim, claim.left(w=w), excess)
        same(claim, claim.right(w=w), excess)
    grid = torch.linspace(0, 1, 2001, dtype=torch.float64)
    prices = torch.linspace(0, 3, 121, dtype=torch.float64)
    reached = grid[((grid**2 - 1) ** 2 + prices[:, None] * grid).argmin(dim=1)].tolist()
    assert all(w == 0 or w > target - 1e-3 for w in reached)
    assert 0.0 in reached
    assert any(0 < w < target + 0.02 for w in reached)


@pytest.mark.claim("lagrangian-duality/square-closes-gap")
def test_with_the_squared_penalty_every_weight_is_reached(claim):
    import torch

    grid = torch.linspace(0, 1, 2001, dtype=torch.float64)
    for t in (0.1, 0.4, 0.7, 1.0):
        price = 2 * (1 - t**2)
        for w in (0.0, 0.5, 1.0):
            loss = (w**2 - 1) ** 2 + price * w**2 - (t**2 - 1) ** 2 - price * t**2
            same(claim, claim.left(w=w, t=t), loss)
            same(claim, claim.right(w=w, t=t), loss)
        same(claim, grid[((grid**2 - 1) ** 2 + price * grid**2).argmin()], t, 1e-3)


@pytest.mark.claim("lagrangian-duality/duality-gap-value")
def test_the_gap_at_two_fifths_is_that_of_a_grid_search(claim):
    import torch

    grid = torch.linspace(0, 1.5, 1501, dtype=torch.float64)
    prices = torch.linspace(0, 2, 401, dtype=torch.float64)[:, None]
    bounds = ((grid**2 - 1) ** 2 + prices * (grid - 0.4)).min(dim=1).values
    gap = (0.4**2 - 1) ** 2 - bounds.max()
    same(claim, claim.left(t=0.4), gap, 3e-3)
    same(claim, claim.right(t=0.4), gap, 3e-3)
    assert round(float(0.7056 - claim.right(t=0.4)), 4) == 0.5645
