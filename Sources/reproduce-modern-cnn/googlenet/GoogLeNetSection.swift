import Gannet
import Reproduction

extension Section {
  /// GoogLeNet on images of 96 by 96: its shapes and its training.
  static let googlenet = Section(
    "googlenet", title: "GoogLeNet", reference: "8.4, googlenet", seconds: 8_000, epochs: 10,
    published: GoogLeNetFigures.all
  ) { context in
    try context.seeded {
      let model = GoogLeNet()
      var result = SectionResult()
      let parts = model.evaluating { model.parts(of: Tensor(zeros: [1, 1, 96, 96])) }
      for (figures, part) in zip(GoogLeNetFigures.parts, parts) { result.add(figures, part.shape) }
      let task = try ImageTask(context, batchSize: 128, side: 96, quick: (256, 128))
      result.add(
        try task.result(
          of: model, GoogLeNetFigures.training, title: "GoogLeNet", learningRate: 0.01))
      return result
    }
  }
}
