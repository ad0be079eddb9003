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


class ResNet18(nn.Module):
    def __init__(self, channels: int, classes: int, book: bool):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 64, 7, 2, 3, bias=book)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1 = self.stage(64, 64, 1, book)
        self.layer2 = self.stage(64, 128, 2, book)
        self.layer3 = self.stage(128, 256, 2, book)
        self.layer4 = self.stage(256, 512, 2, book)
        self.fc = nn.Linear(512, classes)

    @staticmethod
    def stage(channels: int, out: int, stride: int, book: bool) -> nn.Module:
        return nn.Sequential(Residual(channels, out, stride, book), Residual(out, out, 1, book))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def resnet18() -> nn.Module:
    """The book's, for grey images."""
    return ResNet18(1, 10, book=True)


def torchvision_resnet18() -> nn.Module:
    """torchvision's, under its names."""
    return ResNet18(3, 1000, book=False)
