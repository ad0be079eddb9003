import Gannet
import Reproduction

extension Section {
  /// Network in network on images of 224 by 224: its shapes and its training.
  static let nin = Section(
    "nin", title: "NiN", reference: "8.3, nin", seconds: 20_000, epochs: 10,
    published: NiNFigures.all
  ) { context in
    try context.seeded {
      let model = NiN()
      var result = SectionResult()
      result.add(NiNFigures.shapes, of: model.net, on: [1, 1, 224, 224])
      let task = try ImageTask(context, batchSize: 128, side: 224, quick: (256, 128))
      result.add(
        try task.result(of: model, NiNFigures.training, title: "NiN", learningRate: 0.05))
      return result
    }
  }
}
