"""Convolutional networks of the book, with the names that Gannet's have."""

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    """Layers one behind the other, under the book's name for them."""

    def __init__(self, *layers: nn.Module):
        super().__init__()
        self.net = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(x)


def lenet() -> nn.Module:
    return Net(
        nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.Sigmoid(),
        nn.Linear(120, 84), nn.Sigmoid(),
        nn.Linear(84, 10),
    )  # fmt: skip


def bn_lenet() -> nn.Module:
    return Net(
        nn.Conv2d(1, 6, 5), nn.BatchNorm2d(6), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 120), nn.BatchNorm1d(120), nn.Sigmoid(),
        nn.Linear(120, 84), nn.BatchNorm1d(84), nn.Sigmoid(),
        nn.Linear(84, 10),
    )  # fmt: skip


class Residual(nn.Module):
    """The book's block where `book`, else torchvision's: the same but for biases and one norm."""

    def __init__(self, channels: int, out: int, stride: int, book: bool):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=book)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=book)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = None
        if stride != 1 or channels != out:
            projection = nn.Conv2d(channels, out, 1, stride, bias=book)
            self.downsample = nn.Sequential(projection, *([] if book else [nn.BatchNorm2d(out)]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    """torchvision's block of three convolutions; the stride is the middle one's."""

    def __init__(self, channels: int, out: int, stride: int):
        super().__init__()
        width = out // 4
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out)
        self.downsample = None
        if stride != 1 or channels != out:
            projection = nn.Conv2d(channels, out, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        y = self.bn3(self.conv3(y))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """`block` makes a block from channels in, channels out and a stride; `counts` are the stages'."""

    def __init__(self, channels: int, classes: int, block, counts: list[int], widths: list[int], bias: bool):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 64, 7, 2, 3, bias=bias)
        self.bn1 = nn.BatchNorm2d(64)
        before = 64
        for number, (count, width) in enumerate(zip(counts, widths)):
            blocks = [block(before, width, 2 if number else 1)]
            blocks += [block(width, width, 1) for _ in range(1, count)]
            setattr(self, f"layer{number + 1}", nn.Sequential(*blocks))
            before = width
        self.fc = nn.Linear(before, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def basic(channels: int, classes: int, book: bool) -> nn.Module:
    def block(inputs: int, out: int, stride: int) -> nn.Module:
        return Residual(inputs, out, stride, book)

    return ResNet(channels, classes, block, [2, 2, 2, 2], [64, 128, 256, 512], bias=book)


def resnet18() -> nn.Module:
    """The book's, for grey images."""
    return basic(1, 10, book=True)


def torchvision_resnet18() -> nn.Module:
    """torchvision's, under its names."""
    return basic(3, 1000, book=False)


def resnet50() -> nn.Module:
    """torchvision's, for grey images of ten classes."""
    return ResNet(1, 10, Bottleneck, [3, 4, 6, 3], [256, 512, 1024, 2048], bias=False)
