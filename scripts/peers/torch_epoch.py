"""Epochs of Fashion-MNIST in PyTorch: shuffled, from bytes in memory, the loader included."""

import statistics
import time
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset

from peers import torch_setup
from peers.fashion_mnist import training_set
from peers.measurement import milliseconds, parser, report
from peers.models import MODELS

Batches = Iterator[tuple[torch.Tensor, torch.Tensor]]


class Images(Dataset):
    """Items as a transform makes them: a float image in [0, 1] and its label."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor):
        self.images, self.labels = images, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.images[index].float().div_(255), self.labels[index]


class IndexedBatches:
    """The same batches, each gathered and converted at once."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor, batch: int):
        self.images, self.labels, self.batch = images, labels, batch

    def __iter__(self) -> Batches:
        for indices in torch.randperm(len(self.labels)).split(self.batch):
            yield self.images[indices].float().div_(255), self.labels[indices]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--workers", type=int, help="a DataLoader with so many; else by hand")
    arguments = options.parse_args()
    spec, model = MODELS[arguments.model], torch_setup.network(arguments)

    start = time.perf_counter()
    images, labels = (torch.from_numpy(each) for each in training_set())
    decode_seconds = time.perf_counter() - start
    images, labels = images.unsqueeze(1), labels.long()

    model.eval()
    with torch.no_grad():
        first = slice(arguments.batch)
        logits = model(images[first].float() / 255)
        loss_first = F.cross_entropy(logits, labels[first]).item()

    if arguments.workers is None:
        batches = IndexedBatches(images, labels, arguments.batch)
    else:
        batches = DataLoader(
            Images(images, labels),
            arguments.batch,
            shuffle=True,
            num_workers=arguments.workers,
            persistent_workers=arguments.workers > 0,
        )
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=spec.learning_rate)

    def epoch() -> None:
        for inputs, expected in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(inputs), expected).backward()
            optimizer.step()

    steps = -(-len(labels) // arguments.batch)
    epochs = milliseconds(
        epoch, max(1, arguments.steps // steps), max(1, arguments.warmup // steps)
    )
    report(
        arguments,
        times=[each / steps for each in epochs],
        loss_first=loss_first,
        outputs=logits.numpy(),
        epoch_seconds=statistics.median(epochs) / 1000,
        decode_seconds=decode_seconds,
        **torch_setup.described(model),
    )


if __name__ == "__main__":
    main()
