import Reproduction

/// Section "Bidirectional Recurrent Neural Networks": definitions, and what is said of both
/// contexts.
enum BidirectionalFigures {
  static let outputSize = PublishedFigure.exact(
    "output size beside one direction's", "2", source: .definition)
  static let weights = PublishedFigure.exact(
    "weights beside one direction's", "2", source: .definition)
  static let outputInputs = PublishedFigure.exact(
    "inputs of the output layer", "64", source: .definition)

  static let twoNetworks = PublishedFigure.claim(
    "two networks, the outputs side by side, against the layer",
    "two layers in opposite directions, concatenated", 0...0)
  static let forwardHalf = PublishedFigure.claim(
    "forward half but its last step, where the last input differs",
    "the one reads from the first input", 0...0)
  static let backwardHalf = PublishedFigure.claim(
    "backward half but its first step, where the first input differs", "the other from the last",
    0...0)
  static let future = PublishedFigure.claim(
    "state in the middle, where the last input differs", "states know the future", 1e-6...2)
  static let past = PublishedFigure.claim(
    "state in the middle, where the first input differs", "and the past", 1e-6...2)

  static let maskWeights = PublishedFigure.claim(
    "masks: weights of the bidirectional beside the forward-only", "of like size", 0.98...1.02)
  static let maskAccuracy = PublishedFigure.claim(
    "masks: val_acc, bidirectional less forward-only", "both contexts fill masks better",
    0.1...0.5)
  static let maskPerplexity = PublishedFigure.claim(
    "masks: val_ppl, bidirectional beside forward-only", "both contexts fill masks better",
    0.3...0.8)

  static let all: [any FigureGroup] =
    [outputSize, weights, outputInputs, twoNetworks, forwardHalf, backwardHalf, future, past]
    + [maskWeights, maskAccuracy, maskPerplexity] + Direction.allCases
}

/// Networks that read in both directions, or in one.
enum Direction: String, CaseIterable, FigureGroup {
  case both = "bidirectional"
  case forward = "forward-only"

  /// The training on masked characters.
  var masks: TrainingFigures { TrainingFigures(variant: "masks, \(rawValue)") }

  /// The change of a blank's probabilities with the text after it.
  var anotherFuture: PublishedFigure {
    let name = "masks, \(rawValue): another future against the same"
    return switch self {
    case .both: .claim(name, "what comes after the blank affects it", 0.05...1)
    case .forward: .claim(name, "here it does not", 0...0)
    }
  }

  /// The change of a blank's probabilities with the text before it.
  var anotherPast: PublishedFigure {
    let name = "masks, \(rawValue): another past against the same"
    return switch self {
    case .both: .claim(name, "so does what comes before", 0.05...1)
    case .forward: .claim(name, "what comes before does", 0.05...1)
    }
  }

  /// The training as a language model.
  var languageModel: TrainingFigures {
    let variant = "language model, \(rawValue)"
    return switch self {
    case .both:
      TrainingFigures(
        variant: variant,
        .claim(.trainPerplexity, "it sees the token that it is to predict", 1...1.2),
        .claim(.validationPerplexity, "on text not seen too", 1...1.2))
    case .forward: TrainingFigures(variant: variant)
    }
  }

  var tokenByToken: PublishedFigure {
    .ours("language model, \(rawValue): perplexity, token by token")
  }

  var tokenByTokenBeside: PublishedFigure {
    let name = "language model, \(rawValue): that beside val_ppl"
    return switch self {
    case .both: .claim(name, "it fails where the future is not known yet", 10...1e6)
    case .forward: .claim(name, "a model of the past alone does not", 0.999...1.001)
    }
  }

  var figures: [PublishedFigure] {
    [anotherFuture, anotherPast] + languageModel.figures + [tokenByToken, tokenByTokenBeside]
  }
}
