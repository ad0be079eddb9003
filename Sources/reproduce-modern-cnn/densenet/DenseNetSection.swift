import Gannet
import Reproduction

extension Section {
  /// DenseNet on images of 96 by 96: its shapes and its training.
  static let densenet = Section(
    "densenet", title: "DenseNet", reference: "8.7, densenet", seconds: 6_000, epochs: 10,
    published: DenseNetFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      let y = DenseBlock(3, layerCount: 2, growthRate: 10)(Tensor(normal: [4, 3, 8, 8]))
      result.add(DenseNetFigures.block, y.shape)
      result.add(DenseNetFigures.transition, DenseNet.transition(23, 10)(y).shape)
      let model = DenseNet()
      result.add(DenseNetFigures.shapes, of: model.features, on: [1, 1, 96, 96])
      let task = try ImageTask(context, batchSize: 128, side: 96, quick: (256, 128))
      result.add(
        try task.result(
          of: model, DenseNetFigures.training, title: "DenseNet", learningRate: 0.01))
      return result
    }
  }
}
