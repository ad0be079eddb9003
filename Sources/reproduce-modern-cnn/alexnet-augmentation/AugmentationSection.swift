import Gannet
import Reproduction

extension Section {
  /// A narrow AlexNet trained on few images as they are, and with flips, crops and changes of
  /// brightness and contrast.
  static let alexnetAugmentation = Section(
    "alexnet-augmentation", title: "AlexNet with and without augmentation",
    reference: "8.1.2.3, alexnet; 14.1, image-augmentation", seconds: 400, epochs: 30,
    published: AugmentationFigures.all
  ) { context in
    var result = SectionResult()
    var (series, gaps): ([Series], [Double]) = ([], [])
    for (name, transforms) in [
      (AugmentationFigures.plain, Transforms {}), (AugmentationFigures.augmented, augmentation),
    ] {
      try context.seeded {
        let images = try ImageTask(
          context, batchSize: 128, counts: (4_000, 5_000), quick: (256, 256))
        let model = narrowAlexNet()
        let curves = try TransformedTask(images, transforms).train(
          model, as: name, learningRate: 0.02, momentum: 0.9, falling: true)
        let accuracy = curves.final(.validationAccuracy)!
        let ofTraining = images.accuracy(of: model, on: images.training)
        gaps.append(ofTraining - accuracy)
        result[AugmentationFigures.accuracy(name)] = accuracy
        result[AugmentationFigures.trainingAccuracy(name)] = ofTraining
        result[AugmentationFigures.gap(name)] = gaps.last
        for curve in [curves[.trainLoss], curves[.validationLoss]].compactMap(\.self) {
          series.append(Series("\(name) \(curve.name)", x: curve.epochs, y: curve.values))
        }
      }
    }
    result[AugmentationFigures.narrowing] = gaps[1] - gaps[0]
    result.plots = [
      Plot(
        "losses", title: "A narrow AlexNet on 4,000 images", x: Axis("epoch"), y: Axis("loss"),
        series: series)
    ]
    return result
  }

  private static let augmentation = Transforms {
    HorizontalFlip()
    RandomCrop(28, padding: 2)
    ColorJitter(brightness: 0.2, contrast: 0.2)
  }

  /// AlexNet's layers with a quarter of its channels, for images of 28 by 28, which the first
  /// convolution does not reduce; Xavier's rule, since by PyTorch's default weights the loss stays
  /// where it begins for the first epochs of so few images.
  private static func narrowAlexNet() -> Sequential {
    func convolution(_ inputs: Int, _ outputs: Int, _ kernelSize: Int) -> Sequential {
      Sequential {
        Conv2D(
          inputs, outputs, kernelSize: Size2D(kernelSize),
          padding: Padding2D(kernelSize / 2, kernelSize / 2),
          weightInitializer: .xavierUniform())
        ReLU()
      }
    }
    return Sequential {
      convolution(1, 24, 5)
      MaxPool2D(3, stride: 2)
      convolution(24, 64, 5)
      MaxPool2D(3, stride: 2)
      convolution(64, 96, 3)
      convolution(96, 96, 3)
      convolution(96, 64, 3)
      MaxPool2D(3, stride: 2)
      Flatten()
      for _ in 0..<2 {
        Linear(256, 256, weightInitializer: .xavierUniform())
        ReLU()
        Dropout(0.5)
      }
      Linear(256, 10, weightInitializer: .xavierUniform())
    }
  }
}

/// The images of a task, of which those for training are transformed.
private struct TransformedTask: TrainingTask {
  let training: DataLoader<TransformedImages<Subset<ImageDataset>>>
  let validation: DataLoader<Subset<ImageDataset>>
  let context: SectionContext

  init(_ task: ImageTask, _ transforms: Transforms) {
    training = DataLoader(
      task.training.dataset.transformed(by: transforms), batchSize: task.training.batchSize,
      shuffle: true)
    validation = task.validation
    context = task.context
  }
}
