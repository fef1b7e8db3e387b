"""Norms: page = snippet = PyTorch."""

import math

import pytest

INF = math.inf


def vectors(claim):
    """Vectors that norms meet in practice: of length 1, sparse, equal, tiny, huge; two views."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    yield draw(1)
    yield torch.full((2,), -1.5, dtype=torch.float64)
    yield 1e-3 * draw(3, 2)[:, 1]
    yield 1e3 * draw(4)
    yield draw(10)[::2] * (torch.arange(5) % 2 == 0)


def matrices(claim):
    """Matrices of several shapes: a single number, a row, a view, one of deficient rank."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    yield torch.randn(1, 1, generator=generator, dtype=torch.float64)
    yield torch.randn(1, 3, generator=generator, dtype=torch.float64)
    yield torch.randn(2, 3, generator=generator, dtype=torch.float64).T
    yield torch.ones(3, 2, dtype=torch.float64)


@pytest.mark.claim("norms/p-norm")
def test_p_norm_is_the_snippet_and_vector_norm(claim):
    import torch

    code = claim.snippet("p-norm")
    for x in vectors(claim):
        for p in (0.5, 1.0, 2.0, 3.5):
            claim.close(claim.right(x=x, p=p), torch.linalg.vector_norm(x, p))
            claim.close(code(x, p), torch.linalg.vector_norm(x, p))


@pytest.mark.claim("norms/max-norm")
def test_max_norm_is_the_snippet_and_vector_norm(claim):
    import torch

    code = claim.snippet("max-norm")
    for x in vectors(claim):
        claim.close(claim.right(x=x), torch.linalg.vector_norm(x, INF))
        claim.close(code(x), torch.linalg.vector_norm(x, INF))


@pytest.mark.claim("norms/gradients")
def test_gradient_of_the_two_norm_is_autograd_of_vector_norm(claim):
    import torch

    for x in vectors(claim):
        y = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(torch.linalg.vector_norm(y), y)
        claim.close(claim.left(x=x), slope)
        claim.close(claim.right(x=x), slope)


@pytest.mark.claim("norms/gradient-of-square")
def test_gradient_of_half_the_square_is_autograd_of_mse_loss(claim):
    import torch

    for x in vectors(claim):
        y = x.clone().requires_grad_()
        loss = torch.nn.functional.mse_loss(y, torch.zeros_like(y), reduction="sum")
        (slope,) = torch.autograd.grad(0.5 * loss, y)
        claim.close(claim.left(x=x), slope)
        claim.close(claim.right(x=x), slope)


@pytest.mark.claim("norms/gradient-of-p-norm")
def test_gradient_of_the_p_norm_is_autograd_of_vector_norm(claim):
    import torch

    for x in vectors(claim):
        for p in (1.5, 2.0, 4.5):
            y = x.clone().requires_grad_()
            (slope,) = torch.autograd.grad(torch.linalg.vector_norm(y, p), y)
            for i in x.nonzero().flatten().tolist():
                claim.close(claim.right(x=x, p=p, i=i + 1), slope[i])


@pytest.mark.claim("norms/gradient-of-one-norm")
def test_gradient_of_the_one_norm_is_autograd_of_vector_norm(claim):
    import torch

    for x in vectors(claim):
        y = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(torch.linalg.vector_norm(y, 1), y)
        for i in range(len(x)):
            if x[i] != 0:
                claim.close(claim.right(x=x, i=i + 1), slope[i])


@pytest.mark.claim("norms/subgradients-at-zero")
def test_autograd_at_zero_is_a_subgradient_and_the_formula_by_hand_is_nan(claim):
    import torch

    assert claim.id == "norms/subgradients-at-zero"
    library, by_hand = claim.snippet("gradient-at-zero")()
    assert torch.equal(library, torch.zeros(3))
    assert torch.isnan(by_hand).all()


@pytest.mark.claim("norms/homogeneity")
def test_dividing_by_the_largest_entry_saves_a_norm_from_overflow(claim):
    import torch

    scaled_norm = claim.snippet("scaled-norm")
    for size in (1e-30, 1e30):
        x = torch.tensor([3 * size, -4 * size], dtype=torch.float32)
        assert torch.linalg.vector_norm(x) in (0, INF)
        claim.close(scaled_norm(x) / size, torch.tensor(5.0), rtol=1.3e-6, atol=1e-5)
    for x in vectors(claim):
        claim.close(claim.left(x=x, alpha=-3.0, p=2.0), 3 * scaled_norm(x))
        claim.close(claim.right(x=x, alpha=-3.0, p=2.0), 3 * scaled_norm(x))
    assert scaled_norm(torch.zeros(2)) == 0


@pytest.mark.claim("norms/entropy")
def test_entropy_is_that_of_torch_distributions(claim):
    import torch

    for x in vectors(claim):
        w = torch.softmax(x.clamp(-9, 9), dim=-1)
        claim.close(claim.function()(w), torch.distributions.Categorical(probs=w).entropy())
        claim.close(claim.function()(3 * w), torch.special.entr(3 * w).sum())


