"""Running statistics: page = snippet = PyTorch."""

import pytest


def batches(claim):
    """Steps of training: one and several batches, odd sizes, small and large spread, a view."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(claim.seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    yield draw(1, 2, 1)
    yield 1e-3 * draw(2, 3, 1) + 7
    yield 50 * draw(3, 2, 5).transpose(1, 2)


def trained(batch, momentum):
    """A batch norm layer that has seen batches in training mode."""
    import torch

    layer = torch.nn.BatchNorm1d(batch.shape[2], momentum=momentum).double()
    for one in batch:
        layer(one)
    return layer


def buffers(x, layer):
    """Of each channel and buffer: where it starts, what it averages, what it holds."""
    for c in range(x.shape[2]):
        yield 0.0, x.mean(dim=1)[:, c], layer.running_mean[c]
        yield 1.0, x.var(dim=1)[:, c], layer.running_var[c]


@pytest.mark.claim("running-statistics/ema-closed-form")
def test_the_buffers_are_running_averages_of_means_and_of_unbiased_variances(claim):
    code = claim.snippet("running-average")
    for x in batches(claim):
        for m in (0.1, 0.9):
            for start, values, buffer in buffers(x, trained(x, m)):
                claim.close(claim.left(v=values, r_0=start, m=m), buffer)
                claim.close(claim.right(v=values, r_0=start, m=m), buffer)
                claim.close(code(values, start, m), buffer)


@pytest.mark.claim("running-statistics/cumulative-closed-form")
def test_no_momentum_is_the_plain_average_without_the_start(claim):
    for x in batches(claim):
        layer = trained(x, None)
        assert layer.num_batches_tracked == len(x)
        for start, values, buffer in buffers(x, layer):
            claim.close(claim.left(v=values, c_0=start), buffer)
            claim.close(claim.right(v=values), buffer)


@pytest.mark.claim("running-statistics/running-is-plain")
def test_a_recent_batch_weighs_more_in_the_buffer_than_in_the_plain_average(claim):
    import torch

    v = torch.tensor([4.0, 0.0], dtype=torch.float64)
    x = v[:, None, None] + torch.tensor([-1.0, 1.0], dtype=torch.float64)[:, None]
    claim.close(claim.left(v=v, r_0=0.0, m=0.5), trained(x, 0.5).running_mean[0])
    claim.close(claim.right(v=v), trained(x, None).running_mean[0])


@pytest.mark.claim("running-statistics/init-bias")
def test_what_is_left_of_the_start_after_three_equal_batches(claim):
    import torch

    x = torch.tensor([4.0, 5.0, 6.0], dtype=torch.float64)[None, :, None].repeat(3, 1, 1)
    layer = trained(x, 0.1)
    claim.close(layer.running_mean, [1.355])
    given = {"a": 5.0, "v": torch.full((3,), 5.0, dtype=torch.float64), "r_0": 0.0, "m": 0.1}
    claim.close(claim.left(**given), layer.running_mean[0] - 5)
    claim.close(claim.right(**given), layer.running_mean[0] - 5)


@pytest.mark.claim("running-statistics/bias-correction")
def test_adam_corrects_what_batch_norm_leaves(claim):
    import torch

    for steps in (1, 3, 10):
        weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        adam = torch.optim.Adam([weight], lr=0.0, betas=(0.9, 0.999))
        for _ in range(steps):
            weight.grad = torch.full_like(weight, 3.0)
            adam.step()
        first = adam.state[weight]["exp_avg"][0]
        v = torch.full((steps,), 3.0, dtype=torch.float64)
        claim.close(claim.left(a=3.0, v=v, r_0=0.0, m=0.1), first / (1 - 0.9**steps))
        claim.close(claim.right(a=3.0), first / (1 - 0.9**steps))


@pytest.mark.claim("running-statistics/ema-variance")
def test_the_squared_weights_are_answers_to_single_impulses(claim):
    import torch

    for steps in (1, 3):
        for m in (0.1, 0.6):
            impulses = torch.eye(steps, dtype=torch.float64)
            x = impulses[:, None, :].repeat(1, 2, 1)
            weights = trained(x, m).running_mean
            claim.close(claim.right(K=steps, m=m, sigma=2.0), 4 * (weights**2).sum())


@pytest.mark.claim("running-statistics/torch-buffers")
def test_one_variance_normalises_and_the_other_is_kept(claim):
    import torch

    for x in batches(claim):
        column = x[0, :, 0]
        layer = trained(x[:1, :, :1], 1.0)
        claim.close(claim.left(x=column), layer.running_var[0])
        claim.close(claim.right(x=column), layer.running_var[0])
        n = len(column)
        biased = claim.left(x=column) * (n - 1) / n
        out = torch.nn.functional.batch_norm(x[0], None, None, training=True, eps=1e-4)
        claim.close(out[:, 0], (column - column.mean()) / (biased + 1e-4).sqrt())


@pytest.mark.claim("running-statistics/torch-buffers")
def test_of_images_every_pixel_counts_and_instance_norm_counts_each_image_alone(claim):
    import torch

    torch.manual_seed(claim.seed)
    for shape in ((1, 1, 3, 1), (2, 1, 1, 3)):
        image = torch.randn(shape, dtype=torch.float64).to(memory_format=torch.channels_last)
        layer = torch.nn.BatchNorm2d(1, momentum=1.0).double()
        layer(image)
        claim.close(claim.left(x=image.flatten()), layer.running_var[0])
        claim.close(claim.right(x=image.flatten()), layer.running_var[0])
        layer = torch.nn.InstanceNorm2d(1, momentum=1.0, track_running_stats=True).double()
        layer(image)
        each = torch.stack([claim.right(x=one.flatten()) for one in image])
        claim.close(each.mean(), layer.running_var[0])


@pytest.mark.claim("running-statistics/root-of-average")
def test_the_root_of_the_buffer_is_at_least_the_average_root(claim):
    for x in batches(claim):
        spread = x.std(dim=1)[:, 0]
        root = trained(x, None).running_var[0].sqrt()
        claim.close(claim.right(s=spread), root)
        claim.close(claim.left(s=spread), spread.mean())
        assert claim.left(s=spread) <= root + 1e-12


@pytest.mark.claim("running-statistics/chan-merge", "running-statistics/welford")
def test_merged_parts_have_the_squares_of_the_whole(claim):
    import torch

    def summary(x):
        return len(x), x.mean(), ((x - x.mean()) ** 2).sum()

    merge = claim.snippet("merge")
    generator = torch.Generator().manual_seed(claim.seed)
    for p, q in ((1, 1), (2, 1), (2, 3)):
        x, y = (torch.randn(k, generator=generator, dtype=torch.float64) + 3 for k in (p, q))
        whole = torch.cat([x, y])
        count, mean, squares = merge(summary(x), summary(y))
        claim.close([count, mean, squares], torch.stack([torch.tensor(p + q), *summary(whole)[1:]]))
        if claim.id.endswith("chan-merge"):
            claim.close(claim.left(x=x, y=y), squares)
            claim.close(claim.right(x=x, y=y), squares)
        elif q == 1:
            claim.close(claim.left(x=x, y=y[0]), squares)
            claim.close(claim.right(x=x, y=y[0]), squares)


@pytest.mark.claim("running-statistics/one-pass")
def test_one_pass_is_exact_on_paper_and_loses_everything_in_single_precision(claim):
    import torch

    for x in batches(claim):
        column = x[0, :, 0]
        claim.close(claim.left(x=column), column.var(correction=0))
        claim.close(claim.right(x=column), column.var(correction=0), rtol=1e-6, atol=1e-9)
    one_pass, two_passes = claim.snippet("in-float32")()
    assert (float(one_pass), float(two_passes)) == (0.0, 0.25)
    layer = torch.nn.BatchNorm1d(1, momentum=1.0)
    out = layer(torch.tensor([[9999.5], [10000.5]])).detach()
    claim.close(out[:, 0], torch.tensor([-1.0, 1.0]), atol=1e-3, rtol=0)
    claim.close(layer.running_var, [0.5])


@pytest.mark.claim("running-statistics/between-batch-variance-lost")
def test_sorted_batches_leave_no_variance_in_the_buffer(claim):
    import torch

    ones = torch.ones(400, 8, 1)
    ones[1::2] = -1
    for momentum in (0.1, 0.05):
        mean, variance, out = claim.snippet("sorted-batches")(ones, momentum)
        assert abs(mean) < momentum
        assert variance < 1e-8
        assert 290 < out < 340
