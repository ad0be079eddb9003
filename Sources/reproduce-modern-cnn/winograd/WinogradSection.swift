import Gannet
import Reproduction

extension Section {
  /// ResNet-18 trained by the convolutions that Gannet picks, Winograd's among them, and by the
  /// exact ones: on 25,600 images of 48 by 48, so that stages of 12, 6, 3 and 2 rows take tiles of
  /// each size.
  static let winograd = Section(
    "winograd", title: "ResNet-18 by Winograd's convolutions, and exactly",
    reference: "8.6, resnet; Lavin and Gray (2016)", seconds: 350, epochs: 1,
    published: WinogradFigures.all
  ) { context in
    let winograd = try train("winograd", context)
    let exact = try withExactConvolutions { try train("exact", context) }
    var result = SectionResult()
    result[.ours("Winograd: val_loss")] = winograd.final(.validationLoss)
    result[.ours("Winograd: val_acc")] = winograd.final(.validationAccuracy)
    result[.ours("exact: val_loss")] = exact.final(.validationLoss)
    result[WinogradFigures.accuracy] = exact.final(.validationAccuracy)
    result[WinogradFigures.lossDifference] =
      winograd.final(.validationLoss)! - exact.final(.validationLoss)!
    result[WinogradFigures.accuracyDifference] =
      winograd.final(.validationAccuracy)! - exact.final(.validationAccuracy)!
    result.plots = [
      Plot(
        "losses", title: "ResNet-18 by two ways to convolve", x: Axis("epoch"),
        y: Axis("train_loss"),
        series: [("Winograd", winograd), ("exact", exact)].compactMap { name, curves in
          curves[.trainLoss].map { Series(name, x: $0.epochs, y: $0.values) }
        })
    ]
    return result
  }

  /// Trains with the same initial weights and order of images for every `name`.
  private static func train(_ name: String, _ context: SectionContext) throws -> TrainingCurves {
    try context.seeded {
      let task = try ImageTask(
        context, batchSize: 128, side: 48, counts: (25_600, 10_000), quick: (512, 256))
      // A rate that falls to 0, so that the end of a training is more than its last step.
      return try task.train(ResNet.resNet18(), as: name, learningRate: 0.05, falling: true)
    }
  }
}
