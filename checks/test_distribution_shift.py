"""Distribution shift: page = PyTorch."""

from itertools import combinations

import pytest


def same(claim, left, right):
    """Equal but for rounding in double precision."""
    claim.close(left, right, rtol=1e-9, atol=1e-11)


def trained(claim, channels, batches=30, size=8):
    """A batch norm layer that has seen some batches, and the next batch."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(claim.seed)
    layer = torch.nn.BatchNorm1d(channels).double()
    torch.nn.init.normal_(layer.weight)
    torch.nn.init.normal_(layer.bias)
    for _ in range(batches):
        layer(torch.randn(size, channels, dtype=torch.float64) * 2 + 1)
    return layer, torch.randn(5, channels, dtype=torch.float64) * 3 - 1


def symbols(layer, x):
    """The symbols of the page, from a layer and a batch."""
    known = {"gamma": layer.weight, "beta": layer.bias, "m": layer.running_mean}
    known = {name: tensor.detach().clone() for name, tensor in known.items()}
    return {**known, "v": layer.running_var.clone(), "epsilon": layer.eps, "x": x}


@pytest.mark.claim("distribution-shift/train-eval-gap")
def test_the_gap_is_that_of_batch_norm_in_both_modes(claim):
    layer, x = trained(claim, 3)
    given = symbols(layer, x)
    at_inference, in_training = layer.eval()(x).detach(), layer.train()(x).detach()
    for i, c in ((0, 0), (1, 2), (4, 1)):
        at = {"i": i + 1, "c": c + 1}
        gap = at_inference[i, c] - in_training[i, c]
        same(claim, claim.left(**given, **at), gap)
        same(claim, claim.right(**given, **at), gap)


@pytest.mark.claim("distribution-shift/mean-square-gap")
def test_the_mean_square_gap_is_that_of_batch_norm_in_both_modes(claim):
    layer, x = trained(claim, 2)
    given = symbols(layer, x)
    gap = layer.eval()(x).detach() - layer.train()(x).detach()
    for c in range(2):
        same(claim, claim.left(**given, c=c + 1), (gap[:, c] ** 2).mean())
        same(claim, claim.right(**given, c=c + 1), (gap[:, c] ** 2).mean())


@pytest.mark.claim("distribution-shift/minibatch-mean")
def test_the_mean_of_the_means_of_all_batches_without_putting_back(claim):
    import torch

    torch.manual_seed(claim.seed)
    for total, size in ((2, 1), (4, 2), (3, 3)):
        x = torch.randn(total, dtype=torch.float64)
        means = [x[list(chosen)].mean() for chosen in combinations(range(total), size)]
        same(claim, claim.left(x=x, n=size), torch.stack(means).mean())
        same(claim, claim.right(x=x, n=size), torch.stack(means).mean())


@pytest.mark.claim("distribution-shift/minibatch-bias")
def test_the_mean_variance_of_all_batches_without_putting_back(claim):
    import torch

    torch.manual_seed(claim.seed)
    for total, size in ((2, 1), (4, 2), (3, 3)):
        x = torch.randn(total, dtype=torch.float64)
        batches = [x[list(chosen)].var(correction=0) for chosen in combinations(range(total), size)]
        same(claim, claim.left(x=x, n=size), torch.stack(batches).mean())
        same(claim, claim.right(x=x, n=size), torch.stack(batches).mean())


@pytest.mark.claim("distribution-shift/minibatch-mean-variance")
def test_the_variance_of_the_means_of_all_batches_without_putting_back(claim):
    import torch

    torch.manual_seed(claim.seed)
    for total, size in ((2, 1), (4, 2), (3, 3)):
        x = torch.randn(total, dtype=torch.float64)
        means = [x[list(chosen)].mean() for chosen in combinations(range(total), size)]
        same(claim, claim.left(x=x, n=size), torch.stack(means).var(correction=0))
        same(claim, claim.right(x=x, n=size), torch.stack(means).var(correction=0))


@pytest.mark.claim("distribution-shift/gap-in-the-long-run", "distribution-shift/gap-size-iid")
def test_the_distance_of_the_means_follows_from_the_weights_in_the_buffer(claim):
    import torch

    momentum, batches = 0.3, 40
    layer = torch.nn.BatchNorm1d(batches, momentum=momentum).double()
    layer.running_mean.fill_(1.0)
    for impulse in torch.eye(batches, dtype=torch.float64):
        layer(impulse.repeat(2, 1))
    start = (1 - momentum) ** batches
    weights = layer.running_mean - start
    expected = 0.25 * (1 + (weights**2).sum())
    if claim.id.endswith("iid"):
        given = {"mu": 3.0, "tau": 0.5, "r_0": 1.0, "m": momentum}
        same(
            claim,
            claim.right(**given, sizes={"K": batches}),
            expected + start**2 * (1.0 - 3.0) ** 2,
        )
    else:
        same(claim, claim.right(m=momentum, tau=0.5), expected)


@pytest.mark.claim("distribution-shift/same-batch-residual")
def test_inference_on_the_batch_just_seen(claim):
    import torch

    torch.manual_seed(claim.seed)
    for n in (2, 3):
        x = torch.randn(n, dtype=torch.float64)
        layer = torch.nn.BatchNorm1d(1, momentum=1.0, affine=False).double()
        layer(x[:, None])
        at_inference = layer.eval()(x[:, None])[:, 0]
        for i in range(n):
            same(claim, claim.left(x=x, epsilon=layer.eps, i=i + 1), at_inference[i])
            same(claim, claim.right(x=x, epsilon=layer.eps, i=i + 1), at_inference[i])


@pytest.mark.claim("distribution-shift/iid-still-nonlinear")
def test_batches_of_two_give_ranks_on_average(claim):
    import torch

    a = torch.tensor([-1.0, 0.5, 2.0], dtype=torch.float64)
    w = torch.tensor([0.25, 0.5, 0.25], dtype=torch.float64)
    x = torch.tensor(0.75, dtype=torch.float64)
    pairs = torch.stack([x.expand(3), a])
    out = torch.nn.functional.batch_norm(pairs, None, None, training=True, eps=1e-14)[0]
    average = (w * out).sum().round(decimals=8)
    same(claim, claim.left(x=x, a=a, w=w), average)
    same(claim, claim.right(x=x, a=a, w=w), average)


@pytest.mark.claim("distribution-shift/adabn")
def test_re_estimated_buffers_restore_mean_and_variance_and_no_correlation(claim):
    import torch

    torch.manual_seed(claim.seed)
    layer = torch.nn.BatchNorm1d(2)
    for _ in range(50):
        layer(torch.randn(64, 2))
    mixed = torch.randn(512, 2) @ torch.tensor([[3.0, 2.0], [0.0, 1.0]]) + 5
    batches = list(mixed.split(64))
    assert layer.eval()(mixed).mean() > 3
    model = torch.nn.Sequential(layer)
    claim.snippet("re-estimate")(model, batches)
    out = model.eval()(mixed)
    claim.close(out.mean(dim=0), torch.zeros(2), atol=1e-4, rtol=0)
    expected = claim.right(sigma=1.0, gamma=1.0, epsilon=1e-5)
    claim.close(out.var(dim=0).double(), expected.expand(2), atol=0.05, rtol=0)
    correlation = torch.corrcoef(mixed.T)[0, 1]
    claim.close(torch.corrcoef(out.T)[0, 1], correlation, rtol=1.3e-6, atol=1e-5)


@pytest.mark.claim("distribution-shift/dropout-variance-shift")
def test_dropout_in_front_of_batch_norm_stores_too_much_variance(claim):
    import torch

    torch.manual_seed(claim.seed)
    x = torch.randn(200_000, 1) + 2
    model = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(1, momentum=None))
    model(x)
    expected = claim.right(mu=2.0, sigma=1.0, p=0.5)
    claim.close(model[1].running_var[0].double(), expected, rtol=0.02, atol=0)


@pytest.mark.claim("distribution-shift/syncbn-merge")
def test_merged_statistics_are_those_of_the_large_batch(claim):
    import torch

    torch.manual_seed(claim.seed)
    for p, q in ((1, 1), (2, 3)):
        x, y = torch.randn(p, dtype=torch.float64), torch.randn(q, dtype=torch.float64) + 1
        same(claim, claim.left(x=x, y=y), torch.cat([x, y]).var(correction=0))
        same(claim, claim.right(x=x, y=y), torch.cat([x, y]).var(correction=0))
