// A convolutional network with augmentation and validation: LeNet with batch norm on Fashion-MNIST.
//
// swift run -c release ConvolutionalNetwork [--quick], which trains on 500 images of noise for an
// epoch
import Gannet

let isQuick = CommandLine.arguments.contains("--quick")
let images =
  isQuick
  ? ImageDataset(
    pixels: (0..<500 * 784).map { _ in UInt8.random(in: 0...255) },
    labels: (0..<500).map { UInt8($0 % 10) }, channels: 1, height: 28, width: 28,
    classNames: FashionMNIST.classNames)
  : try FashionMNIST(split: .train).images
let parts = images.randomSplit(fractions: [0.9, 0.1], seed: 0)
let augmented = parts[0].transformed {
  RandomCrop(28, padding: 2)
  HorizontalFlip()
}
let training = DataLoader(augmented, batchSize: 128, shuffle: true)
let validation = DataLoader(parts[1], batchSize: 250)

seedRandom(0)
let epochs = isQuick ? 1 : 10
let model = BatchNormLeNet()
let trainer = Trainer(
  model, optimizer: AdamW(model.parameters), loss: .classification,
  callbacks: [Scheduling(.cosine(from: 1e-3, over: epochs)), EarlyStopping(patience: 3)])
let history = try trainer.fit(training, validation: validation, epochs: epochs)
print("validation accuracy", history.epochs.last!.value(of: "accuracy"))
