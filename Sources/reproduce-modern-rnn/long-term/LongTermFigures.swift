import Reproduction

/// Learning long-term dependencies, from the chapter's beginning and the section on LSTMs.
enum LongTermFigures {
  /// The numbers of tokens between the letter and the end.
  static let distances = [20, 50, 100, 200]

  static let all: [any FigureGroup] = RecallNetwork.allCases
}

/// The figures of one network.
extension RecallNetwork: FigureGroup {
  func accuracy(after distance: Int) -> PublishedFigure {
    let name = "\(rawValue): accuracy after \(distance)"
    if isGatedByDistance { return .claim(name, "gated states remember", 0.95...1) }
    let statement = "long-term dependencies are its problem"
    return switch (self, distance) {
    case (.rnn, 50): .claim(name, statement, 0...0.6)
    case (.rnn, 100), (.rnn, 200): .claim(name, statement, 0...0.5)
    default: .ours(name)
    }
  }

  /// The gradient of the first step, relative to that of a step 20 before the end.
  var gradientRatio: PublishedFigure {
    let name = "\(rawValue): gradient 200 before the end beside 20 before"
    if isGatedByDistance { return .claim(name, "they vanish no more", 0.03...1) }
    return self == .rnn ? .claim(name, "gradients vanish", 0...1e-12) : .ours(name)
  }

  var selection: PublishedFigure {
    let name = "\(rawValue): state changed by the letter beside noise, 200"
    return isGatedByDistance
      ? .claim(name, "we learn not to update the state after the first token", 3...1000)
      : .ours(name)
  }

  var untrainedSelection: PublishedFigure {
    let name = "\(rawValue): the same before training, 200"
    return isGatedByDistance ? .claim(name, "it is to be learned", 0.1...2.5) : .ours(name)
  }

  private var isGatedByDistance: Bool { self == .lstm || self == .gru }

  var figures: [PublishedFigure] {
    LongTermFigures.distances.map(accuracy) + [gradientRatio, selection, untrainedSelection]
  }
}
