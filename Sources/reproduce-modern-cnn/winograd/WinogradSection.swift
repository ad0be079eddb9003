import Gannet
import Reproduction

extension Section {
  /// ResNet-18 trained by the convolutions that Gannet picks, minimal filtering among them, and by the exact
  /// ones: on 25,600 images of 48 by 48, so that stages of 12, 6, 3 and 2 rows take tiles of each size.
  static let minimalFiltering = Section(
    "minimal-filtering", title: "ResNet-18 by minimal filtering, and exactly",
    reference: "8.6, resnet; Lavin and Gray (2016)", seconds: 350, epochs: 1,
    published: .minimalFilteringClaims
  ) { context in
    let filtered = try train("minimal-filtering", context)
    let exact = try withExactConvolutions { try train("exact", context) }
    var result = SectionResult()
    for (name, curves) in [("minimal filtering", filtered), ("exact", exact)] {
      result["\(name): val_loss"] = curves.final("val_loss")
      result["\(name): val_acc"] = curves.final("val_acc")
    }
    for figure in ["val_loss", "val_acc"] {
      result["minimal filtering less exact: \(figure)"] =
        filtered.final(figure)! - exact.final(figure)!
    }
    result.plots = [
      Plot(
        "losses", title: "ResNet-18 by two ways to convolve", x: Axis("epoch"),
        y: Axis("train_loss"),
        series: [("minimal filtering", filtered), ("exact", exact)].flatMap { name, curves in
          curves.curves.filter { $0.name == "train_loss" }
            .map { Series(name, x: $0.epochs, y: $0.values) }
        })
    ]
    return result
  }

  /// The same initial weights and the same order of images, whatever `name`.
  private static func train(_ name: String, _ context: SectionContext) throws -> TrainingCurves {
    try context.seeded {
      let task = try ImageTask(
        context, batchSize: 128, side: 48, counts: (25_600, 10_000), quick: (512, 256))
      // A rate that falls to 0, so that the end of a training is more than its last step.
      return try task.train(ResNet.resNet18(), as: name, learningRate: 0.05, falling: true)
    }
  }
}
