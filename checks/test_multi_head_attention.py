"""Multi-head attention: page = snippet = PyTorch."""

import pytest


def layer_of(claim, heads, width):
    """A layer of PyTorch without biases, in double precision."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(claim.seed)
    layer = torch.nn.MultiheadAttention(heads * width, heads, bias=False, batch_first=True)
    return layer.double()


def same(left, right):
    """Equal but for rounding in double precision."""
    import torch

    left, right = (torch.as_tensor(side, dtype=torch.float64) for side in (left, right))
    torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-11)


@pytest.mark.claim("multi-head-attention/definition")
def test_multi_head_attention_is_the_snippet_and_nn_multihead_attention(claim):
    import torch

    for heads, width, m, n in ((1, 2, 2, 3), (2, 1, 1, 2), (3, 2, 2, 2)):
        layer = layer_of(claim, heads, width)
        X = torch.randn(m, heads * width, dtype=torch.float64)
        Y = torch.randn(n, heads * width, dtype=torch.float64)
        expected = layer(X[None], Y[None], Y[None])[0][0].detach()
        A, B, C, D = (part.detach() for part in claim.snippet("cut-open")(layer))
        same(claim.snippet("definition")(X, Y, A, B, C, D), expected)
        same(claim.function()(X, Y, A=A, B=B, C=C, D=D), expected)


@pytest.mark.claim("multi-head-attention/definition")
def test_taking_every_hth_row_gives_other_heads(claim):
    import torch

    assert claim.id == "multi-head-attention/definition"
    layer = layer_of(claim, 2, 3)
    X = torch.randn(4, 6, dtype=torch.float64)
    expected = layer(X[None], X[None], X[None])[0][0].detach()
    interleaved = layer.in_proj_weight.detach().reshape(3, 3, 2, 6).transpose(1, 2)
    A, B, C = interleaved.transpose(-2, -1)
    D = layer.out_proj.weight.detach().T.reshape(3, 2, 6).transpose(0, 1)
    assert not torch.allclose(claim.snippet("definition")(X, X, A, B, C, D), expected)


@pytest.mark.claim("multi-head-attention/average-weights")
def test_the_layer_returns_the_average_of_the_weights_of_its_heads(claim):
    import torch

    layer = layer_of(claim, 3, 2)
    X = torch.randn(1, 4, 6, dtype=torch.float64)
    average = layer(X, X, X)[1]
    heads = layer(X, X, X, average_attn_weights=False)[1]
    assert heads.shape == (1, 3, 4, 4)
    same(average.detach(), heads.mean(dim=1).detach())
    for query in range(4):
        scores = heads[0, :, query].detach().log()
        same(claim.left(S=scores), average[0, query].sum().detach())
        same(claim.right(S=scores), average[0, query].sum().detach())


@pytest.mark.claim("multi-head-attention/parameters-and-sum-form")
def test_the_layer_has_as_many_parameters_with_any_number_of_heads(claim):
    import torch

    for heads, width in ((1, 12), (2, 6), (3, 4), (12, 1)):
        layer = torch.nn.MultiheadAttention(12, heads)
        count = sum(parameter.numel() for parameter in layer.parameters())
        same(claim.left(h=heads, d_k=width), count)
        same(claim.right(h=heads, d_k=width), count)


@pytest.mark.claim("multi-head-attention/definition")
def test_grouped_heads_share_keys_and_values_one_by_one(claim):
    import torch

    torch.manual_seed(claim.seed)
    run = torch.nn.functional.scaled_dot_product_attention
    X = torch.randn(3, 4, dtype=torch.float64)
    A, D = torch.randn(4, 4, 2, dtype=torch.float64), torch.randn(4, 2, 4, dtype=torch.float64)
    B, C = torch.randn(2, 2, 4, 2, dtype=torch.float64)
    Q, K, V = (X @ A)[None], (X @ B)[None], (X @ C)[None]
    heads = run(Q, K, V, enable_gqa=True)
    same(claim.snippet("grouped")(Q, K, V), heads)
    assert not torch.allclose(run(Q, K.repeat(1, 2, 1, 1), V.repeat(1, 2, 1, 1)), heads)
    shared = {"B": B.repeat_interleave(2, dim=0), "C": C.repeat_interleave(2, dim=0)}
    same(claim.function()(X, X, A=A, D=D, **shared), (heads[0] @ D).sum(dim=0))
