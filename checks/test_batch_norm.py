"""Batch norm: page = snippet = PyTorch, in training and at inference."""

import pytest


def batches(claim):
    """Batches with odd sizes, one column, small and large spread; two of them are views."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    yield draw(2, 1)
    yield 1e-3 * draw(3, 2)
    yield draw(2, 5).T + 7
    yield 40 * draw(6, 1)[::2]


def layer_for(x, epsilon=1e-5):
    """A batch norm layer with random γ and β."""
    import torch

    layer = torch.nn.BatchNorm1d(x.shape[1], eps=epsilon).double()
    torch.nn.init.normal_(layer.weight)
    torch.nn.init.normal_(layer.bias)
    return layer


def learned(layer):
    """What the page calls the parts of a layer that do not depend on its mode."""
    gamma, beta = layer.weight.detach(), layer.bias.detach()
    return {"gamma": gamma, "beta": beta, "epsilon": layer.eps}


def kept(layer):
    """The same at inference."""
    return {**learned(layer), "m": layer.running_mean.clone(), "v": layer.running_var.clone()}


def trained(x, epsilon=1e-5):
    """A layer whose buffers have moved, in inference mode."""
    layer = layer_for(x, epsilon)
    layer(3 * x + 1)
    return layer.eval()


def same(claim, left, right):
    """Equal but for rounding in double precision."""
    claim.close(left, right, rtol=1e-9, atol=1e-11)


@pytest.mark.claim("batch-norm/train-forward")
def test_training_is_the_snippet_and_nn_batch_norm(claim):
    page, code = claim.function(), claim.snippet("train-forward")
    for x in batches(claim):
        for epsilon in (1e-5, 100.0):
            layer = layer_for(x, epsilon)
            expected = layer(x).detach()
            same(claim, page(x, **learned(layer)), expected)
            same(claim, code(x, *learned(layer).values()), expected)


@pytest.mark.claim("batch-norm/train-forward")
def test_images_are_batches_of_pixels(claim):
    import torch

    torch.manual_seed(claim.seed)
    for shape in ((1, 1, 3, 1), (2, 3, 1, 3)):
        image = torch.randn(shape, dtype=torch.float64).to(memory_format=torch.channels_last)
        layer = torch.nn.BatchNorm2d(shape[1]).double()
        torch.nn.init.normal_(layer.weight)
        expected = layer(image).detach().movedim(1, -1).flatten(0, 2)
        same(
            claim, claim.function()(image.movedim(1, -1).flatten(0, 2), **learned(layer)), expected
        )


@pytest.mark.claim("batch-norm/train-forward")
def test_without_buffers_and_weights_the_formula_of_training_is_that_of_inference(claim):
    import torch

    for x in batches(claim):
        layer = torch.nn.BatchNorm1d(x.shape[1], affine=False, track_running_stats=False)
        ones = torch.ones(x.shape[1], dtype=torch.float64)
        found = claim.function()(x, gamma=ones, beta=0 * ones, epsilon=layer.eps)
        assert layer.weight is None and not list(layer.buffers())
        same(claim, found, layer.train()(x))
        same(claim, found, layer.eval()(x))


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
        for epsilon in (0.0, 1e-5, 100.0):
            layer = trained(x).requires_grad_(False)
            layer.eps = epsilon
            given = kept(layer)
            same(claim, claim.function()(x, **given), layer(x))
            same(claim, claim.function()(x[:1], **given), layer(x[:1]))
            assert torch.equal(layer.running_mean, given["m"])
            assert torch.equal(layer.running_var, given["v"])


@pytest.mark.claim("batch-norm/eval-forward")
def test_the_numbers_in_the_snippet_on_the_two_modes(claim):
    import torch

    in_training, buffers, at_inference = claim.snippet("modes")()
    claim.close(in_training[:, 0], torch.tensor([-1.0, 1.0]), rtol=1.3e-6, atol=1e-5)
    claim.close(buffers, torch.tensor([0.5, 1.1]), rtol=1.3e-6, atol=1e-5)
    claim.close(at_inference[:, 0], torch.tensor([3.34, 5.24]), atol=5e-3, rtol=0)
    x = torch.tensor([[4.0], [6.0]], dtype=torch.float64)
    one, mean, variance = (torch.tensor([v], dtype=torch.float64) for v in (1.0, 0.5, 1.1))
    page = claim.function()(x, gamma=one, beta=0 * one, m=mean, v=variance, epsilon=1e-5)
    claim.close(page.float(), at_inference.detach(), rtol=1.3e-6, atol=1e-5)


@pytest.mark.claim("batch-norm/output-mean")
def test_the_mean_that_nn_batch_norm_puts_out(claim):
    for x in batches(claim):
        layer = layer_for(x, 0.5)
        for c, mean in enumerate(layer(x).detach().mean(dim=0), 1):
            same(claim, claim.left(x=x, **learned(layer), c=c), mean)
            same(claim, claim.right(x=x, **learned(layer), c=c), mean)


@pytest.mark.claim("batch-norm/output-variance")
def test_the_variance_that_nn_batch_norm_puts_out(claim):
    for x in batches(claim):
        layer = layer_for(x, 1e-5)
        for c, variance in enumerate(layer(x).detach().var(dim=0, correction=0), 1):
            same(claim, claim.left(x=x, **learned(layer), c=c), variance)
            same(claim, claim.right(x=x, **learned(layer), c=c), variance)


@pytest.mark.claim("batch-norm/without-epsilon")
def test_one_column_without_epsilon_is_batch_norm_with_hardly_any(claim):
    import torch

    for x in batches(claim):
        expected = torch.nn.functional.batch_norm(x, None, None, training=True, eps=1e-300)
        for c in range(x.shape[1]):
            same(claim, claim.function()(x[:, c]), expected[:, c])


@pytest.mark.claim("batch-norm/bias-cancels")
def test_a_bias_before_nn_batch_norm_is_lost_in_training(claim):
    import torch

    for x in batches(claim):
        layer, b = layer_for(x), torch.randn(x.shape[1], dtype=torch.float64)
        expected = layer(x + b).detach()
        same(claim, claim.left(x=x, b=b, **learned(layer)), expected)
        same(claim, claim.right(x=x, b=b, **learned(layer)), expected)


@pytest.mark.claim("batch-norm/bias-stays-at-inference")
def test_a_bias_moves_the_output_of_nn_batch_norm_in_eval(claim):
    import torch

    for x in batches(claim):
        layer, b = trained(x), torch.randn(x.shape[1], dtype=torch.float64)
        moved = (layer(x + b) - layer(x)).detach()
        for c in range(x.shape[1]):
            given = {**kept(layer), "x": x, "b": b, "i": 1, "c": c + 1}
            same(claim, claim.left(**given), moved[0, c])
            same(claim, claim.right(**given), moved[0, c])


@pytest.mark.claim("batch-norm/constants-and-biases")
def test_a_constant_feature_leaves_nn_batch_norm_as_beta(claim):
    import torch

    x = torch.full((3, 1), 2.5, dtype=torch.float64)
    layer = layer_for(x)
    expected = layer(x).detach()
    same(claim, claim.left(x=x, **learned(layer), i=2, c=1), expected[1, 0])
    same(claim, claim.right(x=x, **learned(layer), i=2, c=1), expected[1, 0])


@pytest.mark.claim("batch-norm/samuelson-bound")
def test_an_outlier_leaves_nn_batch_norm_at_the_bound(claim):
    import torch

    for n, limit in ((2, 1.0), (9, 8**0.5)):
        x = torch.zeros(n, dtype=torch.float64)
        x[n // 2] = 1e6
        out = torch.nn.functional.batch_norm(x[:, None], None, None, training=True)
        same(claim, out.max(), limit)
        same(claim, claim.left(x=x, i=n // 2 + 1), x.var(correction=0) * out.max() ** 2)
        same(claim, claim.right(x=x, i=n // 2 + 1), x.var(correction=0) * out.max() ** 2)


@pytest.mark.claim("batch-norm/two-samples")
def test_two_samples_through_torch_batch_norm(claim):
    import torch

    for a, b in ((3.0, 1.0), (-2.0, 5.5), (1e-3, 2e-3)):
        x = torch.tensor([[a], [b]], dtype=torch.float64)
        out = torch.nn.functional.batch_norm(x, None, None, training=True, eps=0.25)
        same(claim, claim.left(a=a, b=b, epsilon=0.25), out[0, 0])
        same(claim, claim.right(a=a, b=b, epsilon=0.25), out[0, 0])


@pytest.mark.claim("batch-norm/jacobian")
def test_the_jacobian_is_autograd_of_batch_norm(claim):
    import torch

    for x in batches(claim):
        layer, columns = layer_for(x, 0.1), x.shape[1]
        found = torch.autograd.functional.jacobian(layer, x)
        for i in range(2):
            for j in range(len(x)):
                at = {"i": i + 1, "j": j + 1, "c": columns}
                value = claim.right(x=x, **learned(layer), **at)
                same(claim, value, found[i, columns - 1, j, columns - 1])


@pytest.mark.claim("batch-norm/sample-coupling")
def test_samples_see_each_other_in_training_and_in_eval_without_buffers(claim):
    import torch

    for x in batches(claim):
        layer, c = layer_for(x, 0.1), x.shape[1] - 1
        layer.running_mean = layer.running_var = None
        for mode in (layer.train(), layer.eval()):
            found = torch.autograd.functional.jacobian(mode, x)[0, c, :, c]
            for j in range(1, len(x)):
                value = claim.right(x=x, **learned(layer), i=1, j=j + 1, c=c + 1)
                same(claim, value, found[j])


@pytest.mark.claim("batch-norm/eval-is-local")
def test_samples_do_not_see_each_other_in_eval(claim):
    import torch

    x = list(batches(claim))[1]
    layer = trained(x)
    found = torch.autograd.functional.jacobian(layer, x)
    for j, c, d in ((2, 1, 1), (3, 2, 1)):
        given = {**kept(layer), "x": x, "i": 1, "j": j, "c": c, "d": d}
        same(claim, claim.left(**given), found[0, c - 1, j - 1, d - 1])
        same(claim, claim.right(**given), found[0, c - 1, j - 1, d - 1])


def slopes_of(layer, x):
    """Gradients of a random weighing of the outputs: by input, by γ, by β."""
    import torch

    y, g = x.clone().requires_grad_(), torch.randn(x.shape, dtype=torch.float64)
    return g, *torch.autograd.grad((g * layer(y)).sum(), [y, layer.weight, layer.bias])


@pytest.mark.claim("batch-norm/backward-formula")
def test_the_gradient_is_autograd_of_batch_norm(claim):
    for x in batches(claim):
        layer, c = layer_for(x, 0.1), x.shape[1] - 1
        g, slope, _, _ = slopes_of(layer, x)
        for j in range(len(x)):
            same(claim, claim.right(x=x, g=g, **learned(layer), j=j + 1, c=c + 1), slope[j, c])


@pytest.mark.claim("batch-norm/gradient-along-output", "batch-norm/gradient-sums-to-zero")
def test_the_gradient_of_batch_norm_adds_up_to_zero_and_nearly_so_along_the_output(claim):
    for x in batches(claim):
        layer, column = layer_for(x[:, :1], 0.1), x[:, 0]
        layer.weight.data.fill_(2.0)
        g, slope, _, _ = slopes_of(layer, x[:, :1])
        out = (layer(x[:, :1]) - layer.bias).detach()[:, 0] / 2
        s = (column.var(correction=0) + 0.1).sqrt()
        if claim.id.endswith("zero"):
            given = {"x": column, "g": g[:, 0], "gamma": 2.0, "epsilon": 0.1}
            same(claim, claim.left(**given, a=(g[:, 0] * out).mean()), slope.sum())
            same(claim, claim.right(), slope.sum())
        else:
            found = slope[:, 0] @ out * s / 2
            same(claim, claim.left(x=column, g=g[:, 0], epsilon=0.1), found)
            same(claim, claim.right(x=column, g=g[:, 0], epsilon=0.1), found)


@pytest.mark.claim("batch-norm/gradient-of-gamma")
def test_the_gradient_of_gamma_is_autograd_of_batch_norm(claim):
    for x in batches(claim):
        layer = layer_for(x, 0.1)
        g, _, slope, _ = slopes_of(layer, x)
        for c in range(x.shape[1]):
            same(claim, claim.right(x=x, g=g, **learned(layer), c=c + 1), slope[c])


@pytest.mark.claim("batch-norm/gradient-of-beta")
def test_the_gradient_of_beta_is_autograd_of_batch_norm(claim):
    for x in batches(claim):
        layer = layer_for(x, 0.1)
        g, _, _, slope = slopes_of(layer, x)
        for c in range(x.shape[1]):
            same(claim, claim.right(x=x, g=g, **learned(layer), c=c + 1), slope[c])


@pytest.mark.claim("batch-norm/eval-gradient")
def test_the_gradient_at_inference_is_autograd_of_batch_norm_in_eval(claim):
    for x in batches(claim):
        layer = trained(x, 0.1)
        g, slope, _, _ = slopes_of(layer, x)
        for c in range(x.shape[1]):
            same(claim, claim.right(x=x, g=g, **kept(layer), j=1, c=c + 1), slope[0, c])


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
    same(claim, weight, fused.weight.detach())
    same(claim, bias, fused.bias.detach())
    x = torch.randn(3, dtype=torch.float64)
    given = {"W": W, "b": b, "gamma": gamma, "beta": beta, "m": m, "v": v, "epsilon": layer.eps}
    for c in range(2):
        same(claim, claim.left(x=x, **given, c=c + 1), fused(x).detach()[c])
        same(claim, claim.right(x=x, **given, c=c + 1), fused(x).detach()[c])
