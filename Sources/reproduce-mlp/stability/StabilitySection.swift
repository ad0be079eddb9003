import Foundation
import Gannet
import Reproduction

extension Section {
  /// Gradients that vanish by depth under the sigmoid, a product of matrices that explodes, and the
  /// symmetry of equal units that only chance breaks.
  static let stability = Section(
    "stability", title: "Numerical stability", reference: "5.4, numerical-stability-and-init",
    seconds: 5, published: StabilityFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      let vanishing = GradientByDepth()
      result[StabilityFigures.sigmoidDecades] = vanishing.sigmoidDecades
      result[StabilityFigures.reluDecades] = vanishing.reluDecades
      let product = explodingProduct()
      result[StabilityFigures.productDecades] = product.decades
      result.notes = product.notes

      let symmetry = SymmetryExperiment(try ImageTask(context))
      for start in SymmetryExperiment.Start.allCases {
        let outcome = symmetry.train(start)
        result[StabilityFigures.spread(start)] = outcome.spread
        result[StabilityFigures.accuracy(start)] = outcome.accuracy
      }
      result.plots = [sigmoidPlot(), vanishing.plot]
      return result
    }
  }

  private static func sigmoidPlot() -> Plot {
    let x = Tensor(rangeFrom: -8, to: 8, step: 0.1).requiringGradient()
    let y = sigmoid(x)
    y.sum().backward()
    let positions = x.scalars.map(Double.init)
    return Plot(
      "sigmoid", title: "The sigmoid and its gradient", x: Axis("x"), y: Axis(""),
      series: [
        Series("sigmoid", x: positions, y: y.scalars.map(Double.init)),
        Series("gradient", x: positions, y: x.gradient!.scalars.map(Double.init)),
      ])
  }

  /// A standard normal 4x4 matrix times a hundred more. A random vector grows by
  /// exp((ln 2 + ψ(2)) / 2) a factor on average, so by 24.2 decades in all, give or take 1.8.
  private static func explodingProduct() -> (decades: Double, notes: [Note]) {
    let first = Tensor(normal: [4, 4])
    var product = first
    for _ in 0..<100 { product = matmul(product, Tensor(normal: [4, 4])) }
    return (
      Double(log10(abs(product).max().scalar)),
      ["one matrix: \(first)", "times a hundred: \(product)"].map {
        .remark($0.replacing("\n", with: ""))
      }
    )
  }
}

/// The gradient of the first layer's weights by the number of layers after it.
private struct GradientByDepth {
  private let depths = Array(1...20)
  private var sigmoidNorms: [Double] = []
  private var reluNorms: [Double] = []

  init() {
    sigmoidNorms = depths.map { Self.norm(depth: $0) { sigmoid($0) } }
    reluNorms = depths.map { Self.norm(depth: $0) { relu($0) } }
  }

  /// The gradient's norm, with weights of variance 2 / fanIn, which preserves the scale under ReLU.
  private static func norm(depth: Int, activation: (Tensor) -> Tensor) -> Double {
    let width = 64
    let weights = (0..<depth).map { _ in
      Tensor(normal: [width, width], standardDeviation: (2 / Float(width)).squareRoot())
        .requiringGradient()
    }
    var h = Tensor(normal: [32, width])
    for weight in weights { h = activation(matmul(h, weight)) }
    h.sum().backward()
    return Double(weights[0].gradient!.norm().scalar)
  }

  var sigmoidDecades: Double { log10(sigmoidNorms.last! / sigmoidNorms[0]) }
  var reluDecades: Double { log10(reluNorms.last! / reluNorms[0]) }

  var plot: Plot {
    let x = depths.map(Double.init)
    return Plot(
      "vanishing", title: "Gradient of the first layer", x: Axis("layers"),
      y: Axis("norm", log: true),
      series: [Series("sigmoid", x: x, y: sigmoidNorms), Series("ReLU", x: x, y: reluNorms)])
  }
}

/// 784-16-10, whose hidden units start equal or not.
struct SymmetryExperiment {
  enum Start: String, CaseIterable {
    case constant
    case constantWithDropout = "constant with dropout"
    case random
  }

  private let task: ImageTask

  init(_ task: ImageTask) { self.task = task }

  /// Trains for one epoch; returns the relative difference of the units' weights.
  func train(_ start: Start) -> (spread: Double, accuracy: Double) {
    let initializer: Initializer = start == .random ? .fanInUniform : .constant(0.01)
    let hidden = Linear(784, 16, weightInitializer: initializer, biasInitializer: .zeros)
    let model = Sequential {
      Flatten()
      hidden
      ReLU()
      if start == .constantWithDropout { Dropout(0.5) }
      Linear(16, 10, weightInitializer: initializer, biasInitializer: .zeros)
    }
    let optimizer = SGD(model.parameters, learningRate: 0.1)
    for batch in task.training {
      optimizer.zeroGradients()
      crossEntropy(model(batch.images), batch.labels).backward()
      optimizer.step()
    }
    let accuracies = model.evaluating {
      task.validation.map { accuracy(model($0.images), $0.labels) }
    }
    let weights = hidden.weight.value.detached()
    let spread = (weights - weights.mean(along: 0, keepingAxes: true)).norm().scalar
    return (
      Double(spread / weights.norm().scalar),
      accuracies.reduce(0, +) / Double(accuracies.count)
    )
  }
}
