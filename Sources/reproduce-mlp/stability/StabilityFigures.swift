import Reproduction

/// Section "Numerical Stability and Initialization". Decades are logarithms to the base 10.
enum StabilityFigures {
  static let sigmoidDecades = PublishedFigure.claim(
    "gradient of layer 1, sigmoid, 20 layers beside 1, log10", "it vanishes", -40...(-6))
  static let reluDecades = PublishedFigure.claim(
    "gradient of layer 1, ReLU, 20 layers beside 1, log10", "it neither vanishes nor explodes",
    -2...2)
  static let productDecades = PublishedFigure.claim(
    "product of 101 matrices, largest entry, log10", "it explodes", 18...31)

  /// The difference between hidden units after training from this start.
  static func spread(_ start: SymmetryExperiment.Start) -> PublishedFigure {
    let name = "spread of units, \(start.rawValue)"
    return switch start {
    case .constant:
      .claim(name, "they stay the same, but for rounding that training amplifies", 0...0.15)
    case .constantWithDropout: .claim(name, "dropout breaks the symmetry", 0.3...2)
    case .random: .claim(name, "chance breaks the symmetry", 0.3...2)
    }
  }

  static func accuracy(_ start: SymmetryExperiment.Start) -> PublishedFigure {
    let name = "accuracy, \(start.rawValue)"
    return switch start {
    case .constant: .claim(name, "one unit's worth is learned", 0.1...0.6)
    case .constantWithDropout: .ours(name)
    case .random: .claim(name, "every unit is of use", 0.65...1)
    }
  }

  static let all: [any FigureGroup] =
    [sigmoidDecades, reluDecades, productDecades]
    + SymmetryExperiment.Start.allCases.map { [spread($0), accuracy($0)] }
}
