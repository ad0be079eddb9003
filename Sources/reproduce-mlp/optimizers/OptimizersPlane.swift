import Foundation
import Gannet
import Reproduction

/// Twenty steps of a method from (-5, -2) over a x1² + b x2², without noise (the book's sections
/// 12.3 to 12.8).
struct PlaneDescent {
  /// The coefficients a and b.
  let surface: (Double, Double)
  let method: DescentMethod
  let rate: Double

  static let start = [-5.0, -2.0]
  static let stepCount = 20

  /// The positions before the first step and after each, in double precision.
  var path: [[Double]] {
    var (x, memory) = (Self.start, [0.0, 0.0])
    return (0..<Self.stepCount).reduce(into: [x]) { path, _ in
      for (axis, coefficient) in [surface.0, surface.1].enumerated() {
        x[axis] -= method.step(2 * coefficient * x[axis], rate: rate, memory: &memory[axis])
      }
      path.append(x)
    }
  }

  /// The path by the library's optimizer and the tape, in single precision.
  var libraryPath: [[Double]] {
    let point = Parameter(Tensor(Self.start.map(Float.init)))
    let coefficients = Tensor([Float(surface.0), Float(surface.1)])
    let optimizer = method.optimizer(Parameters([point]), rate: Float(rate))
    return (0..<Self.stepCount).reduce(into: [Self.start]) { path, _ in
      optimizer.zeroGradients()
      (coefficients * square(point.value)).sum().backward()
      optimizer.step()
      path.append(point.value.scalars.map(Double.init))
    }
  }

  /// The largest distance between the two paths, relative to the largest coordinate.
  var libraryError: Double {
    let exact = path.flatMap { $0 }
    let differences = zip(exact, libraryPath.flatMap { $0 }).map { abs($0 - $1) }
    return differences.max()! / exact.map(abs).max()!
  }
}

/// The update rule of a descent.
enum DescentMethod {
  case gradient
  /// Momentum.
  case momentum(Double)
  case adaGrad
  /// RMSProp, with its decay rate.
  case rmsProp(Double)

  /// The decrease of a coordinate with gradient `gradient`; `memory` is initially 0.
  func step(_ gradient: Double, rate: Double, memory: inout Double) -> Double {
    switch self {
    case .gradient:
      return rate * gradient
    case .momentum(let share):
      memory = share * memory + gradient
      return rate * memory
    case .adaGrad:
      memory += gradient * gradient
      return rate * gradient / (memory + 1e-6).squareRoot()
    case .rmsProp(let share):
      memory = share * memory + (1 - share) * gradient * gradient
      return rate * gradient / (memory + 1e-6).squareRoot()
    }
  }

  /// The library's optimizer of this method, with the book's ε.
  func optimizer(_ parameters: Parameters, rate: Float) -> Optimizer {
    switch self {
    case .gradient:
      SGD(parameters, learningRate: rate)
    case .momentum(let share):
      SGD(parameters, learningRate: rate, momentum: Float(share))
    case .adaGrad:
      AdaGrad(parameters, learningRate: rate, epsilon: 1e-6, epsilonPlacement: .insideRoot)
    case .rmsProp(let share):
      RMSProp(
        parameters, learningRate: rate, decay: Float(share), epsilon: 1e-6,
        epsilonPlacement: .insideRoot)
    }
  }
}

/// The book's descents in two dimensions, method by method.
enum PlaneDescents {
  private static let round = (1.0, 2.0)
  private static let narrow = (0.1, 2.0)

  /// The descents with their figures.
  static let all: [(figures: PlaneFigures, descent: PlaneDescent)] = [
    (
      .init("gd x1²+2x2² η=0.1", x1: "-0.057646", x2: "-0.000073"),
      .init(surface: round, method: .gradient, rate: 0.1)
    ),
    (
      .init("gd 0.1x1²+2x2² η=0.4", x1: "-0.943467", x2: "-0.000073"),
      .init(surface: narrow, method: .gradient, rate: 0.4)
    ),
    (
      .init("gd 0.1x1²+2x2² η=0.6", x1: "-0.387814", x2: "-1673.365109"),
      .init(surface: narrow, method: .gradient, rate: 0.6)
    ),
    (
      .init("momentum η=0.6 β=0.5", x1: "0.007188", x2: "0.002553"),
      .init(surface: narrow, method: .momentum(0.5), rate: 0.6)
    ),
    (
      .init("momentum η=0.6 β=0.25", x1: "-0.126340", x2: "-0.186632"),
      .init(surface: narrow, method: .momentum(0.25), rate: 0.6)
    ),
    (
      .init("adagrad η=0.4", x1: "-2.382563", x2: "-0.158591"),
      .init(surface: narrow, method: .adaGrad, rate: 0.4)
    ),
    (
      .init("adagrad η=2", x1: "-0.002295", x2: "0.000000"),
      .init(surface: narrow, method: .adaGrad, rate: 2)
    ),
    (
      .init("rmsprop η=0.4 γ=0.9", x1: "-0.010599", x2: "0.000000"),
      .init(surface: narrow, method: .rmsProp(0.9), rate: 0.4)
    ),
  ]

  static var plot: Plot {
    Plot(
      "planes", title: "Twenty steps from (-5, -2), and level lines",
      panels: all.map { figures, descent in
        let path = descent.path
        let walk = Series("", x: path.map { $0[0] }, y: path.map { $0[1] }, style: .path)
        return Panel(
          figures.name, x: Axis("x1", range: -5.5...1), y: Axis("x2", range: -3...3),
          series: [levelLines(of: descent.surface), walk])
      }, columns: 4)
  }

  /// Ellipses a x1² + b x2² = level in one series, parted by points that are no numbers.
  private static func levelLines(of surface: (Double, Double)) -> Series {
    let (a, b) = surface
    var series = Series("", x: [], y: [], style: .guide)
    for level in [0.1, 0.5, 1, 2, 4, 8, 16, 32] {
      let angles = (0...90).map { Double($0) * .pi / 45 }
      series.x += angles.map { (level / a).squareRoot() * Foundation.cos($0) } + [.nan]
      series.y += angles.map { (level / b).squareRoot() * Foundation.sin($0) } + [.nan]
    }
    return series
  }
}
