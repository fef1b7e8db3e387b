"""Batch norm: page = snippet = PyTorch, in training and at inference."""

import pytest


def batches(claim):
    """Batches with odd sizes, one column, small and large spread, and a view."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    for shape in ((2, 1), (3, 2), (5, 3)):
        dense = torch.randn(shape, generator=generator, dtype=torch.float64)
        yield dense
        yield 1e-3 * dense
        yield dense.T.contiguous().T + 7


def layer_for(x, epsilon=1e-5):
    """A batch norm layer with random γ and β."""
    import torch

    layer = torch.nn.BatchNorm1d(x.shape[1], eps=epsilon).double()
    torch.nn.init.normal_(layer.weight)
    torch.nn.init.normal_(layer.bias)
    return layer


def same(left, right):
    """Equal but for rounding in double precision."""
    import torch

    left, right = (torch.as_tensor(side, dtype=torch.float64) for side in (left, right))
    torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-11)


@pytest.mark.claim("batch-norm/train-forward")
def test_training_is_the_snippet_and_nn_batch_norm(claim):
    for x in batches(claim):
        for epsilon in (1e-5, 0.5):
            layer = layer_for(x, epsilon)
            gamma, beta = layer.weight.detach(), layer.bias.detach()
            expected = layer(x).detach()
            same(claim.function()(x, gamma=gamma, beta=beta, epsilon=epsilon), expected)
            same(claim.snippet("train-forward")(x, gamma, beta, epsilon), expected)


@pytest.mark.claim("batch-norm/train-forward")
def test_images_are_batches_of_pixels(claim):
    import torch

    torch.manual_seed(claim.seed)
    image = torch.randn(2, 3, 2, 2, dtype=torch.float64)
    expected = torch.nn.functional.batch_norm(image, None, None, training=True)
    pixels = image.movedim(1, -1).reshape(-1, 3)
    ones, zeros = torch.ones(3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
    found = claim.function()(pixels, gamma=ones, beta=zeros, epsilon=1e-5)
    same(found, expected.movedim(1, -1).reshape(-1, 3))


@pytest.mark.claim("batch-norm/train-forward")
def test_training_refuses_a_batch_of_one_and_epsilon_zero(claim):
    import torch

    assert claim.id == "batch-norm/train-forward"
    with pytest.raises(ValueError, match="more than 1 value"):
        torch.nn.BatchNorm1d(2)(torch.zeros(1, 2))
    torch.nn.BatchNorm2d(2)(torch.randn(1, 2, 2, 2))
    with pytest.raises(ValueError, match="eps"):
        torch.nn.BatchNorm1d(2, eps=0.0)(torch.randn(3, 2))


@pytest.mark.claim("batch-norm/eval-forward")
def test_inference_is_nn_batch_norm_in_eval(claim):
    import torch

    for x in batches(claim):
        layer = layer_for(x)
        layer(3 * x + 1)
        given = {"gamma": layer.weight.detach(), "beta": layer.bias.detach(), "epsilon": 1e-5}
        found = claim.function()(x, m=layer.running_mean, v=layer.running_var, **given)
        same(found, layer.eval()(x).detach())
        same(found[:1], layer(x[:1]).detach())
        assert torch.isfinite(found).all()


@pytest.mark.claim("batch-norm/without-epsilon")
def test_one_column_without_epsilon_is_batch_norm_with_hardly_any(claim):
    import torch

    for x in batches(claim):
        expected = torch.nn.functional.batch_norm(x, None, None, training=True, eps=1e-300)
        for c in range(x.shape[1]):
            same(claim.function()(x[:, c]), expected[:, c])


@pytest.mark.claim("batch-norm/bias-stays-at-inference")
def test_a_bias_moves_the_output_of_nn_batch_norm_in_eval(claim):
    import torch

    for x in batches(claim):
        layer = layer_for(x)
        layer(3 * x + 1)
        layer.eval()
        b = torch.randn(x.shape[1], dtype=torch.float64)
        moved = (layer(x + b) - layer(x)).detach()
        given = {"gamma": layer.weight.detach(), "beta": layer.bias.detach(), "epsilon": 1e-5}
        given |= {"m": layer.running_mean, "v": layer.running_var, "x": x, "b": b}
        for c in range(x.shape[1]):
            same(claim.left(**given, i=1, c=c + 1), moved[0, c])
            same(claim.right(**given, i=1, c=c + 1), moved[0, c])


@pytest.mark.claim("batch-norm/jacobian")
def test_the_jacobian_is_autograd_of_batch_norm(claim):
    import torch

    for x in batches(claim):
        layer = layer_for(x, 0.1)
        found = torch.autograd.functional.jacobian(layer, x)
        given = {"gamma": layer.weight.detach(), "beta": layer.bias.detach(), "epsilon": 0.1}
        for i in range(x.shape[0]):
            for j in range(x.shape[0]):
                for c in range(x.shape[1]):
                    value = claim.right(x=x, **given, i=i + 1, j=j + 1, c=c + 1)
                    same(value, found[i, c, j, c])


@pytest.mark.claim("batch-norm/backward-formula")
def test_the_gradient_is_autograd_of_batch_norm(claim):
    import torch

    for x in batches(claim):
        layer, y = layer_for(x, 0.1), x.clone().requires_grad_()
        g = torch.randn(x.shape, dtype=torch.float64)
        (slope,) = torch.autograd.grad((g * layer(y)).sum(), y)
        given = {"gamma": layer.weight.detach(), "beta": layer.bias.detach(), "epsilon": 0.1}
        for j in range(x.shape[0]):
            for c in range(x.shape[1]):
                same(claim.right(x=x, g=g, **given, j=j + 1, c=c + 1), slope[j, c])


@pytest.mark.claim("batch-norm/folding")
def test_folding_is_the_snippet_and_torch_fusion(claim):
    import torch

    torch.manual_seed(claim.seed)
    linear = torch.nn.Linear(3, 2).double()
    layer = layer_for(torch.zeros(1, 2))
    layer(torch.randn(9, 2, dtype=torch.float64) * 2 + 1)
    layer.eval()
    fused = torch.nn.utils.fusion.fuse_linear_bn_eval(linear.eval(), layer)
    parts = [linear.weight, linear.bias, layer.weight, layer.bias]
    W, b, gamma, beta = (part.detach() for part in parts)
    m, v = layer.running_mean, layer.running_var
    weight, bias = claim.snippet("fold")(W, b, gamma, beta, m, v, layer.eps)
    same(weight, fused.weight.detach())
    same(bias, fused.bias.detach())
    x = torch.randn(3, dtype=torch.float64)
    given = {"W": W, "b": b, "gamma": gamma, "beta": beta, "m": m, "v": v, "epsilon": layer.eps}
    for c in range(2):
        same(claim.left(x=x, **given, c=c + 1), fused(x).detach()[c])
        same(claim.right(x=x, **given, c=c + 1), fused(x).detach()[c])
