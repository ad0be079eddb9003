import Reproduction

private let same = "they are the same"

/// Section "Backpropagation Through Time".
enum BPTTFigures {
  static let all: [any FigureGroup] =
    RecurrenceFigures.all + LinearRNNFigures.all + DistanceFigures.all + TruncationFigures.all
}

/// The scalar recurrence.
enum RecurrenceFigures {
  static let recursion = PublishedFigure.claim(
    "closed form against the recursion", same, 0...1e-12)
  static let tape = PublishedFigure.claim("closed form against the tape", same, 0...1e-5)
  static let loss = PublishedFigure.claim(
    "gradient of the loss, closed form against the tape", same, 0...1e-5)
  static let time = PublishedFigure.claim(
    "full sum of 400 steps: time beside the recursion's", "very slow", 10...Double.infinity)
  static let last4 = PublishedFigure.claim(
    "sum of the last 4 terms alone: error", "an approximation", 1e-4...0.6)
  static let last16 = PublishedFigure.claim(
    "sum of the last 16 terms alone: error", "the better the longer", 0...0.05)
  static let factorMean = PublishedFigure.claim(
    "randomized sum: mean of ξ", "its expectation is 1", 0.99...1.01)
  static let randomizedMean = PublishedFigure.claim(
    "randomized sum: error of the mean beside that of one", "and a's is a", 0...0.05)

  static let all = [recursion, tape, loss, time, last4, last16, factorMean, randomizedMean]
}

/// The closed forms of a linear RNN's gradients.
enum LinearRNNFigures {
  static let outputWeight = figure("output weight")
  static let inputWeight = figure("input weight")
  static let stateWeight = figure("state weight")
  static let states = figure("states")

  static let all = [outputWeight, inputWeight, stateWeight, states]

  private static func figure(_ name: String) -> PublishedFigure {
    .claim("linear RNN, \(name): closed form against the tape", same, 0...1e-5)
  }
}

/// The decay and growth of gradients by distance.
enum DistanceFigures {
  /// Linear RNNs by their largest eigenvalue.
  static let growths: [(eigenvalue: Float, growth: PublishedFigure)] = [
    (0.9, growth("0.9", "eigenvalues below 1 vanish", 0.8...0.9001)),
    (1, growth("1.0", "1 keeps", 0.95...1.0001)),
    (1.1, growth("1.1", "those above 1 explode", 1.05...1.1001)),
  ]
  static let untrained = PublishedFigure.claim(
    "untrained model: gradient 16 steps back beside the last, log10", "it vanishes", -20 ... -2)
  static let trained = PublishedFigure.claim(
    "trained model: gradient 16 steps back beside the last, log10", "it vanishes", -20 ... -0.3)
  static let smallWeights = PublishedFigure.claim(
    "small weights: growth of a change of the first state, log10", "forgotten", -30 ... -5)
  static let largeWeights = PublishedFigure.claim(
    "large weights: growth of a change of the first state, log10", "a butterfly", 1...10)

  static let all = growths.map(\.growth) + [untrained, trained, smallWeights, largeWeights]

  private static func growth(
    _ eigenvalue: String, _ statement: String, _ bounds: ClosedRange<Double>
  ) -> PublishedFigure {
    .claim(
      "largest eigenvalue \(eigenvalue): growth of the gradient a step", statement, bounds)
  }
}

/// Effects of truncation on the gradient and the perplexity.
enum TruncationFigures {
  static let beyondSegment = PublishedFigure.claim(
    "every 8 steps: gradient 8 steps back", "short-term influences alone", 0...0)
  static let withinSegment = PublishedFigure.claim(
    "every 8 steps: gradient 7 steps back", "within the segment", 1e-6...1e3)
  static let full = PublishedFigure.claim(
    "full: gradient 8 steps back", "long-term consequences", 1e-6...1e3)
  static let randomBesideRegular = PublishedFigure.claim(
    "4 to 12 steps: val_ppl beside every 8", "random lengths give no edge", 0.93...1.07)

  static let all: [any FigureGroup] = [
    TruncationStrategy.allCases, beyondSegment, withinSegment, full, randomBesideRegular,
  ]
}

extension TruncationStrategy: FigureGroup {
  /// The mean distance of an estimate from the full gradient.
  var error: PublishedFigure {
    let name = "\(rawValue): error of the gradient"
    return switch self {
    case .full: .claim(name, "nothing is left out", 0...0)
    case .regular, .randomLengths: .claim(name, "an approximation", 0.01...1)
    case .unbiased: .ours(name)
    }
  }

  /// The distance of the mean of many estimates, beside that of one; nil where nothing is drawn.
  var meanError: PublishedFigure? {
    let name = "\(rawValue): error of the mean beside that of one"
    return switch self {
    case .full, .regular: nil
    case .randomLengths: .claim(name, "this is not", 0.5...1)
    case .unbiased: .claim(name, "right in expectation", 0...0.1)
    }
  }

  var besideFull: PublishedFigure {
    let name = "\(rawValue): val_ppl beside full"
    return switch self {
    case .full, .randomLengths: .ours(name)
    case .regular: .claim(name, "it suffices in practice", 0.85...1.15)
    case .unbiased: .claim(name, "nor does the right expectation", 0.85...1.15)
    }
  }

  var figures: [PublishedFigure] { [error, besideFull] + [meanError].compactMap(\.self) }
}
