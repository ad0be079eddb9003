import Reproduction

/// Section "Recurrent Neural Network Implementation from Scratch", on gradient clipping.
enum ClippingFigures {
  static let norm = PublishedFigure.claim(
    "a gradient twice too large: norm beside the radius", "it is cut", 0.9999...1.0001)
  static let cosine = PublishedFigure.claim(
    "a gradient twice too large: cosine with the true one", "and keeps its direction",
    0.99999...1.00001)
  static let byHand = PublishedFigure.claim(
    "by hand against the library, in radii", "they are the same", 0...1e-5)
  static let within = PublishedFigure.claim(
    "a gradient within the ball: change", "a small one stays", 0...0)
  static let freeBesideClipped = PublishedFigure.claim(
    "rate 4, free: val_ppl beside clipped", "training fails", 1.2...Double.infinity)
  static let tinySteps = PublishedFigure.claim(
    "rate 0.1, free: val_ppl beside rate 1, clipped", "tiny steps slow it down", 1.2...10)

  static let all: [any FigureGroup] = [
    norm, cosine, byHand, within, freeBesideClipped, tinySteps, ClippingStudy.Setting.all,
  ]
}

/// The figures of one training.
extension ClippingStudy.Setting: FigureGroup {
  var perplexity: PublishedFigure {
    let name = "\(name): val_ppl"
    return self == .fastClipped ? .claim(name, "and clipped it does not", 5...9) : .ours(name)
  }

  var largestRise: PublishedFigure {
    let name = "\(name): largest loss of progress"
    return self == .fastFree
      ? .claim(name, "large gradients undo it", 1...Double.infinity) : .ours(name)
  }

  var shareClipped: PublishedFigure {
    let name = "\(name): share of steps clipped"
    return self == .fastClipped
      ? .claim(name, "we do not always follow the true gradient", 0.003...0.9) : .ours(name)
  }

  var figures: [PublishedFigure] { [perplexity, largestRise, shareClipped] }
}
