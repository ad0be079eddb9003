"""The book's modern convolutional networks, with the names that Gannet's have."""

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn

from peers.torch_models.cnn import Net


class FeaturesAndClassifier(nn.Module):
    def __init__(self, features: list[nn.Module], classifier: list[nn.Module]):
        super().__init__()
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(*classifier)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(x).flatten(1))


def classifier(inputs: int) -> list[nn.Module]:
    return [
        nn.Linear(inputs, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, 10),
    ]  # fmt: skip


def alexnet() -> nn.Module:
    features = [
        nn.Conv2d(1, 96, 11, 4, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
    ]  # fmt: skip
    return FeaturesAndClassifier(features, classifier(6400))


def vgg11() -> nn.Module:
    """With a quarter of the channels, as the book trains it."""
    features: list[nn.Module] = []
    channels = 1
    for count, out in [(1, 16), (1, 32), (2, 64), (2, 128), (2, 128)]:
        for _ in range(count):
            features += [nn.Conv2d(channels, out, 3, padding=1), nn.ReLU()]
            channels = out
        features.append(nn.MaxPool2d(2))
    return FeaturesAndClassifier(features, classifier(128 * 49))


def nin() -> nn.Module:
    def block(channels: int, out: int, size: int, stride: int = 1, padding: int = 0) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(channels, out, size, stride, padding), nn.ReLU(),
            nn.Conv2d(out, out, 1), nn.ReLU(),
            nn.Conv2d(out, out, 1), nn.ReLU(),
        )  # fmt: skip

    return Net(
        block(1, 96, 11, 4), nn.MaxPool2d(3, 2),
        block(96, 256, 5, padding=2), nn.MaxPool2d(3, 2),
        block(256, 384, 3, padding=1), nn.MaxPool2d(3, 2),
        nn.Dropout(0.5),
        block(384, 10, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )  # fmt: skip


class ConvolutionBlock(nn.Module):
    def __init__(self, channels: int, out: int, size: int, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, size, stride, size // 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.conv(x))


class Inception(nn.Module):
    def __init__(self, channels: int, one: int, three: tuple, five: tuple, pooled: int):
        super().__init__()
        block = ConvolutionBlock
        self.branch1 = block(channels, one, 1)
        self.branch2 = nn.Sequential(block(channels, three[0], 1), block(*three, 3))
        self.branch3 = nn.Sequential(block(channels, five[0], 1), block(*five, 5))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), block(channels, pooled, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = ConvolutionBlock(1, 64, 7, 2)
        self.conv2 = ConvolutionBlock(64, 64, 1)
        self.conv3 = ConvolutionBlock(64, 192, 3)
        self.inception3a = Inception(192, 64, (96, 128), (16, 32), 32)
        self.inception3b = Inception(256, 128, (128, 192), (32, 96), 64)
        self.inception4a = Inception(480, 192, (96, 208), (16, 48), 64)
        self.inception4b = Inception(512, 160, (112, 224), (24, 64), 64)
        self.inception4c = Inception(512, 128, (128, 256), (24, 64), 64)
        self.inception4d = Inception(512, 112, (144, 288), (32, 64), 64)
        self.inception4e = Inception(528, 256, (160, 320), (32, 128), 128)
        self.inception5a = Inception(832, 256, (160, 320), (32, 128), 128)
        self.inception5b = Inception(832, 384, (192, 384), (48, 128), 128)
        self.fc = nn.Linear(1024, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        def pool(x: torch.Tensor) -> torch.Tensor:
            return F.max_pool2d(x, 3, 2, 1)

        x = pool(self.conv3(self.conv2(pool(self.conv1(x)))))
        x = pool(self.inception3b(self.inception3a(x)))
        x = self.inception4b(self.inception4a(x))
        x = pool(self.inception4e(self.inception4d(self.inception4c(x))))
        x = self.inception5b(self.inception5a(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def googlenet() -> nn.Module:
    return GoogLeNet()


class DenseLayer(nn.Module):
    def __init__(self, channels: int, growth: int):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, growth, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, self.conv1(F.relu(self.norm1(x)))], 1)


class DenseNet(nn.Module):
    def __init__(self, blocks: int = 4, layers: int = 4, growth: int = 32):
        super().__init__()
        parts = OrderedDict(
            conv0=nn.Conv2d(1, 64, 7, 2, 3), norm0=nn.BatchNorm2d(64), relu0=nn.ReLU(),
            pool0=nn.MaxPool2d(3, 2, 1),
        )  # fmt: skip
        channels = 64
        for block in range(1, blocks + 1):
            inner = OrderedDict()
            for layer in range(1, layers + 1):
                inner[f"denselayer{layer}"] = DenseLayer(channels, growth)
                channels += growth
            parts[f"denseblock{block}"] = nn.Sequential(inner)
            if block < blocks:
                parts[f"transition{block}"] = nn.Sequential(
                    OrderedDict(
                        norm=nn.BatchNorm2d(channels), relu=nn.ReLU(),
                        conv=nn.Conv2d(channels, channels // 2, 1), pool=nn.AvgPool2d(2),
                    )
                )  # fmt: skip
                channels //= 2
        parts[f"norm{blocks + 1}"] = nn.BatchNorm2d(channels)
        self.features = nn.Sequential(parts)
        self.classifier = nn.Linear(channels, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.adaptive_avg_pool2d(F.relu(self.features(x)), 1)
        return self.classifier(x.flatten(1))


def densenet(growth: int = 32) -> nn.Module:
    return DenseNet(growth=growth)


class ResNeXtBlock(nn.Module):
    def __init__(self, channels: int, out: int, width: int, stride: int):
        super().__init__()

        def part(inputs: int, size: int, stride: int, groups: int, *last: nn.Module) -> nn.Module:
            convolution = nn.Conv2d(inputs, out, size, stride, size // 2, groups=groups)
            return nn.Sequential(convolution, nn.BatchNorm2d(out), *last)

        self.f = nn.Sequential(
            OrderedDict(
                a=part(channels, 1, 1, 1, nn.ReLU()),
                b=part(out, 3, stride, out // width, nn.ReLU()),
                c=part(out, 1, 1, 1),
            )
        )
        changes = stride != 1 or channels != out
        self.proj = part(channels, 1, stride, 1) if changes else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.f(x) + (x if self.proj is None else self.proj(x)))


class AnyNet(nn.Module):
    def __init__(self, stages: list[tuple[int, int, int]], stem: int = 32):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, stem, 3, 2, 1), nn.BatchNorm2d(stem), nn.ReLU())
        trunk, channels = OrderedDict(), stem
        for number, (depth, out, width) in enumerate(stages, 1):
            blocks = OrderedDict()
            for block in range(depth):
                name = f"block{number}-{block}"
                blocks[name] = ResNeXtBlock(channels, out, width, 1 if block else 2)
                channels = out
            trunk[f"block{number}"] = nn.Sequential(blocks)
        self.trunk_output = nn.Sequential(trunk)
        self.fc = nn.Linear(channels, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.trunk_output(self.stem(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def regnetx() -> nn.Module:
    """RegNetX-32."""
    return AnyNet([(4, 32, 16), (6, 80, 16)])


BUILDERS = {
    "alexnet": alexnet,
    "vgg11": vgg11,
    "nin": nin,
    "googlenet": googlenet,
    "densenet": densenet,
    "regnetx": regnetx,
}
