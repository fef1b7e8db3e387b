"""Multi-head attention: page = snippet = PyTorch."""

import pytest


def layer_of(claim, heads, width):
    """A layer of PyTorch without biases, in double precision."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(claim.seed)
    layer = torch.nn.MultiheadAttention(heads * width, heads, bias=False, batch_first=True)
    return layer.double()


def same(claim, left, right):
    """Equal but for rounding in double precision."""
    claim.close(left, right, rtol=1e-9, atol=1e-11)


@pytest.mark.claim("multi-head-attention/definition")
def test_multi_head_attention_is_the_snippet_and_nn_multihead_attention_in_both_modes(claim):
    import torch

    page, code, cut = claim.function(), claim.snippet("definition"), claim.snippet("cut-open")
    for heads, width, m, n in ((1, 2, 2, 3), (2, 1, 1, 2), (3, 1, 2, 1)):
        layer = layer_of(claim, heads, width)
        X = torch.randn(heads * width, m, dtype=torch.float64).T
        Y = torch.randn(n, heads * width, dtype=torch.float64)
        A, B, C, D = (part.detach() for part in cut(layer))
        found = page(X, Y, A=A, B=B, C=C, D=D)
        for mode in (layer.train(), layer.eval()):
            same(claim, found, mode(X[None], Y[None], Y[None], need_weights=False)[0][0].detach())
        same(claim, code(X, Y, A, B, C, D), found)


@pytest.mark.claim("multi-head-attention/definition")
def test_the_fast_path_of_inference_is_the_formula_with_tokens_for_queries_and_keys(claim):
    import torch

    layer = layer_of(claim, 2, 2).eval().requires_grad_(False)
    X = torch.randn(3, 4, dtype=torch.float64)
    A, B, C, D = claim.snippet("cut-open")(layer)
    with torch.inference_mode():
        expected = layer(X[None], X[None], X[None], need_weights=False)[0][0]
    same(claim, claim.function()(X, X, A=A, B=B, C=C, D=D), expected.clone())


@pytest.mark.claim("multi-head-attention/definition")
def test_unless_told_otherwise_the_layer_takes_tokens_first_and_batches_second(claim):
    import torch

    torch.manual_seed(claim.seed)
    layer = torch.nn.MultiheadAttention(4, 2, bias=False).double()
    X = torch.randn(2, 3, 4, dtype=torch.float64)
    A, B, C, D = (part.detach() for part in claim.snippet("cut-open")(layer))
    expected = layer(*3 * [X.transpose(0, 1)])[0].transpose(0, 1).detach()
    assert not torch.allclose(layer(X, X, X)[0].detach(), expected)
    same(claim, claim.function()(X[1], X[1], A=A, B=B, C=C, D=D), expected[1])


@pytest.mark.claim("multi-head-attention/definition")
def test_biases_of_the_layer_are_weights_of_a_feature_that_is_always_one(claim):
    import torch

    torch.manual_seed(claim.seed)
    layer = torch.nn.MultiheadAttention(2, 2, batch_first=True).double()
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    X = torch.randn(2, 2, dtype=torch.float64)
    expected = layer(*3 * [X[None]])[0][0].detach() - layer.out_proj.bias.detach()
    parts = [part.detach() for part in claim.snippet("cut-open")(layer)]
    biases = layer.in_proj_bias.detach().reshape(3, 2, 1, 1)
    A, B, C = (torch.cat([w, b], dim=1) for w, b in zip(parts[:3], biases, strict=True))
    D = torch.nn.functional.pad(parts[3], (0, 1))
    Z = torch.nn.functional.pad(X, (0, 1), value=1.0)
    same(claim, claim.function()(Z, Z, A=A, B=B, C=C, D=D)[:, :2], expected)


@pytest.mark.claim("multi-head-attention/one-head")
def test_one_head_of_the_layer_is_scaled_dot_product_attention(claim):
    import torch

    layer = layer_of(claim, 1, 3)
    X, Y = (torch.randn(n, 3, dtype=torch.float64) for n in (2, 3))
    A, B, C, D = (part.detach() for part in claim.snippet("cut-open")(layer))
    expected = layer(X[None], Y[None], Y[None])[0][0].detach()
    given = {"X": X, "Y": Y, "A": A, "B": B, "C": C, "D": D}
    same(claim, claim.left(given), expected)
    same(claim, claim.right(given), expected)


@pytest.mark.claim("multi-head-attention/concat-is-sum")
def test_the_sum_of_the_heads_is_the_output_projection_of_their_concatenation(claim):
    import torch

    for h, m, d_v, d in ((1, 1, 2, 1), (3, 2, 1, 2), (2, 1, 2, 3)):
        H = torch.randn(h, m, d_v, dtype=torch.float64)
        linear = torch.nn.Linear(h * d_v, d, bias=False).double()
        expected = linear(H.transpose(0, 1).flatten(1)).detach()
        given = {"H": H, "D": linear.weight.detach().T.reshape(h, d_v, d), "i": m, "j": d}
        same(claim, claim.left(given), expected[-1, -1])
        same(claim, claim.right(given), expected[-1, -1])


@pytest.mark.claim("multi-head-attention/permutation-equivariance")
def test_nn_multihead_attention_commutes_with_shuffling(claim):
    import torch

    layer = layer_of(claim, 1, 2)
    Z = torch.randn(3, 2, dtype=torch.float64)
    P = torch.eye(3, dtype=torch.float64)[[1, 2, 0]]
    A, B, C, D = (part.detach()[0] for part in claim.snippet("cut-open")(layer))
    shuffled = layer(*3 * [(P @ Z)[None]])[0][0].detach()
    given = {"Z": Z, "P": P, "A": A, "B": B, "C": C}
    same(claim, claim.left(given) @ D, shuffled)
    same(claim, claim.right(given) @ D, shuffled)


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
    same(claim, average.detach(), heads.mean(dim=1).detach())
    for query in (0, 3):
        scores = heads[0, :, query].detach().log()
        same(claim, claim.left(S=scores), average[0, query].sum().detach())
        same(claim, claim.right(S=scores), average[0, query].sum().detach())


@pytest.mark.claim("multi-head-attention/parameters-and-sum-form")
def test_the_layer_has_as_many_parameters_with_any_number_of_heads(claim):
    import torch

    for heads, width in ((1, 12), (2, 6), (3, 4), (12, 1)):
        layer = torch.nn.MultiheadAttention(12, heads)
        count = sum(parameter.numel() for parameter in layer.parameters())
        same(claim, claim.left(h=heads, d_k=width), count)
        same(claim, claim.right(h=heads, d_k=width), count)


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
    same(claim, claim.snippet("grouped")(Q, K, V), heads)
    assert not torch.allclose(run(Q, K.repeat(1, 2, 1, 1), V.repeat(1, 2, 1, 1)), heads)
    shared = {"B": B.repeat_interleave(2, dim=0), "C": C.repeat_interleave(2, dim=0)}
    same(claim, claim.function()(X, X, A=A, D=D, **shared), (heads[0] @ D).sum(dim=0))