@pytest.mark.claim("norms/frobenius")
def test_frobenius_is_the_snippet_and_matrix_norm(claim):
    import torch

    code = claim.snippet("frobenius")
    for A in matrices(claim):
        for value in (claim.right(A=A), code(A), torch.linalg.norm(A)):
            claim.close(value, torch.linalg.matrix_norm(A, "fro"))


@pytest.mark.claim("norms/matrix-vs-vector")
def test_matrix_norm_of_order_one_is_the_largest_column(claim):
    import torch

    code = claim.snippet("map-norms")
    for A in matrices(claim):
        claim.close(claim.right(A=A), torch.linalg.matrix_norm(A, 1))
        claim.close(code(A, 1), torch.linalg.norm(A, 1))


@pytest.mark.claim("norms/matrix-max-norm")
def test_matrix_norm_of_order_infinity_is_the_largest_row(claim):
    import torch

    code = claim.snippet("map-norms")
    for A in matrices(claim):
        claim.close(claim.right(A=A), torch.linalg.matrix_norm(A, INF))
        claim.close(code(A, INF), torch.linalg.norm(A, INF))


@pytest.mark.claim("norms/spectral-norm")
def test_matrix_norm_of_order_two_is_the_largest_singular_value(claim):
    import torch

    code = claim.snippet("map-norms")
    for A in matrices(claim):
        U, s, Vh = torch.linalg.svd(A, full_matrices=False)
        claim.close(claim.right(U=U, V=Vh.T, s=s), torch.linalg.matrix_norm(A, 2))
        claim.close(code(A, 2), torch.linalg.norm(A, 2))


@pytest.mark.claim("norms/frobenius-singular")
def test_frobenius_is_the_length_of_svdvals(claim):
    import torch

    for A in matrices(claim):
        U, s, Vh = torch.linalg.svd(A, full_matrices=False)
        claim.close(claim.left(U=U, V=Vh.T, s=s), torch.linalg.matrix_norm(A))
        claim.close(claim.right(U=U, V=Vh.T, s=s), torch.linalg.matrix_norm(A))


@pytest.mark.claim("norms/matrix-one-norm-sums-all")
def test_the_table_of_calls_says_what_torch_computes(claim):
    import torch

    A = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    claim.close(claim.right(A=A), torch.linalg.vector_norm(A, 1))
    claim.close(torch.linalg.vector_norm(A, 1), 10)
    claim.close(torch.linalg.norm(A, 1), 6)
    claim.close(torch.linalg.norm(A, INF), 7)
    claim.close(torch.linalg.vector_norm(A, INF), 4)
    claim.close(torch.linalg.norm(A), math.sqrt(30))
    assert round(float(torch.linalg.norm(A, 2)), 4) == 5.465
    claim.close(torch.norm(A, 1), 10)


@pytest.mark.claim("norms/clip")
def test_clip_is_the_snippet_and_clip_grad_norm(claim):
    import torch

    clip, code = claim.function("clip"), claim.snippet("clip")
    for g in vectors(claim):
        for c in (0.125, 1.0, 128.0):
            weight = torch.nn.Parameter(torch.zeros_like(g))
            weight.grad = g.clone()
            torch.nn.utils.clip_grad_norm_([weight], c)
            claim.close(clip(g, given={"c": c, r"\epsilon": 1e-6}), weight.grad)
            claim.close(code(g, c), weight.grad)


@pytest.mark.claim("norms/norm-of-norms")
def test_clip_grad_norm_measures_all_tensors_as_one(claim):
    import torch

    for G in matrices(claim):
        weights = [torch.nn.Parameter(torch.zeros_like(row)) for row in G]
        for weight, row in zip(weights, G, strict=True):
            weight.grad = row.clone()
        total = torch.nn.utils.clip_grad_norm_(weights, 1.0)
        claim.close(claim.left(G=G), total)
        claim.close(claim.right(G=G), total)


@pytest.mark.claim("norms/clip-by-value-keeps-direction")
def test_clip_grad_value_turns_the_gradient(claim):
    import torch

    weight = torch.nn.Parameter(torch.zeros(2, dtype=torch.float64))
    g = torch.tensor([1.0, 7.0], dtype=torch.float64)
    weight.grad = g.clone()
    torch.nn.utils.clip_grad_value_([weight], 1.0)
    claim.close(claim.left(g=g, c=1.0), weight.grad @ g)
    claim.close(claim.right(g=g, c=1.0), weight.grad.norm() * g.norm())


@pytest.mark.claim("norms/attack-max")
def test_the_max_norm_attack_spends_the_budget_and_reaches_the_maximum(claim):
    reaches_the_maximum(claim, INF)


@pytest.mark.claim("norms/attack-two")
def test_the_two_norm_attack_spends_the_budget_and_reaches_the_maximum(claim):
    reaches_the_maximum(claim, 2)


@pytest.mark.claim("norms/attack-one")
def test_the_one_norm_attack_spends_the_budget_and_reaches_the_maximum(claim):
    reaches_the_maximum(claim, 1)


def reaches_the_maximum(claim, p):
    import torch

    attack = claim.snippet("attack")
    for w in vectors(claim):
        delta = attack(w, 0.25, p)
        claim.close(torch.linalg.vector_norm(delta, p), 0.25)
        claim.close(claim.right(w=w, epsilon=0.25), w @ delta)
