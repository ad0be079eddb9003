import Gannet
import Reproduction

extension Section {
  /// How the variance of activations and gradients goes through twenty layers under each initializer.
  static let initialization = Section(
    "initialization", title: "Parameter initialization",
    reference: "5.4.2, numerical-stability-and-init", seconds: 2, published: .initialization
  ) { context in
    context.seeded {
      var result = SectionResult()
      var series: (activations: [Series], gradients: [Series]) = ([], [])
      for rule in InitializationRule.all {
        let flow = VarianceFlow(rule)
        result["\(rule.name), activations, last layer beside first, log10"] = flow.forwardDecades
        result["\(rule.name), gradients, first layer beside last, log10"] = flow.backwardDecades
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

  static let all = [
    InitializationRule(
      name: "normal 0.01, ReLU", initializer: .normal(standardDeviation: 0.01),
      activation: { relu($0) }),
    InitializationRule(
      name: "PyTorch default, ReLU", initializer: .fanInUniform, activation: { relu($0) }),
    InitializationRule(
      name: "Xavier, linear", initializer: .xavierUniform(), activation: { $0 }),
    InitializationRule(name: "He, ReLU", initializer: .heNormal(), activation: { relu($0) }),
    InitializationRule(name: "orthogonal, linear", initializer: .orthogonal(), activation: { $0 }),
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

  /// A variance that has left the range of floats counts as the smallest that is in it.
  private func decades(_ ratio: Double) -> Double { logarithm10(max(ratio, 1e-45)) }

  var activationSeries: Series { series(activations) }
  var gradientSeries: Series { series(gradients) }

  private func series(_ values: [Double]) -> Series {
    Series(name, x: values.indices.map(Double.init), y: values.map { max($0, 1e-45) })
  }
}
