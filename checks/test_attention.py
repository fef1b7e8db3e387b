"""Attention: page = snippet = PyTorch."""

import math

import pytest

SHAPES = [(1, 1, 1, 1), (2, 3, 4, 2), (3, 3, 1, 5), (5, 2, 7, 3)]


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


def same(left, right):
    """Equal but for rounding in double precision."""
    import torch

    left, right = (torch.as_tensor(side, dtype=torch.float64) for side in (left, right))
    torch.testing.assert_close(left, right, rtol=1e-10, atol=1e-12)


@pytest.mark.claim("attention/definition")
def test_attention_is_the_snippet_and_scaled_dot_product_attention(claim):
    import torch

    for shape in SHAPES:
        Q, K, V = tables(claim, shape)
        expected = torch.nn.functional.scaled_dot_product_attention(Q[None], K[None], V[None])[0]
        same(claim.function()(Q, K, V), expected)
        same(claim.snippet("definition")(Q, K, V), expected)


@pytest.mark.claim("attention/weights")
def test_weights_are_softmax_over_the_keys(claim):
    import torch

    for shape in SHAPES:
        Q, K, _ = tables(claim, shape)
        expected = torch.softmax(Q @ K.T / math.sqrt(shape[2]), dim=-1)
        same(claim.function()(Q, K), expected)
        same(claim.snippet("weights")(Q, K), expected)


@pytest.mark.claim("attention/self-attention")
def test_self_attention_is_linear_layers_and_scaled_dot_product_attention(claim):
    import torch

    torch.manual_seed(claim.seed)
    for n, d, d_k, d_v in SHAPES:
        X = torch.randn(n, d, dtype=torch.float64)
        layers = [torch.nn.Linear(d, k, bias=False).double() for k in (d_k, d_k, d_v)]
        W_Q, W_K, W_V = (layer.weight.detach().T for layer in layers)
        found = [layer(X).detach() for layer in layers]
        expected = torch.nn.functional.scaled_dot_product_attention(*(t[None] for t in found))[0]
        same(claim.function()(X, W_Q=W_Q, W_K=W_K, W_V=W_V), expected)
        same(claim.snippet("self-attention")(X, W_Q, W_K, W_V), expected)


def missing_entropy(weights):
    """By how much the mean entropy of weights falls short of the largest, as a share."""
    import torch

    entropy = torch.distributions.Categorical(probs=weights).entropy()
    return 1 - float(entropy.mean()) / math.log(weights.shape[-1])


@pytest.mark.claim("attention/weights")
def test_the_scale_of_the_page_keeps_entropy_at_every_width(claim):
    import torch

    torch.manual_seed(claim.seed)
    missing = []
    for d_k in (4, 100):
        Q = torch.randn(12, d_k, dtype=torch.float64)
        K = torch.randn(24, d_k, dtype=torch.float64)
        missing.append(missing_entropy(claim.function()(Q, K)))
    assert 0.4 < missing[0] / missing[1] < 2.5


@pytest.mark.claim("attention/weights")
def test_the_two_other_scales_lose_all_entropy_or_none(claim):
    import torch

    assert claim.id == "attention/weights"
    torch.manual_seed(claim.seed)
    unscaled, by_width = [], []
    for d_k in (4, 64, 1024):
        q = torch.randn(24, 1, d_k, dtype=torch.float64)
        k = torch.randn(24, 64, d_k, dtype=torch.float64)
        scores = (q * k).sum(dim=-1)
        unscaled.append(missing_entropy(torch.softmax(scores, -1)))
        by_width.append(missing_entropy(torch.softmax(scores / d_k, -1)))
    assert unscaled == sorted(unscaled) and unscaled[-1] > 0.9
    assert by_width == sorted(by_width, reverse=True) and by_width[-1] < 0.001


@pytest.mark.claim("attention/gradient-of-scores")
def test_the_gradient_of_the_scores_is_autograd_of_softmax(claim):
    import torch

    for n in (1, 2, 5):
        z, g = torch.stack(tables(claim, (1, 1, n, 1))[:2]).squeeze(1)
        leaf = z.clone().requires_grad_()
        (slope,) = torch.autograd.grad(torch.softmax(leaf, -1) @ g, leaf)
        for i in range(n):
            same(claim.right(z=z, g=g, i=i + 1), slope[i])


@pytest.mark.claim("attention/permutation-equivariance")
def test_shuffling_commutes_until_a_causal_mask_breaks_the_symmetry(claim):
    import torch

    run = torch.nn.functional.scaled_dot_product_attention
    X, W_Q, W_K = tables(claim, (4, 3, 3, 3))[0], *tables(claim, (3, 3, 2, 2))[:2]
    W_V = torch.eye(3, dtype=torch.float64)
    P = torch.eye(4, dtype=torch.float64)[[1, 2, 3, 0]]
    given = {"X": X, "P": P, "W_Q": W_Q, "W_K": W_K, "W_V": W_V}

    def attend(Z, **options):
        return run((Z @ W_Q)[None], (Z @ W_K)[None], (Z @ W_V)[None], **options)[0]

    same(claim.left(**given), attend(P @ X))
    same(claim.right(**given), P @ attend(X))
    assert not torch.allclose(attend(P @ X, is_causal=True), P @ attend(X, is_causal=True))


@pytest.mark.claim("attention/causal")
def test_causal_attention_is_is_causal(claim):
    import torch

    for shape in ((1, 1, 1, 1), (3, 3, 2, 2), (5, 5, 4, 3)):
        Q, K, V = tables(claim, shape)
        expected = torch.nn.functional.scaled_dot_product_attention(
            Q[None], K[None], V[None], is_causal=True
        )[0]
        same(claim.function()(Q @ K.T / math.sqrt(shape[2]), V), expected)


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
        for i in range(shape[0]):
            given = {"P": P.detach(), "V": V, "G": G}
            same(claim.left(**given, i=i + 1), expected[i])
            same(claim.right(**given, i=i + 1), expected[i])


@pytest.mark.claim("attention/mask-before-softmax")
def test_hiding_is_minus_infinity_in_torch(claim):
    import torch

    z = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    m = torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64)
    expected = torch.softmax(z.masked_fill(m == 0, -math.inf), -1)
    for i in range(3):
        same(claim.left(z=z, m=m, i=i + 1), expected[i])
        same(claim.right(z=z, m=m, i=i + 1), expected[i])
    by_function, by_layer = claim.snippet("masks")()
    torch.testing.assert_close(by_function, by_layer)
