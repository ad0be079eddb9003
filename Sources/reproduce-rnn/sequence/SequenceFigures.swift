import Reproduction

/// Section "Working with Sequences": 4-1, linear; and a summary of all values before.
enum SequenceFigures {
  static let training = TrainingFigures(
    .band(.trainLoss, book: 0.0538, 0.049, 0.054, 0.069),
    .band(.validationLoss, book: 0.0574, 0.044, 0.055, 0.079),
    curves: [
      .points(.trainLoss, [0.237: 0.298, 4.737: 0.0538]),
      .perEpoch(.validationLoss, 0.124, 0.070, 0.060, 0.058, 0.0574),
    ])

  static let optimum = PublishedFigure.claim(
    "training error, descent beside the optimum", "descent comes near it", 1...1.4)
  static let freeRun = PublishedFigure.claim(
    "size of the free run's last 100 values", "it decays to a constant", 0...0.75)
  static let influence = PublishedFigure.claim(
    "influence of the 8th value before", "four values do not", 0...0)
  static let latentInfluence = PublishedFigure.claim(
    "latent: influence of the 8th value before", "the summary keeps it", 1e-3...1)

  /// The numbers of steps of the forecasts.
  static let steps = [1, 4, 16, 64]

  static func error(ahead steps: Int) -> PublishedFigure {
    let name = "error \(steps) ahead"
    return switch steps {
    case 1: .claim(name, "little above the noise of 0.04", 0.035...0.08)
    case 64: .claim(name, "errors build up", 0.1...2)
    default: .ours(name)
    }
  }

  static func latentError(ahead steps: Int) -> PublishedFigure {
    let name = "latent: error \(steps) ahead"
    return switch steps {
    case 1: .claim(name, "little above the noise of 0.04", 0.035...0.08)
    case 64: .claim(name, "errors build up here too", 0.1...2)
    default: .ours(name)
    }
  }

  static func latentBesideMarkov(ahead steps: Int) -> PublishedFigure {
    let name = "latent: error \(steps) ahead beside the Markov model's"
    return [1, 16].contains(steps)
      ? .claim(name, "a summary of all holds more", 0...1) : .ours(name)
  }

  static let all: [any FigureGroup] =
    [training, optimum, freeRun, influence, latentInfluence]
    + steps.map { [error(ahead: $0), latentError(ahead: $0), latentBesideMarkov(ahead: $0)] }
}
