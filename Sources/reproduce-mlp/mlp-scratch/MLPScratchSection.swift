import Gannet
import Reproduction

extension Section {
  /// 784-256-10 from raw tensors: two matrices, two vectors and the tape. The weights have their
  /// inputs first, as the book writes them.
  static let mlpScratch = Section(
    "mlp-scratch", title: "MLP from raw tensors", reference: "5.2.1, mlp-implementation",
    seconds: 6, epochs: 10, published: .mlpScratch
  ) { context in
    try context.seeded {
      let task = try ImageTask(context)
      var variables = [
        Tensor(normal: [784, 256], standardDeviation: 0.01), Tensor(zeros: [256]),
        Tensor(normal: [256, 10], standardDeviation: 0.01), Tensor(zeros: [10]),
      ].map { $0.requiringGradient() }
      func logits(_ images: Tensor) -> Tensor {
        let x = images.flattened(from: 1)
        let hidden = relu(matmul(x, variables[0]) + variables[1])
        return matmul(hidden, variables[2]) + variables[3]
      }
      let curves = task.train("scratch") { images, labels in
        let loss = crossEntropy(logits(images), labels)
        loss.backward()
        takeStep(&variables, learningRate: 0.1)
        return Double(loss.scalar)
      } logits: {
        logits($0)
      }
      return result(
        "mlp-scratch", curves, parameters: variables.reduce(0) { $0 + $1.count },
        published: .mlpScratch)
    }
  }

  /// The same network from layers, trained by the library's loop.
  static let mlpConcise = Section(
    "mlp-concise", title: "MLP from layers", reference: "5.2.2, mlp-implementation", seconds: 5,
    epochs: 10, published: .mlpConcise
  ) { context in
    try context.seeded {
      let task = try ImageTask(context)
      let model = MultilayerPerceptron.concise()
      return result(
        "mlp-concise", try task.train(model), parameters: model.parameters.scalarCount,
        published: .mlpConcise)
    }
  }

  private static func result(
    _ name: String, _ curves: TrainingCurves, parameters: Int, published: [PublishedFigure]
  ) -> SectionResult {
    var result = SectionResult(figures: ["parameters": Double(parameters)])
    result.add(curves)
    result.plots = [
      Plot("curves", title: name, curves: curves.curves, published: published)
    ]
    return result
  }
}
