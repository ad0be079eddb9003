"""Steps of one model in PyTorch, eager or compiled."""

import torch
import torch.nn.functional as F

from peers import torch_setup
from peers.measurement import milliseconds, parser, report
from peers.models import MODELS
from peers.torch_models import attention


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--compiled", action="store_true")
    options.add_argument("--channels-last", action="store_true")
    options.add_argument("--growth-rate", type=int, help="of densenet")
    options.add_argument("--book-attention", action="store_true")
    arguments = options.parse_args()
    if arguments.book_attention:
        attention.style = "book"
    sizes = {"growth": arguments.growth_rate} if arguments.growth_rate else {}
    spec, model = MODELS[arguments.model], torch_setup.network(arguments, **sizes)
    *inputs, labels = (torch.from_numpy(each) for each in spec.batch_of(arguments.batch))
    if arguments.channels_last:
        model = model.to(memory_format=torch.channels_last)
        inputs = [each.to(memory_format=torch.channels_last) for each in inputs]
    compiled = torch.compile if arguments.compiled else lambda function: function

    def loss_of() -> torch.Tensor:
        return F.cross_entropy(model(*inputs), labels, ignore_index=spec.ignored)

    model.eval()
    with torch.no_grad():
        loss_first = loss_of().item()

    if arguments.phase == "infer":
        forward = compiled(lambda: model(*inputs))

        def step() -> None:
            with torch.inference_mode():
                forward()

    elif arguments.phase == "decode":

        def step() -> None:
            with torch.inference_mode():
                model.decode(*inputs[:-1], 64)

    else:
        model.train()
        forward = compiled(loss_of)
        optimizer = torch_setup.optimizer(spec, model)

        def step() -> None:
            optimizer.zero_grad()
            forward().backward()
            if spec.clip is not None:
                torch.nn.utils.clip_grad_norm_(model.parameters(), spec.clip)
            optimizer.step()

    report(
        arguments,
        times=milliseconds(step, arguments.steps, arguments.warmup),
        loss_first=loss_first,
        **torch_setup.described(model),
    )


if __name__ == "__main__":
    main()
