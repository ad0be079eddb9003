import Gannet
import Reproduction

extension Section {
  /// VGG-11: the shapes of the whole network, and the training of one with a quarter of its
  /// channels.
  static let vgg = Section(
    "vgg", title: "VGG-11", reference: "8.2, vgg", seconds: 14_000, epochs: 10,
    published: VGGFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      let whole = VGG(VGG.blocks(depth: 11))
      let last = result.add(VGGFigures.shapes, of: whole.features, on: [1, 1, 224, 224])
      result[VGGFigures.flattened] = Double(last.count)
      let task = try ImageTask(context, batchSize: 128, side: 224, quick: (256, 128))
      result.add(
        try task.result(of: VGG(), VGGFigures.training, title: "VGG-11", learningRate: 0.01))
      return result
    }
  }
}
