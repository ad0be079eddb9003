"""Steps of one model in PyTorch: eager, compiled, or with all of its tuning."""

import argparse
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F

from peers import serving, torch_setup
from peers.measurement import milliseconds, parser, report
from peers.models import MODELS
from peers.torch_models import attention


def main() -> None:
    arguments = parse()
    if arguments.book_attention:
        attention.style = "book"
    sizes = {"growth": arguments.growth_rate} if arguments.growth_rate else {}
    spec, model = MODELS[arguments.model], torch_setup.network(arguments, **sizes)
    *inputs, labels = (torch.from_numpy(each) for each in spec.batch_of(arguments.batch))
    if arguments.channels_last or arguments.tuned and spec.convolutional:
        model = model.to(memory_format=torch.channels_last)
        inputs = [each.to(memory_format=torch.channels_last) for each in inputs]
    compiled = torch.compile if arguments.compiled or arguments.tuned else lambda function: function

    def loss_of(logits: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(logits, labels, ignore_index=spec.ignored)

    model.eval()
    start = time.perf_counter()
    if arguments.phase in ("infer", "serve"):
        if arguments.tuned:
            freeze_weights()
        forward = compiled(lambda: model(*inputs))
    else:
        forward = lambda: model(*inputs)  # noqa: E731
    with torch.inference_mode():
        logits = forward()
    prepared = (time.perf_counter() - start) * 1000
    loss_first = loss_of(logits).item()

    def infer() -> None:
        with torch.inference_mode():
            forward()

    def decode() -> None:
        with torch.inference_mode():
            model.decode(*inputs[:-1], 64)

    extra: dict[str, object] = {}
    if arguments.phase == "serve":
        loads = serving.loads(lambda _: infer, arguments.seconds)
        times, extra = loads[0].milliseconds, serving.described(loads, arguments.batch, prepared)
    else:
        step = {"infer": infer, "decode": decode}.get(arguments.phase)
        if arguments.phase == "train":
            step = training(arguments, model, compiled, lambda: loss_of(model(*inputs)))
        times = milliseconds(step, arguments.steps, arguments.warmup)
    report(
        arguments,
        times=times,
        loss_first=loss_first,
        outputs=logits.numpy(),
        **torch_setup.described(model),
        **extra,
    )


def parse() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--compiled", action="store_true")
    options.add_argument("--channels-last", action="store_true")
    options.add_argument(
        "--tuned", action="store_true",
        help="compiled, with a fused update and frozen weights, and channels-last where it convolves",
    )  # fmt: skip
    options.add_argument("--call-threads", type=int, help="of one call; all by default")
    options.add_argument("--growth-rate", type=int, help="of densenet")
    options.add_argument("--book-attention", action="store_true")
    return options.parse_args()


def training(arguments, model, compiled, loss_of) -> Callable[[], None]:
    """A step of training."""
    spec = MODELS[arguments.model]
    model.train()
    forward = compiled(loss_of)
    optimizer = torch_setup.optimizer(spec, model, fused=arguments.tuned)
    update = compiled(optimizer.step) if arguments.tuned else optimizer.step

    def step() -> None:
        optimizer.zero_grad()
        forward().backward()
        if spec.clip is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), spec.clip)
        update()

    return step


def freeze_weights() -> None:
    """Compiling then makes constants of the weights, packed for the processor. With `max_autotune`
    besides, PyTorch 2.15 computes the Transformer wrongly."""
    import torch._inductor.config as config

    config.freezing = True


if __name__ == "__main__":
    main()
