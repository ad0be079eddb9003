import Gannet
import Reproduction

extension Section {
  /// The network of `mlp-scratch` from layers, trained by the library's loop.
  static let mlpConcise = Section(
    "mlp-concise", title: "MLP from layers", reference: "5.2.2, mlp-implementation", seconds: 5,
    epochs: 10, published: [MLPConciseFigures.training]
  ) { context in
    try context.seeded {
      let task = try ImageTask(context)
      return try task.result(
        of: MultilayerPerceptron.concise(), MLPConciseFigures.training, title: "mlp-concise")
    }
  }
}
