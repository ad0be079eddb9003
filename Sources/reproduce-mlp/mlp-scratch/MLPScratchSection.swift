import Gannet
import Reproduction

extension Section {
  /// 784-256-10 from raw tensors: two matrices, two vectors and the tape. The weights have their
  /// inputs first, as the book writes them.
  static let mlpScratch = Section(
    "mlp-scratch", title: "MLP from raw tensors", reference: "5.2.1, mlp-implementation",
    seconds: 6, epochs: 10, published: [MLPScratchFigures.training]
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
      let figures = MLPScratchFigures.training
      var result = SectionResult(figures: [
        figures.parameters: Double(variables.reduce(0) { $0 + $1.count })
      ])
      let curves = task.train("scratch") { images, labels in
        let loss = crossEntropy(logits(images), labels)
        loss.backward()
        takeStep(&variables, learningRate: 0.1)
        return Double(loss.scalar)
      } logits: {
        logits($0)
      }
      result.add(curves, as: figures, title: "mlp-scratch")
      return result
    }
  }
}
