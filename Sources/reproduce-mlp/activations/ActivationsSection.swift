import Gannet
import Reproduction

extension Section {
  /// ReLU, pReLU, sigmoid and tanh on -8 to 7.9, their derivatives by the tape beside the closed
  /// forms.
  static let activations = Section(
    "activations", title: "Activation functions", reference: "5.1, mlp", seconds: 1,
    isSeeded: false, published: ActivationsFigures.all
  ) { _ in
    let x = Tensor(rangeFrom: -8, to: 8, step: 0.1)
    var result = SectionResult()
    var panels: [Panel] = []
    for function in ActivationFunction.all {
      let (y, slope) = function.onTape(x)
      let (name, figures) = (function.name, function.figures)
      result[figures.minimum] = y.min()
      result[figures.maximum] = y.max()
      result[figures.largestSlope] = slope.max()
      result[figures.firstSlope] = slope.first
      result[figures.lastSlope] = slope.last
      result[figures.slopeByTape] = zip(slope, function.closedForm(x))
        .map { abs($0 - $1) }.max()
      panels.append(panel("\(name)(x)", x, y))
      panels.append(panel("gradient of \(name)", x, slope))
    }
    result[ActivationsFigures.softmax] = softmaxDifference(x)
    result.plots = [
      Plot("functions", title: "Activation functions", panels: panels, columns: 2)
    ]
    return result
  }

  private static func panel(_ label: String, _ x: Tensor, _ y: [Double]) -> Panel {
    Panel(x: Axis("x"), y: Axis(label), series: [Series("", x: x.scalars.map(Double.init), y: y)])
  }

  /// The difference of softmax over the logits x and 0 from sigmoid(x).
  private static func softmaxDifference(_ x: Tensor) -> Double {
    let columns = x.reshaped(to: [x.count, 1])
    let logits = columns * Tensor([1, 0], shape: [1, 2])
    let first = softmax(logits).sliced(0..<1, along: 1).flattened()
    return Double(abs(first - sigmoid(x)).max().scalar)
  }
}

/// A function with its derivative in closed form.
private struct ActivationFunction: Sendable {
  let name: String
  let figures: ActivationsFigures
  let function: @Sendable (Tensor) -> Tensor
  /// The derivative at x, in double precision.
  let derivative: @Sendable (Double) -> Double

  static let all = [
    ActivationFunction(
      name: "relu", figures: .relu, function: { relu($0) }, derivative: { $0 > 0 ? 1 : 0 }),
    ActivationFunction(
      name: "prelu", figures: .prelu, function: { leakyReLU($0, slope: 0.25) },
      derivative: { $0 > 0 ? 1 : 0.25 }),
    ActivationFunction(
      name: "sigmoid", figures: .sigmoid, function: { sigmoid($0) },
      derivative: { x in
        let y = 1 / (1 + exponential(-x))
        return y * (1 - y)
      }),
    ActivationFunction(
      name: "tanh", figures: .tanh, function: { tanh($0) },
      derivative: { x in
        let square = exponential(2 * x)
        let y = (square - 1) / (square + 1)
        return 1 - y * y
      }),
  ]

  /// The values at `x`, and the derivative by the tape.
  func onTape(_ x: Tensor) -> (values: [Double], slope: [Double]) {
    let variable = x.requiringGradient()
    let y = function(variable)
    y.sum().backward()
    return (y.scalars.map(Double.init), variable.gradient!.scalars.map(Double.init))
  }

  func closedForm(_ x: Tensor) -> [Double] { x.scalars.map { derivative(Double($0)) } }
}
