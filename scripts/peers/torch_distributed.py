"""Steps of one model by PyTorch's DistributedDataParallel over gloo, on the ranks that mpirun started.

Each rank has the same batch, as gannet-bench --distributed; rank 0 prints the line of JSON."""

import os

import torch
import torch.distributed as distributed
import torch.nn.functional as F
from torch.nn.parallel import DistributedDataParallel

from peers import torch_setup
from peers.measurement import milliseconds, parser, report
from peers.models import MODELS


def main() -> None:
    arguments = parser(__doc__).parse_args()
    rank = int(os.environ["OMPI_COMM_WORLD_RANK"])
    distributed.init_process_group(
        "gloo",
        init_method=os.environ.get("GANNET_MEETING", "tcp://127.0.0.1:29511"),
        rank=rank,
        world_size=int(os.environ["OMPI_COMM_WORLD_SIZE"]),
    )
    spec, network = MODELS[arguments.model], torch_setup.network(arguments)
    *inputs, labels = (torch.from_numpy(each) for each in spec.batch_of(arguments.batch))
    network.eval()
    with torch.no_grad():
        outputs = network(*inputs)
        loss_first = F.cross_entropy(outputs, labels, ignore_index=spec.ignored).item()
    network.train()
    model = DistributedDataParallel(network)
    optimizer = torch_setup.optimizer(spec, model)

    def loss_of() -> torch.Tensor:
        return F.cross_entropy(model(*inputs), labels, ignore_index=spec.ignored)

    def step() -> None:
        optimizer.zero_grad()
        loss_of().backward()
        if spec.clip is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), spec.clip)
        optimizer.step()

    times = milliseconds(step, arguments.steps, arguments.warmup)
    if rank == 0:
        report(
            arguments, times=times, loss_first=loss_first, outputs=outputs.numpy(),
            **torch_setup.described(network))
    distributed.destroy_process_group()


if __name__ == "__main__":
    main()
