import Reproduction

/// Section "Generalization in Deep Learning", which publishes no figures: what it says, as bounds.
enum GeneralizationFigures {
  static let all: [any FigureGroup] = [
    RandomLabelFigures.allCases, LabelNoiseFigures.all, Metric.allCases.map(NeighbourFigures.init),
    TangentKernelFigures.all,
  ]
}

/// The trainings on random labels.
enum RandomLabelFigures: String, CaseIterable, FigureGroup {
  case noPenalty = "no penalty"
  case lightDecay = "weight decay 1e-4"
  case decay = "weight decay 5e-4"
  case earlyStopping = "early stopping"

  var fitted: PublishedFigure {
    let name = "random labels, \(rawValue): fitted"
    return switch self {
    case .noPenalty: .claim(name, "arbitrary labels are fitted", 1...1)
    case .lightDecay, .decay: .claim(name, "typical decay does not prevent it", 1...1)
    case .earlyStopping: .claim(name, "early stopping does", 0...0.5)
    }
  }

  var epochs: PublishedFigure {
    let name = "random labels, \(rawValue): epochs"
    return self == .earlyStopping ? .claim(name, "long before", 2...20) : .ours(name)
  }

  var figures: [PublishedFigure] { [fitted, epochs] }
}

/// The training on labels a fifth of which is wrong, to the end and to where patience ends it.
enum LabelNoiseFigures {
  static let epochRatio = PublishedFigure.claim(
    "label noise: the latter beside the former", "the clean are fitted first", 2...20)
  static let mislabelledFitted = PublishedFigure.claim(
    "label noise: mislabelled fitted with 90% of the clean", "the clean are fitted first", 0...0.3)
  static let accuracyLost = PublishedFigure.claim(
    "label noise: test accuracy lost by fitting all", "interpolating noisy data is a bad idea",
    0.02...0.2)
  static let patienceEpochs = PublishedFigure.claim(
    "patience: epochs", "the error no longer falls", 2...30)
  static let patienceMislabelledFitted = PublishedFigure.claim(
    "patience: mislabelled fitted", "the clean are fitted, the mislabelled are not", 0...0.3)
  static let patienceAccuracyGained = PublishedFigure.claim(
    "patience: test accuracy gained over fitting all", "what was fitted has generalized",
    0.01...0.2)

  static let all = [
    epochRatio, mislabelledFitted, accuracyLost, patienceEpochs, patienceMislabelledFitted,
    patienceAccuracyGained,
  ]
}

/// Nearest neighbours by one metric.
struct NeighbourFigures: FigureGroup {
  let metric: Metric

  var trainingError: PublishedFigure {
    .claim("\(metric.rawValue), k=1: training error", "zero whatever the metric", 0...0)
  }

  func accuracy(neighbours: Int) -> PublishedFigure {
    let name = "\(metric.rawValue), k=\(neighbours): test accuracy"
    return neighbours == 1 ? .claim(name, "it generalizes nonetheless", 0.7...0.9) : .ours(name)
  }

  var figures: [PublishedFigure] { [trainingError, accuracy(neighbours: 1)] }
}

/// The kernel's spread and the distance fall as 1/√m, by 8 from width 64 to 4,096, its drift
/// faster.
enum TangentKernelFigures {
  static let formula = PublishedFigure.claim(
    "tangent kernel: formula against tape", "they are the same", 0...1e-5)
  static let spread = PublishedFigure.claim(
    "tangent kernel: spread, narrowest beside widest", "one kernel for all draws", 5.5...10.5)
  static let drift = PublishedFigure.claim(
    "tangent kernel: drift, narrowest beside widest", "training leaves it as it is", 8...200)
  static let distance = PublishedFigure.claim(
    "tangent kernel: distance, narrowest beside widest", "wide networks become kernel methods",
    5...13)

  static func distance(width: Int) -> PublishedFigure {
    let name = "tangent kernel, width \(width): network against regression"
    return width == 4096
      ? .claim(name, "wide networks become kernel methods", 0...0.06) : .ours(name)
  }

  static let all = [formula, spread, drift, distance, distance(width: 4096)]
}
