import Gannet
import Reproduction

extension Section {
  /// RegNetX-32 on images of 96 by 96: its shapes and its training.
  static let regnet = Section(
    "regnet", title: "RegNetX-32", reference: "8.8, cnn-design", seconds: 3_000, epochs: 10,
    published: RegNetFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      let model = AnyNet.regNetX32()
      let stem = model.evaluating { model.stem(Tensor(zeros: [1, 1, 96, 96])) }
      result.add(RegNetFigures.stem, stem.shape)
      result.add(RegNetFigures.stages, of: model.trunk, on: stem.shape)
      let task = try ImageTask(context, batchSize: 128, side: 96, quick: (256, 128))
      result.add(
        try task.result(
          of: model, RegNetFigures.training, title: "RegNetX-32", learningRate: 0.05))
      return result
    }
  }
}
