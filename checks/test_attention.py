"""Attention: page = snippet = PyTorch."""

import math

import pytest

SHAPES = [(1, 1, 1, 1), (2, 3, 4, 1), (3, 1, 1, 2), (3, 2, 5, 3)]
"""Queries, keys, their width, the width of a value: one of each, and odd ones."""


def tables(claim, shape):
    """Queries, keys and values; the keys are a view of something larger."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    m, n, d_k, d_v = shape
    Q = torch.randn(m, d_k, generator=generator, dtype=torch.float64)
    K = torch.randn(d_k, n, generator=generator, dtype=torch.float64).T
    V = torch.randn(n, d_v, generator=generator, dtype=torch.float64)
    return Q, K, V


def attend(Q, K, V, **options):
    """Attention as PyTorch computes it, for a batch of one."""
    import torch

    return torch.nn.functional.scaled_dot_product_attention(Q[None], K[None], V[None], **options)[0]


@pytest.mark.claim("attention/definition")
def test_attention_is_the_snippet_and_scaled_dot_product_attention(claim):
    page, code = claim.function(), claim.snippet("definition")
    for shape in SHAPES:
        Q, K, V = tables(claim, shape)
        for sharp in (1.0, 40.0):
            expected = attend(sharp * Q, K, V)
            claim.close(page(sharp * Q, K, V), expected)
            claim.close(code(sharp * Q, K, V), expected)


@pytest.mark.claim("attention/definition")
def test_batches_and_heads_are_attention_each_by_itself(claim):
    import torch

    Q, K, V = (torch.randn(2, 3, 2, n, dtype=torch.float64).transpose(2, 3) for n in (1, 3, 3))
    expected = torch.nn.functional.scaled_dot_product_attention(Q, K, V)
    claim.close(claim.snippet("definition")(Q, K, V), expected)
    for at in ((0, 0), (1, 2)):
        claim.close(claim.function()(Q[at], K[at], V[at]), expected[at])


@pytest.mark.claim("attention/definition")
def test_another_scale_is_the_formula_with_longer_queries(claim):
    for shape in SHAPES:
        Q, K, V = tables(claim, shape)
        for scale in (1.0, 1 / shape[2]):
            longer = Q * scale * math.sqrt(shape[2])
            claim.close(claim.function()(longer, K, V), attend(Q, K, V, scale=scale))


@pytest.mark.claim("attention/definition")
def test_what_a_mask_hides_might_as_well_not_be_there(claim):
    import torch

    Q, K, V = tables(claim, (2, 3, 2, 2))
    visible = torch.tensor([True, False, True])
    expected = claim.function()(Q, K[visible], V[visible])
    claim.close(attend(Q, K, V, attn_mask=visible.expand(1, 2, 3)), expected)
    added = torch.zeros(3, dtype=torch.float64).masked_fill(~visible, -math.inf)
    claim.close(attend(Q, K, V, attn_mask=added.expand(1, 2, 3)), expected)


@pytest.mark.claim("attention/weights")
def test_weights_are_softmax_over_the_keys(claim):
    import torch

    page, code = claim.function(), claim.snippet("weights")
    for shape in SHAPES:
        Q, K, _ = tables(claim, shape)
        expected = torch.softmax(Q @ K.T / math.sqrt(shape[2]), dim=-1)
        claim.close(page(Q, K), expected)
        claim.close(code(Q, K), expected)


@pytest.mark.claim("attention/self-attention")
def test_self_attention_is_linear_layers_and_scaled_dot_product_attention(claim):
    import torch

    torch.manual_seed(claim.seed)
    page, code = claim.function(), claim.snippet("self-attention")
    for n, d, d_k, d_v in SHAPES:
        X = torch.randn(n, d, dtype=torch.float64)
        layers = [torch.nn.Linear(d, k, bias=False).double() for k in (d_k, d_k, d_v)]
        W_Q, W_K, W_V = (layer.weight.detach().T for layer in layers)
        expected = attend(*(layer(X).detach() for layer in layers))
        claim.close(page(X, W_Q=W_Q, W_K=W_K, W_V=W_V), expected)
        claim.close(code(X, W_Q, W_K, W_V), expected)


@pytest.mark.claim("attention/score-covariance")
def test_the_variance_over_all_signs_is_the_sum_of_the_squared_coefficients(claim):
    import torch

    for n in (1, 2):
        M, extra = (torch.randn(k, n, dtype=torch.float64) for k in (n, 2))
        signs = torch.cartesian_prod(*2 * n * [torch.tensor([-1.0, 1.0], dtype=torch.float64)])
        u, v = signs.reshape(-1, 2, n).unbind(1)
        found = torch.einsum("ki,ij,kj->k", u, M, v) + u @ extra[0] + v @ extra[1]
        claim.close(claim.right(M=M, c=extra[0], r=extra[1]), found.var(correction=0))


def missing_entropy(weights):
    """By how much the mean entropy of weights falls short of the largest, as a share."""
    import torch

    entropy = torch.distributions.Categorical(probs=weights, validate_args=False).entropy()
    return 1 - float(entropy.mean()) / math.log(weights.shape[-1])


@pytest.mark.claim("attention/weights")
def test_the_scale_of_the_page_keeps_entropy_at_every_width(claim):
    import torch

    torch.manual_seed(claim.seed)
    missing = []
    for d_k in (4, 49):
        Q = torch.randn(12, d_k, dtype=torch.float64)
        K = torch.randn(16, d_k, dtype=torch.float64)
        missing.append(missing_entropy(claim.function()(Q, K)))
    assert 0.4 < missing[0] / missing[1] < 2.5


@pytest.mark.claim("attention/weights")
def test_the_two_other_scales_lose_all_entropy_or_none(claim):
    import torch

    assert claim.id == "attention/weights"
    torch.manual_seed(claim.seed)
    unscaled, by_width = [], []
    for d_k in (4, 64, 1024):
        q = torch.randn(8, 1, d_k, dtype=torch.float64)
        k = torch.randn(8, 64, d_k, dtype=torch.float64)
        scores = (q * k).sum(dim=-1)
        unscaled.append(missing_entropy(torch.softmax(scores, -1)))
        by_width.append(missing_entropy(torch.softmax(scores / d_k, -1)))
    assert unscaled == sorted(unscaled) and unscaled[-1] > 0.9
    assert by_width == sorted(by_width, reverse=True) and by_width[-1] < 0.001


@pytest.mark.claim("attention/convex-hull")
def test_an_output_of_torch_lies_within_the_values(claim):
    import torch

    for shape in SHAPES:
        Q, K, V = tables(claim, shape)
        c = torch.randn(shape[3], dtype=torch.float64)
        claim.close(claim.left(Q=Q, K=K, V=V, c=c, i=1), attend(Q, K, V)[0] @ c)
        claim.close(claim.right(V=V, c=c), (V @ c).max())
        assert claim.left(Q=Q, K=K, V=V, c=c, i=1) <= claim.right(V=V, c=c) + 1e-12


@pytest.mark.claim("attention/kernel-smoother")
def test_scores_are_distances_as_cdist_measures_them(claim):
    import torch

    for shape in SHAPES:
        Q, K, _ = tables(claim, (1, 2, *shape[2:]))
        near, far = torch.cdist(Q, K)[0] ** 2
        lengths = (K**2).sum(dim=1)
        expected = (far - near + lengths[0] - lengths[1]) / (2 * math.sqrt(shape[2]))
        claim.close(claim.left(q=Q[0], k=K[0], l=K[1]), expected)
        claim.close(claim.right(q=Q[0], k=K[0], l=K[1]), expected)


@pytest.mark.claim("attention/key-order")
def test_torch_does_not_notice_shuffled_keys(claim):
    import torch

    for shape in SHAPES:
        Q, K, V = tables(claim, shape)
        P = torch.eye(shape[1], dtype=torch.float64).roll(1, dims=0)
        claim.close(claim.left(Q=Q, K=K, V=V, P=P), attend(Q, P @ K, P @ V))
        claim.close(claim.right(Q=Q, K=K, V=V), attend(Q, P @ K, P @ V))


def slopes_of(Q, K, V):
    """Gradients of a random weighing of the outputs: by queries, by keys, by values."""
    import torch

    leaves = [part.clone().requires_grad_() for part in (Q, K, V)]
    G = torch.randn(len(Q), V.shape[1], dtype=torch.float64)
    return G, torch.autograd.grad((G * attend(*leaves)).sum(), leaves)


@pytest.mark.claim("attention/gradient-of-values")
def test_the_gradient_of_the_values_is_autograd_of_attention(claim):
    for shape in SHAPES:
        Q, K, V = tables(claim, shape)
        G, (_, _, slope) = slopes_of(Q, K, V)
        for j, a in {(1, 1), (shape[1], shape[3])}:
            given = {"Q": Q, "K": K, "V": V, "G": G, "j": j, "a": a}
            claim.close(claim.right(given), slope[j - 1, a - 1])


@pytest.mark.claim("attention/gradient-of-queries", "attention/gradient-of-keys")
def test_the_gradients_of_queries_and_keys_are_autograd_of_attention(claim):
    import torch

    for shape in SHAPES:
        Q, K, V = tables(claim, shape)
        G, (of_queries, of_keys, _) = slopes_of(Q, K, V)
        scores = (Q @ K.T / math.sqrt(shape[2])).requires_grad_()
        (E,) = torch.autograd.grad((G * (torch.softmax(scores, -1) @ V)).sum(), scores)
        if claim.id.endswith("queries"):
            at, expected = {"i": shape[0], "a": shape[2]}, of_queries[-1, -1]
        else:
            at, expected = {"j": shape[1], "a": shape[2]}, of_keys[-1, -1]
        claim.close(claim.left(Q=Q, K=K, E=E, **at), expected)
        claim.close(claim.right(Q=Q, K=K, E=E, **at), expected)


@pytest.mark.claim("attention/gradient-of-scores")
def test_the_gradient_of_the_scores_is_autograd_of_softmax(claim):
    import torch

    for n in (1, 2, 5):
        z, g = torch.stack(tables(claim, (1, 1, n, 1))[:2]).squeeze(1)
        leaf = z.clone().requires_grad_()
        (slope,) = torch.autograd.grad(torch.softmax(leaf, -1) @ g, leaf)
        for i in range(n):
            claim.close(claim.right(z=z, g=g, i=i + 1), slope[i])


@pytest.mark.claim("attention/permutation-equivariance")
def test_shuffling_commutes_until_a_causal_mask_breaks_the_symmetry(claim):
    import torch

    X, W_Q, W_K = tables(claim, (4, 3, 3, 3))[0], *tables(claim, (3, 3, 2, 2))[:2]
    W_V = torch.eye(3, dtype=torch.float64)
    P = torch.eye(4, dtype=torch.float64)[[1, 2, 3, 0]]
    given = {"X": X, "P": P, "W_Q": W_Q, "W_K": W_K, "W_V": W_V}

    def run(Z, **options):
        return attend(Z @ W_Q, Z @ W_K, Z @ W_V, **options)

    claim.close(claim.left(**given), run(P @ X))
    claim.close(claim.right(**given), P @ run(X))
    assert not torch.allclose(run(P @ X, is_causal=True), P @ run(X, is_causal=True))


@pytest.mark.claim("attention/causal")
def test_causal_attention_is_is_causal(claim):
    for shape in ((1, 1, 1, 1), (3, 3, 2, 2), (4, 4, 3, 1)):
        Q, K, V = tables(claim, shape)
        found = claim.function()(Q @ K.T / math.sqrt(shape[2]), V)
        claim.close(found, attend(Q, K, V, is_causal=True))


@pytest.mark.claim("attention/causal-no-future")
def test_the_slopes_of_is_causal_towards_the_future_are_exactly_zero(claim):
    import torch

    X, W_Q, W_K = (torch.randn(n, 2, dtype=torch.float64) for n in (3, 2, 2))
    W_V = torch.ones(2, 1, dtype=torch.float64)
    M = W_Q @ W_K.T / math.sqrt(2)
    found = torch.autograd.functional.jacobian(
        lambda Z: attend(Z @ W_Q, Z @ W_K, Z @ W_V, is_causal=True), X
    )
    assert (found[2, 0].abs() > 1e-9).all()
    for i, j in ((1, 2), (1, 3), (2, 3)):
        given = {"X": X, "M": M, "W_V": W_V, "i": i, "j": j, "c": 1, "a": 2}
        assert found[i - 1, 0, j - 1, 1] == 0
        claim.close(claim.left(given), 0.0)
        claim.close(claim.right(given), 0.0)


@pytest.mark.claim("attention/backward-identity")
def test_the_mean_slope_is_that_of_autograd(claim):
    import torch

    for shape in SHAPES:
        Q, K, V = tables(claim, shape)
        scores = (Q @ K.T / math.sqrt(shape[2])).requires_grad_()
        P = torch.softmax(scores, -1)
        G = torch.randn(shape[0], shape[3], dtype=torch.float64)
        (at_weights,) = torch.autograd.grad((G * (P @ V)).sum(), P)
        expected = (P * at_weights).sum(dim=-1).detach()
        given = {"P": P.detach(), "V": V, "G": G, "i": shape[0]}
        claim.close(claim.left(given), expected[-1])
        claim.close(claim.right(given), expected[-1])


@pytest.mark.claim("attention/mask-before-softmax")
def test_hiding_is_minus_infinity_in_torch(claim):
    import torch

    z = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    m = torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64)
    expected = torch.softmax(z.masked_fill(m == 0, -math.inf), -1)
    for i in range(3):
        claim.close(claim.left(z=z, m=m, i=i + 1), expected[i])
        claim.close(claim.right(z=z, m=m, i=i + 1), expected[i])
    by_function, by_layer = claim.snippet("masks")()
    claim.close(by_function, by_layer, rtol=1.3e-6, atol=1e-5)
