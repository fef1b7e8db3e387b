"""Regularization: page = snippet = PyTorch."""

import pytest


def designs(claim, *, tall=False):
    """Designs with targets: single, long, wide, views all of them, and one with equal columns."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    shapes = ((4, 2), (3, 1)) if tall else ((1, 1), (3, 2), (2, 3))
    for m, n in shapes:
        X = torch.randn(n, m, generator=generator, dtype=torch.float64).T
        yield X, torch.randn(m, generator=generator, dtype=torch.float64)
    if not tall:
        yield torch.ones(3, 2, dtype=torch.float64), torch.arange(3, dtype=torch.float64)


def numbers(claim, count):
    """Random numbers."""
    import torch

    generator = torch.Generator().manual_seed(claim.seed)
    return torch.randn(count, generator=generator, dtype=torch.float64)


def same(claim, left, right, tolerance=1e-10):
    """Equal but for rounding in double precision."""
    claim.close(left, right, rtol=tolerance, atol=tolerance)


@pytest.mark.claim("regularization/ridge-closed-form")
def test_ridge_is_least_squares_on_more_rows(claim):
    import torch

    for X, y in designs(claim):
        n = X.shape[1]
        for penalty in (0.01, 1.0, 30.0):
            rows = torch.cat([X, penalty**0.5 * torch.eye(n, dtype=torch.float64)])
            targets = torch.cat([y, torch.zeros(n, dtype=torch.float64)])
            solution = torch.linalg.lstsq(rows, targets[:, None]).solution[:, 0]
            same(claim, claim.right(X=X, y=y, lambda_=penalty), solution, 1e-9)


@pytest.mark.claim("regularization/ridge-svd-shrinkage")
def test_ridge_path_is_the_page_and_torch_solve(claim):
    import torch

    penalties = torch.tensor([0.01, 1.0, 30.0], dtype=torch.float64)
    ridge_path = claim.snippet("ridge-path")
    for X, y in designs(claim):
        U, s, Vh = torch.linalg.svd(X, full_matrices=False)
        path = ridge_path(X, y, penalties)
        for penalty, row in zip(penalties, path, strict=True):
            A = X.T @ X + penalty * torch.eye(X.shape[1], dtype=torch.float64)
            same(claim, row, torch.linalg.solve(A, X.T @ y), 1e-9)
            given = {"U": U, "V": Vh.T, "s": s, "y": y, r"\lambda": penalty}
            same(claim, claim.left(given), row, 1e-9)
            same(claim, claim.right(given), row, 1e-9)


@pytest.mark.claim("regularization/ridge-degrees-of-freedom")
def test_effective_parameters_are_the_divergence_of_the_predictions(claim):
    import torch

    for X, y in designs(claim):
        U, s, Vh = torch.linalg.svd(X, full_matrices=False)
        A = X.T @ X + 0.5 * torch.eye(X.shape[1], dtype=torch.float64)

        def predictions(targets, X=X, A=A):
            return X @ torch.linalg.solve(A, X.T @ targets)

        jacobian = torch.autograd.functional.jacobian(predictions, y)
        given = {"U": U, "V": Vh.T, "s": s, r"\lambda": 0.5}
        same(claim, claim.left(given), jacobian.trace(), 1e-9)
        same(claim, claim.right(given), jacobian.trace(), 1e-9)


@pytest.mark.claim("regularization/ridge-to-pseudo-inverse")
def test_the_limit_is_what_pinv_gives(claim):
    import torch

    for X, y in designs(claim):
        shortest = torch.linalg.pinv(X) @ y
        same(claim, claim.right(X=X, y=y), shortest, 1e-9)
        A = X.T @ X + 1e-9 * torch.eye(X.shape[1], dtype=torch.float64)
        same(claim, torch.linalg.solve(A, X.T @ y), shortest, 1e-5)


@pytest.mark.claim("regularization/lasso-gap")
def test_the_gap_is_that_of_the_snippet_and_its_solution_meets_the_conditions(claim):
    objective, lasso = claim.snippet("lasso"), claim.snippet("ista")
    for X, y in designs(claim, tall=True):
        penalty = 0.3 * float((X.T @ y).abs().max())

        def gap(w, best, X=X, y=y, penalty=penalty):
            given = {"X": X, "y": y, "w": w, r"\hat{w}": best, r"\lambda": penalty}
            same(
                claim,
                claim.left(given),
                objective(w, X, y, penalty) - objective(best, X, y, penalty),
            )
            same(claim, claim.right(given), claim.left(given))
            return claim.left(given)

        gap(-1 - X[0] ** 2, -2 - X[0] ** 2)
        found = lasso(X, y, penalty, 1000)
        force = X.T @ (y - X @ found)
        used = found != 0
        same(claim, force[used], penalty * found[used].sign(), 1e-7)
        assert (force.abs() <= penalty * (1 + 1e-9)).all()
        for w in (0 * found, found + 0.1):
            assert gap(w, found) >= -1e-9


@pytest.mark.claim("regularization/lasso-slope")
def test_the_slope_is_that_of_small_steps_and_none_falls_from_the_solution(claim):
    objective, lasso = claim.snippet("lasso"), claim.snippet("ista")
    for X, y in designs(claim, tall=True):
        penalty = 0.3 * float((X.T @ y).abs().max())
        w = (X[0] > 0) * X[1]
        for v in (X[0], -X[1], X[2] + 1):
            here, there = (objective(w + t * v, X, y, penalty) for t in (0.0, 1e-7))
            found = claim.right({"X": X, "y": y, "w": w, "v": v, r"\lambda": penalty})
            same(claim, found, (there - here) / 1e-7, 1e-4)
        best = lasso(X, y, penalty, 1000)
        for v in (X[0], -X[0], X[1], -X[1]):
            found = claim.right({"X": X, "y": y, "w": best, "v": v, r"\lambda": penalty})
            assert found > -1e-7


@pytest.mark.claim("regularization/lasso-lambda-max")
def test_zero_is_best_from_the_threshold_on_and_the_snippet_does_better_below_it(claim):
    import torch

    objective, lasso = claim.snippet("lasso"), claim.snippet("ista")
    for X, y in designs(claim, tall=True):
        most = float(torch.linalg.vector_norm(X.T @ y, torch.inf))
        zero = torch.zeros(X.shape[1], dtype=torch.float64)
        for part in (1.001, 0.98):
            given = {"X": X, "y": y, r"\lambda": part * most}
            for w in (zero, 1 - X[0]):
                same(claim, claim.left(given, w=w), objective(w, X, y, part * most))
            same(claim, claim.right(X=X, y=y), objective(zero, X, y, part * most))
            found = lasso(X, y, part * most, 1000)
            gain = claim.right(X=X, y=y) - claim.left(given, w=found)
            assert (found == 0).all() if part > 1 else gain > 0


@pytest.mark.claim("regularization/some-lambda-beats-ols")
def test_the_slope_at_zero_is_that_of_autograd_through_the_snippet(claim):
    import torch

    risk = claim.snippet("risk")
    for r in (1, 3):
        s, alpha = numbers(claim, r).abs() + 0.5, numbers(claim, r)
        penalty = torch.zeros((), dtype=torch.float64, requires_grad=True)
        error = risk(penalty, s, alpha, torch.tensor(0.7))
        (slope,) = torch.autograd.grad(error, penalty)
        given = {"s": s, r"\alpha": alpha, r"\sigma": 0.7}
        same(claim, claim.sides[1](given), slope, 1e-6)


@pytest.mark.claim("regularization/sgd-equivalence")
def test_sgd_adds_the_penalty_to_the_gradient(claim):
    import torch

    for n in (1, 3):
        w, g = numbers(claim, n), numbers(claim, 2 * n)[n:]
        given = {"w": w, "g": g, r"\eta": 0.1, r"\lambda": 0.3}
        stepped = steps(torch.optim.SGD, w, [g], lr=0.1, weight_decay=0.3)
        same(claim, claim.left(given), stepped)
        same(claim, claim.right(given), stepped)
    for optimiser in (torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop, torch.optim.AdamW):
        decayed = steps(optimiser, w, [g], lr=0.1, weight_decay=0.3)
        penalised = steps(optimiser, w, [g + 0.3 * w], lr=0.1, weight_decay=0.0)
        assert torch.allclose(decayed, penalised) == (optimiser is not torch.optim.AdamW)


@pytest.mark.claim("regularization/momentum-difference")
def test_sgd_with_momentum_is_not_decay(claim):
    import torch

    w, g, h = numbers(claim, 9).reshape(3, 3)
    penalised = steps(torch.optim.SGD, w, [g, h], lr=0.1, weight_decay=0.3, momentum=0.8)
    given = {"w": w, "g": g, "h": h, r"\eta": 0.1, r"\lambda": 0.3, r"\mu": 0.8}
    first = (1 - 0.03) * w - 0.1 * g
    decayed = (1 - 0.03) * first - 0.1 * (0.8 * g + h)
    same(claim, claim.left(given), penalised - decayed)
    same(claim, claim.right(given), penalised - decayed)


@pytest.mark.claim("regularization/adam-first-step")
def test_adam_puts_the_penalty_through_the_normalisation(claim):
    import torch

    step, code = claim.function(), claim.snippet()
    given = {"g": 0.2, r"\lambda": 0.3, r"\eta": 0.1, r"\epsilon": 1e-3}
    for w in (-2.0, -0.01, 0.0, 1.5):
        start, g = torch.tensor([w], dtype=torch.float64), torch.tensor([0.2], dtype=torch.float64)
        stepped = steps(torch.optim.Adam, start, [g], lr=0.1, weight_decay=0.3, eps=1e-3)
        same(claim, step(w, given=given), stepped[0])
        same(claim, code(w, 0.2, 0.1, 0.3, 1e-3), stepped[0])


@pytest.mark.claim("regularization/adamw-first-step")
def test_adamw_decays_beside_the_step(claim):
    import torch

    step, code = claim.function(), claim.snippet()
    for w, g in ((-2.0, 0.2), (0.5, 0.0), (1.5, -3.0)):
        start, slope = (torch.tensor([v], dtype=torch.float64) for v in (w, g))
        stepped = steps(torch.optim.AdamW, start, [slope], lr=0.1, weight_decay=0.3, eps=1e-3)
        given = {"g": g, r"\lambda": 0.3, r"\eta": 0.1, r"\epsilon": 1e-3}
        same(claim, step(w, given=given), stepped[0])
        same(claim, code(w, g, 0.1, 0.3, 1e-3), stepped[0])


@pytest.mark.claim("regularization/noise-injection-is-ridge")
def test_the_mean_loss_over_all_signs_of_the_noise_is_what_the_page_says(claim):
    import torch

    for X, y in designs(claim):
        w = torch.linspace(0.5, 1.5, X.shape[1], dtype=torch.float64)
        signs = torch.cartesian_prod(*X.numel() * [torch.tensor([-0.3, 0.3], dtype=torch.float64)])
        noisy = X + signs.reshape(-1, *X.shape)
        losses = torch.nn.functional.mse_loss(noisy @ w, y.expand(len(noisy), -1), reduction="none")
        same(claim, claim.right(X=X, y=y, w=w, sigma=0.3), losses.sum(dim=1).mean())


@pytest.mark.claim("regularization/early-stopping-filter")
def test_sgd_leaves_the_part_that_the_page_says(claim):
    import torch

    rates = [0.1, 0.2, 0.05, 0.4]
    for s, b, start in ((1.5, 2.0, 0.0), (0.3, -1.0, 0.7)):
        weight = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
        for rate in rates:
            optimiser = torch.optim.SGD([weight], lr=rate)
            optimiser.zero_grad()
            (0.5 * (s * weight - b) ** 2).backward()
            optimiser.step()
        eta = torch.tensor(rates, dtype=torch.float64)
        given = {"s": s, "b": b, "w_0": start, r"\eta": eta}
        same(claim, claim.left(given), weight - b / s)
        same(claim, claim.right(given), weight - b / s)


def steps(optimiser, start, gradients, **settings):
    """Where an optimiser of PyTorch goes with the given gradients."""
    import torch

    weight = torch.nn.Parameter(start.clone())
    optimise = optimiser([weight], **settings)
    for gradient in gradients:
        weight.grad = gradient.clone()
        optimise.step()
    return weight.detach()
