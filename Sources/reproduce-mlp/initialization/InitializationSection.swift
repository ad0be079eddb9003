import Gannet
import Reproduction

extension Section {
  /// The variance of activations and gradients through twenty layers under each initializer.
  static let initialization = Section(
    "initialization", title: "Parameter initialization",
    reference: "5.4.2, numerical-stability-and-init", seconds: 2,
    published: InitializationRule.all.map(\.figures)
  ) { context in
    context.seeded {
      var result = SectionResult()
      var series: (activations: [Series], gradients: [Series]) = ([], [])
      for rule in InitializationRule.all {
        let flow = VarianceFlow(rule)
        result[rule.figures.activations] = flow.forwardDecades
        result[rule.figures.gradients] = flow.backwardDecades
        series.activations.append(flow.activationSeries)
        series.gradients.append(flow.gradientSeries)
      }
      result.plots = [
        Plot(
          "variance", title: "Variance by layer",
          panels: [
            Panel(
              "activations", x: Axis("layer"), y: Axis("variance", log: true),
              series: series.activations),
            Panel(
              "gradients", x: Axis("layer"), y: Axis("variance", log: true),
              series: series.gradients),
          ])
      ]
      return result
    }
  }
}

/// An initializer with the activation that it is meant for.
private struct InitializationRule: Sendable {
  let name: String
  let initializer: Initializer
  let activation: @Sendable (Tensor) -> Tensor

  let figures: InitializationFigures

  /// - Parameters:
  ///   - statement: The book's statement.
  ///   - bounds: The growth of variances through the layers for which it is true.
  private init(
    _ name: String, _ initializer: Initializer, _ statement: String, _ bounds: ClosedRange<Double>,
    activation: @escaping @Sendable (Tensor) -> Tensor = { $0 }
  ) {
    self.name = name
    self.initializer = initializer
    self.activation = activation
    figures = InitializationFigures(name, statement, bounds)
  }

  static let all = [
    InitializationRule(
      "normal 0.01, ReLU", .normal(standardDeviation: 0.01), "a fixed width vanishes with depth",
      -50...(-20), activation: { relu($0) }),
    InitializationRule(
      "PyTorch default, ReLU", .fanInUniform, "a third of He's variance vanishes too", -20...(-5),
      activation: { relu($0) }),
    InitializationRule("Xavier, linear", .xavierUniform(), "the variance stays", -0.7...0.7),
    InitializationRule(
      "He, ReLU", .heNormal(), "the variance stays", -1...1, activation: { relu($0) }),
    InitializationRule(
      "orthogonal, linear", .orthogonal(), "the length of every vector stays", -1e-3...1e-3),
  ]
}

/// The variances in a network of twenty layers of 256 units at a batch of 256.
private struct VarianceFlow {
  private let name: String
  private var activations: [Double] = []
  private var gradients: [Double] = []

  init(_ rule: InitializationRule) {
    name = rule.name
    let weights = (0..<20).map { _ in rule.initializer([256, 256]) }
    var layers: [Tensor] = [Tensor(normal: [256, 256]).requiringGradient()]
    for weight in weights {
      layers.append(rule.activation(matmul(layers.last!, weight, transposingB: true)))
    }
    let output = layers.last!
    // A random direction at the output, so that every gradient has the same meaning.
    let slopes = Gannet.gradients(
      of: (output * Tensor(normal: output.shape)).sum(), withRespectTo: layers)
    // The second moment: after ReLU the mean is part of what the next layer gets.
    activations = layers.map { Double(square($0.detached()).mean().scalar) }
    gradients = slopes.map { Double(square($0).mean().scalar) }
  }

  var forwardDecades: Double { decades(activations.last! / activations[0]) }
  var backwardDecades: Double { decades(gradients[0] / gradients.last!) }

  /// A variance below the range of floats counts as the smallest one in it.
  private func decades(_ ratio: Double) -> Double { logarithm10(max(ratio, 1e-45)) }

  var activationSeries: Series { series(activations) }
  var gradientSeries: Series { series(gradients) }

  private func series(_ values: [Double]) -> Series {
    Series(name, x: values.indices.map(Double.init), y: values.map { max($0, 1e-45) })
  }
}
