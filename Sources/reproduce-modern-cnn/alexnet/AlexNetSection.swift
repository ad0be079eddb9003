import Gannet
import Reproduction

extension Section {
  /// AlexNet on images of 224 by 224: its shapes and its training.
  static let alexnet = Section(
    "alexnet", title: "AlexNet", reference: "8.1, alexnet", seconds: 18_000, epochs: 10,
    published: AlexNetFigures.all
  ) { context in
    try context.seeded {
      let model = AlexNet()
      var result = SectionResult()
      let last = result.add(AlexNetFigures.shapes, of: model.features, on: [1, 1, 224, 224])
      result[AlexNetFigures.flattened] = Double(last.count)
      let task = try ImageTask(context, batchSize: 128, side: 224, quick: (256, 128))
      result.add(
        try task.result(
          of: model, AlexNetFigures.training, title: "AlexNet", learningRate: 0.01))
      return result
    }
  }
}
