"""Layer, group and RMS norm: page = snippet = PyTorch."""

import math

import pytest


def tokens(claim):
    """Tables of tokens: odd sizes, a batch of one, tiny values, a view."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)
    for shape in ((1, 2), (3, 4), (2, 7)):
        dense = torch.randn(shape, generator=generator, dtype=torch.float64)
        yield dense
        yield 1e-3 * dense
        yield dense.repeat_interleave(2, dim=1)[:, ::2]


def same(left, right):
    """Equal but for rounding in double precision."""
    import torch

    left, right = (torch.as_tensor(side, dtype=torch.float64) for side in (left, right))
    torch.testing.assert_close(left, right, rtol=1e-10, atol=1e-12)


@pytest.mark.claim("layer-and-group-norm/standardise")
def test_standardising_is_the_snippet_and_layer_norm_without_weights(claim):
    import torch

    for x in tokens(claim):
        for epsilon in (1e-5, 1e-12, 1.0):
            expected = torch.nn.functional.layer_norm(x, x.shape[-1:], eps=epsilon)
            same(torch.stack([claim.function()(row, epsilon) for row in x]), expected)
            same(claim.snippet("standardise")(x, epsilon), expected)


@pytest.mark.claim("layer-and-group-norm/forward")
def test_layer_norm_is_the_snippet_and_nn_layer_norm_in_both_modes(claim):
    import torch

    for x in tokens(claim):
        layer = torch.nn.LayerNorm(x.shape[-1]).double()
        torch.nn.init.normal_(layer.weight)
        torch.nn.init.normal_(layer.bias)
        gamma, beta = layer.weight.detach(), layer.bias.detach()
        for expected in (layer.train()(x), layer.eval()(x)):
            rows = [claim.function()(row, gamma=gamma, beta=beta, epsilon=1e-5) for row in x]
            same(torch.stack(rows), expected.detach())
            same(claim.snippet("forward")(x, gamma, beta, 1e-5), expected.detach())


@pytest.mark.claim("layer-and-group-norm/group-norm")
def test_group_norm_is_the_snippet_and_torch_group_norm(claim):
    import torch

    torch.manual_seed(claim.seed)
    for groups, channels, height, width in ((1, 3, 2, 2), (3, 1, 2, 3), (2, 2, 1, 5)):
        image = torch.randn(1, groups * channels, height, width, dtype=torch.float64)
        z = image.reshape(groups, channels, height * width)
        expected = torch.nn.functional.group_norm(image, groups, eps=1e-5).reshape(z.shape)
        same(claim.function()(z, epsilon=1e-5), expected)
        same(claim.snippet("group-norm")(z, 1e-5), expected)


@pytest.mark.claim("layer-and-group-norm/rms")
def test_rms_norm_is_the_snippet_and_torch_rms_norm(claim):
    import torch

    for x in tokens(claim):
        expected = torch.nn.functional.rms_norm(x, x.shape[-1:], eps=1e-5)
        same(torch.stack([claim.function()(row, 1e-5) for row in x]), expected)
        same(claim.snippet("rms")(x, 1e-5), expected)


@pytest.mark.claim("layer-and-group-norm/gn-one-group")
def test_one_group_is_layer_norm_over_channels_and_pixels(claim):
    import torch

    torch.manual_seed(claim.seed)
    image = torch.randn(1, 3, 2, 2, dtype=torch.float64)
    expected = torch.nn.functional.layer_norm(image, (3, 2, 2), eps=1e-5).reshape(1, 3, 4)
    z = image.reshape(1, 3, 4)
    for k in range(3):
        for m in range(4):
            at = {"g": 1, "k": k + 1, "m": m + 1}
            same(claim.right(z=z, epsilon=1e-5, **at), expected[0, k, m])
    group, layer = torch.nn.GroupNorm(1, 3), torch.nn.LayerNorm((3, 2, 2))
    assert group.weight.numel() == 3
    assert layer.weight.numel() == 12


@pytest.mark.claim("layer-and-group-norm/gn-specialisations")
def test_groups_of_one_channel_are_instance_norm(claim):
    import torch

    torch.manual_seed(claim.seed)
    image = torch.randn(1, 3, 2, 2, dtype=torch.float64)
    expected = torch.nn.functional.instance_norm(image, eps=1e-5).reshape(3, 1, 4)
    z = image.reshape(3, 1, 4)
    for g in range(3):
        for m in range(4):
            at = {"g": g + 1, "k": 1, "m": m + 1}
            same(claim.right(z=z, epsilon=1e-5, **at), expected[g, 0, m])


@pytest.mark.claim("layer-and-group-norm/jacobian")
def test_the_jacobian_is_autograd_of_layer_norm(claim):
    import torch

    for x in tokens(claim):
        row, d = x[0], x.shape[-1]
        found = torch.autograd.functional.jacobian(
            lambda y, d=d: torch.nn.functional.layer_norm(y, (d,), eps=0.1), row
        )
        for k in range(d):
            for j in range(d):
                same(claim.right(x=row, epsilon=0.1, k=k + 1, l=j + 1), found[k, j])


@pytest.mark.claim("layer-and-group-norm/mode-and-batch-independence")
def test_no_layer_of_the_family_sees_the_batch_or_the_mode(claim):
    import torch

    torch.manual_seed(claim.seed)
    X = torch.randn(2, 3, dtype=torch.float64)
    layer = torch.nn.LayerNorm(3).double()
    found = torch.autograd.functional.jacobian(layer, X)
    given = {"X": X, "gamma": layer.weight.detach(), "beta": layer.bias.detach(), "epsilon": 1e-5}
    for k in range(3):
        for other in range(3):
            at = {"i": 1, "k": k + 1, "j": 2, "l": other + 1}
            same(claim.left(**given, **at), found[0, k, 1, other])
            same(claim.right(**given, **at), found[0, k, 1, other])
    image = torch.randn(3, 4, 2, 2)
    family = [
        torch.nn.LayerNorm((4, 2, 2)),
        torch.nn.GroupNorm(2, 4),
        torch.nn.InstanceNorm2d(4),
        torch.nn.RMSNorm((4, 2, 2)),
    ]
    for layer in family:
        assert not list(layer.buffers())
        together = layer.train()(image)
        torch.testing.assert_close(layer.eval()(image), together)
        torch.testing.assert_close(layer(image[:1]), together[:1])
    for layer in (torch.nn.BatchNorm2d(4), torch.nn.InstanceNorm2d(4, track_running_stats=True)):
        in_training = layer.train()(image)
        assert not torch.allclose(layer.eval()(image), in_training)


@pytest.mark.claim("layer-and-group-norm/unbiased-variant")
def test_the_tutorial_variant_is_smaller_by_the_root(claim):
    import torch

    pytorch, ratio = claim.snippet("variants")()
    torch.testing.assert_close(ratio, torch.full_like(pytorch, math.sqrt(3 / 4)), rtol=1e-5, atol=0)
    x = torch.tensor([1.0, 2.0, 3.0, 10.0], dtype=torch.float64)
    unbiased = (x - x.mean()) / x.std()
    for k in range(4):
        same(claim.left(x=x, epsilon=0.0, k=k + 1), unbiased[k])
        same(claim.right(x=x, epsilon=0.0, k=k + 1), unbiased[k])
