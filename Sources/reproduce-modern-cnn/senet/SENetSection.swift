import Gannet
import Reproduction

extension Section {
  /// A small ResNet with squeeze and excitation and without.
  static let senet = Section(
    "senet", title: "Squeeze and excitation in a ResNet",
    reference: "8.8, cnn-design; Hu et al. (2018)", seconds: 150, epochs: 5,
    published: SENetFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      let (plain, squeezed) = (network(squeezeRatio: nil), network(squeezeRatio: 0.25))
      let parameters = plain.parameters.scalarCount
      result[SENetFigures.parameters] = Double(parameters)
      result[SENetFigures.added] = Double(squeezed.parameters.scalarCount - parameters)

      var accuracies: [Double] = []
      for (model, name, figure) in [
        (plain, "plain", SENetFigures.plain), (squeezed, "squeezed", SENetFigures.squeezed),
      ] {
        let accuracy = try task(context).train(
          model, as: name, learningRate: 0.1, falling: true
        ).final(.validationAccuracy)!
        result[figure] = accuracy
        accuracies.append(accuracy)
      }
      result[SENetFigures.difference] = accuracies[1] - accuracies[0]
      result.add(ExcitationReading(squeezed, try task(context).validation).result())
      return result
    }
  }

  /// Three stages of two blocks, of 16, 32 and 64 channels.
  private static func network(squeezeRatio: Float?) -> ResNet {
    ResNet(
      inputChannels: 1, classCount: 10, stem: .small,
      stages: [16, 32, 64].map { ResNet.Stage(blockCount: 2, channels: $0) },
      block: .basic(.torchvision), squeezeRatio: squeezeRatio)
  }

  private static func task(_ context: SectionContext) throws -> ImageTask {
    try ImageTask(context, batchSize: 128, side: 16, counts: (10_000, 5_000), quick: (256, 256))
  }
}
