"""Layer, group and RMS norm: page = snippet = PyTorch."""

import math

import pytest


def tokens(claim):
    """Tables of tokens: a batch of one, one feature, odd sizes, tiny values; two are views."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    yield draw(1, 2)
    yield draw(2, 1) + 3
    yield 1e-3 * draw(3, 2).T
    yield 40 * draw(2, 8)[:, ::2]


def images(claim):
    """Groups, and images: one channel, a batch of one, odd sizes; channels last in memory."""
    import torch

    torch.manual_seed(claim.seed)
    for groups, shape in ((1, (1, 1, 3, 1)), (2, (2, 2, 1, 3)), (2, (1, 4, 1, 2))):
        image = torch.randn(shape, dtype=torch.float64).to(memory_format=torch.channels_last)
        yield groups, image


def with_random_weights(layer):
    """A layer in double precision whose weights are not those that it starts with."""
    import torch

    layer = layer.double()
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    return layer


@pytest.mark.claim("layer-and-group-norm/standardise")
def test_standardising_is_the_snippet_and_layer_norm_without_weights(claim):
    import torch

    page, code = claim.function(), claim.snippet("standardise")
    for x in tokens(claim):
        for epsilon in (0.0, 1e-5, 100.0):
            if epsilon == 0 and x.shape[1] == 1:
                continue  # the spread of one feature is 0
            expected = torch.nn.functional.layer_norm(x, x.shape[-1:], eps=epsilon)
            claim.close(torch.stack([page(row, epsilon) for row in x]), expected)
            claim.close(code(x, epsilon), expected)


@pytest.mark.claim("layer-and-group-norm/standardise")
def test_layer_norm_over_several_axes_standardises_their_list(claim):
    import torch

    for _, image in images(claim):
        layer = torch.nn.LayerNorm(image.shape[1:], elementwise_affine=False)
        assert not list(layer.parameters())
        for one, expected in zip(image, layer(image), strict=True):
            claim.close(claim.function()(one.flatten(), 1e-5), expected.flatten())


@pytest.mark.claim("layer-and-group-norm/forward")
def test_layer_norm_is_the_snippet_and_nn_layer_norm_in_both_modes(claim):
    import torch

    page, code = claim.function(), claim.snippet("forward")
    for x in tokens(claim):
        layer = with_random_weights(torch.nn.LayerNorm(x.shape[-1]))
        gamma, beta = layer.weight.detach(), layer.bias.detach()
        for expected in (layer.train()(x).detach(), layer.eval()(x[None]).detach()[0]):
            rows = [page(row, gamma=gamma, beta=beta, epsilon=1e-5) for row in x]
            claim.close(torch.stack(rows), expected)
            claim.close(code(x, gamma, beta, 1e-5), expected)


@pytest.mark.claim("layer-and-group-norm/forward")
def test_layer_norm_without_bias_has_place_zero(claim):
    import torch

    x = list(tokens(claim))[-1][0]
    layer = with_random_weights(torch.nn.LayerNorm(len(x), eps=100.0, bias=False))
    gamma = layer.weight.detach()
    found = claim.function()(x, gamma=gamma, beta=0 * gamma, epsilon=layer.eps)
    claim.close(found, layer(x).detach())


@pytest.mark.claim("layer-and-group-norm/group-norm")
def test_group_norm_is_the_snippet_and_torch_group_norm_in_both_modes(claim):
    import torch

    page, code = claim.function(), claim.snippet("group-norm")
    for groups, image in images(claim):
        channels = image.shape[1]
        for epsilon in (1e-5, 100.0):
            layer = with_random_weights(torch.nn.GroupNorm(groups, channels, eps=epsilon))
            gamma, beta = (p.detach()[:, None, None] for p in layer.parameters())
            in_training = layer.train()(image).detach()
            claim.close(layer.eval()(image).detach(), in_training)
            for one, expected in zip(image, in_training, strict=True):
                z = one.reshape(groups, channels // groups, -1)
                for found in (page(z, epsilon=epsilon), code(z, epsilon)):
                    claim.close(gamma * found.reshape(one.shape) + beta, expected)


@pytest.mark.claim("layer-and-group-norm/rms")
def test_rms_norm_is_the_snippet_and_torch_rms_norm(claim):
    import torch

    page, code = claim.function(), claim.snippet("rms")
    for x in tokens(claim):
        for epsilon in (0.0, 1e-5, 100.0):
            expected = torch.nn.functional.rms_norm(x, x.shape[-1:], eps=epsilon)
            claim.close(torch.stack([page(row, epsilon) for row in x]), expected)
            claim.close(code(x, epsilon), expected)


@pytest.mark.claim("layer-and-group-norm/rms")
def test_rms_norm_without_a_value_takes_the_precision_of_the_data_type(claim):
    import torch

    x = torch.tensor([3e-8, -4e-8], dtype=torch.float64)
    for layer in (torch.nn.LayerNorm(2), torch.nn.GroupNorm(1, 2)):
        assert layer.eps == 1e-5
    assert torch.nn.RMSNorm(2).eps is None
    for kind, rounding in ((torch.float64, 1e-9), (torch.float32, 1e-5)):
        epsilon = torch.finfo(kind).eps
        expected = torch.nn.RMSNorm(2, dtype=kind)(x.to(kind)).detach().double()
        claim.close(claim.function()(x, epsilon), expected, rtol=rounding, atol=0)


@pytest.mark.claim("layer-and-group-norm/gn-one-group")
def test_one_group_is_layer_norm_over_channels_and_pixels(claim):
    import torch

    for _, image in images(claim):
        one = image[:1]
        expected = torch.nn.functional.group_norm(one, 1, eps=0.5).reshape(1, one.shape[1], -1)
        layer = torch.nn.functional.layer_norm(one, one.shape[1:], eps=0.5)
        claim.close(layer.reshape(expected.shape), expected)
        z = one.reshape(expected.shape)
        for k in range(z.shape[1]):
            at = {"g": 1, "k": k + 1, "m": z.shape[2]}
            claim.close(claim.left(z=z, epsilon=0.5, **at), expected[0, k, -1])
            claim.close(claim.right(z=z, epsilon=0.5, **at), expected[0, k, -1])
    group, layer = torch.nn.GroupNorm(1, 3), torch.nn.LayerNorm((3, 2, 2))
    assert group.weight.numel() == 3
    assert layer.weight.numel() == 12


@pytest.mark.claim("layer-and-group-norm/gn-specialisations")
def test_groups_of_one_channel_are_instance_norm(claim):
    import torch

    for _, image in images(claim):
        one = image[:1]
        expected = torch.nn.InstanceNorm2d(one.shape[1], eps=0.5)(one).flatten(2)[0, :, None]
        z = one.flatten(2)[0, :, None]
        for g in range(len(z)):
            at = {"g": g + 1, "k": 1, "m": z.shape[2]}
            claim.close(claim.left(z=z, epsilon=0.5, **at), expected[g, 0, -1])
            claim.close(claim.right(z=z, epsilon=0.5, **at), expected[g, 0, -1])


@pytest.mark.claim("layer-and-group-norm/ln-is-rms-after-centering")
def test_layer_norm_is_rms_norm_of_what_was_centred(claim):
    import torch

    for x in tokens(claim):
        row, d = x[0], x.shape[1:]
        expected = torch.nn.functional.layer_norm(row, d, eps=1e-3)
        claim.close(torch.nn.functional.rms_norm(row - row.mean(), d, eps=1e-3), expected)
        claim.close(claim.left(x=row, epsilon=1e-3), expected)
        claim.close(claim.right(x=row, epsilon=1e-3), expected)


@pytest.mark.claim("layer-and-group-norm/per-sample-invariance")
def test_scaling_the_input_of_layer_norm_is_dividing_its_epsilon(claim):
    import torch

    for x in tokens(claim):
        for a, b in ((-2.0, 1.0), (1e-3, 5.0)):
            expected = torch.nn.functional.layer_norm(a * x[0] + b, x.shape[1:], eps=1e-5)
            claim.close(claim.left(x=x[0], a=a, b=b, epsilon=1e-5), expected)
            claim.close(claim.right(x=x[0], a=a, b=b, epsilon=1e-5), expected)


@pytest.mark.claim("layer-and-group-norm/largest-feature")
def test_one_hot_tokens_reach_the_largest_feature(claim):
    import torch

    for d in (2, 10):
        x = 1e6 * torch.eye(d, dtype=torch.float64)[d - 1]
        found = torch.nn.functional.layer_norm(x, (d,), eps=0.0)[-1]
        claim.close(claim.left(x=x, epsilon=0.0, k=d), found**2)
        claim.close(claim.right(x=x), found**2)


@pytest.mark.claim("layer-and-group-norm/jacobian")
def test_the_jacobian_is_autograd_of_layer_norm(claim):
    import torch

    for x in tokens(claim):
        row, d = x[0], x.shape[-1]
        found = torch.autograd.functional.jacobian(
            lambda y, d=d: torch.nn.functional.layer_norm(y, (d,), eps=0.1), row
        )
        for j in range(d):
            claim.close(claim.right(x=row, epsilon=0.1, k=1, l=j + 1), found[0, j])
            claim.close(claim.right(x=row, epsilon=0.1, k=d, l=j + 1), found[-1, j])


@pytest.mark.claim("layer-and-group-norm/jacobian-of-direction")
def test_a_direction_goes_through_layer_norm_as_autograd_sends_it(claim):
    import torch

    for x in tokens(claim):
        row, v = x[0], torch.randn(x.shape[1], dtype=torch.float64)
        _, expected = torch.autograd.functional.jvp(
            lambda y: torch.nn.functional.layer_norm(y, y.shape, eps=0.1), row, v
        )
        given = {"x": row, "v": v, "epsilon": 0.1, "k": len(row)}
        claim.close(claim.left(**given), expected[-1])
        claim.close(claim.right(**given), expected[-1])


@pytest.mark.claim("layer-and-group-norm/mode-and-batch-independence")
def test_no_layer_of_the_family_sees_the_batch_or_the_mode(claim):
    import torch

    torch.manual_seed(claim.seed)
    X = torch.randn(2, 3, dtype=torch.float64)
    layer = torch.nn.LayerNorm(3).double()
    found = torch.autograd.functional.jacobian(layer, X)
    given = {"X": X, "gamma": layer.weight.detach(), "beta": layer.bias.detach(), "epsilon": 1e-5}
    for k, other in ((1, 1), (3, 2)):
        at = {"i": 1, "k": k, "j": 2, "l": other}
        claim.close(claim.left(**given, **at), found[0, k - 1, 1, other - 1])
        claim.close(claim.right(**given, **at), found[0, k - 1, 1, other - 1])
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
        claim.close(layer.eval()(image), together, rtol=1.3e-6, atol=1e-5)
        claim.close(layer(image[:1]), together[:1], rtol=1.3e-6, atol=1e-5)
    for layer in (torch.nn.BatchNorm2d(4), torch.nn.InstanceNorm2d(4, track_running_stats=True)):
        in_training = layer.train()(image)
        assert not torch.allclose(layer.eval()(image), in_training)


@pytest.mark.claim("layer-and-group-norm/unbiased-variant")
def test_the_tutorial_variant_is_smaller_by_the_root(claim):
    import torch

    pytorch, ratio = claim.snippet("variants")()
    claim.close(ratio, torch.full_like(pytorch, math.sqrt(3 / 4)), rtol=1e-5, atol=0)
    x = torch.tensor([1.0, 2.0, 3.0, 10.0], dtype=torch.float64)
    unbiased = (x - x.mean()) / x.std()
    for k in range(4):
        claim.close(claim.left(x=x, epsilon=0.0, k=k + 1), unbiased[k])
        claim.close(claim.right(x=x, epsilon=0.0, k=k + 1), unbiased[k])
