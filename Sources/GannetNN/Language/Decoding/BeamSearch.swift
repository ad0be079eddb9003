import Foundation
import GannetTensor

/// A sequence that a beam search has found.
public struct BeamHypothesis: Hashable, Sendable {
  /// The tokens, without the one that ended the sequence.
  public let tokens: [Int]
  /// Whether the sequence was ended by the token that ends sequences, not by its length.
  public let isEnded: Bool
  /// The logarithm of the probability of all tokens, the ending one's included.
  public let logProbability: Double
  /// The log-probability divided by L^α, with the number L of tokens, the ending one included, and
  /// the length penalty α.
  public let score: Double
}

/// A beam search for the sequences of the highest scores (Dive into Deep Learning, section 10.8.3).
///
/// At each step the `width` most probable continuations of all open sequences of a source are kept. One
/// that has ended keeps its place, so that a beam of width 1 is the greedy search, and one that is wide
/// enough is exhaustive.
struct BeamSearch {
  let width: Int
  let lengthPenalty: Double
  let maximumLength: Int
  /// The token that ends a sequence; nil where none does.
  let end: Int?

  init(width: Int, lengthPenalty: Double, maximumLength: Int, end: Int?) {
    guard width > 0, maximumLength >= 0 else {
      fail(
        "beamSearch: width \(width), maximumLength \(maximumLength), expected at least 1 and 0")
    }
    self.width = width
    self.lengthPenalty = lengthPenalty
    self.maximumLength = maximumLength
    self.end = end
  }

  /// The best sequences of each source, best first, at most `width`; fewer where fewer are possible.
  ///
  /// - Parameters:
  ///   - logits: Those of each source's first token, `[N, V]`.
  ///   - state: The state of the N sources.
  ///   - step: The logits, `[R, V]`, and the state after a token of each of R sequences, `[R]`.
  func callAsFunction<State: DecoderState>(
    _ logits: Tensor, _ state: State, step: (IntTensor, State) -> (logits: Tensor, state: State)
  ) -> [[BeamHypothesis]] {
    var (logits, state) = (logits, state)
    var beams = [Beam](repeating: Beam(), count: logits.shape[0])
    for length in 1...max(1, maximumLength) where maximumLength > 0 {
      let (values, indices) = logSoftmax(logits).topK(min(width, logits.shape[1]))
      let best = TopTokens(values: values.scalars, indices: indices.scalars, count: values.shape[1])
      var (rows, firstRow): ([Int], Int) = ([], 0)
      for number in beams.indices {
        let count = beams[number].open.count
        let parents = advance(&beams[number], best, rows: firstRow..<firstRow + count)
        rows += parents
        firstRow += count
      }
      if rows.isEmpty || length == maximumLength { break }
      let tokens = beams.flatMap { $0.open.map { $0.tokens.last! } }
      (logits, state) = step(IntTensor(tokens), state.selectingBatch(IntTensor(rows)))
    }
    return beams.map { beam in
      (beam.found + beam.open.map { hypothesis($0, isEnded: false) }).enumerated().sorted {
        ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
      }.map(\.element)
    }
  }

  /// Replaces a beam's open sequences, of which `rows` have the next tokens, by their best
  /// continuations; returns the row of each one's parent.
  private func advance(_ beam: inout Beam, _ best: TopTokens, rows: Range<Int>) -> [Int] {
    let places = width - beam.found.count
    let candidates = zip(beam.open, rows).flatMap { sequence, row in
      best.tokens(ofRow: row).map { token, logProbability in
        (row: row, sequence.appending(token, logProbability))
      }
    }.filter { $0.1.logProbability > -.infinity }
    // Equal ones stay in order: the better parent's, then the smaller token.
    let kept = candidates.enumerated().sorted {
      ($1.element.1.logProbability, $0.offset) < ($0.element.1.logProbability, $1.offset)
    }.prefix(places).map(\.element)
    beam.open = []
    return kept.compactMap { row, sequence in
      if sequence.tokens.last == end {
        beam.found.append(hypothesis(sequence, isEnded: true))
        return nil
      }
      beam.open.append(sequence)
      return row
    }
  }

  private func hypothesis(_ sequence: OpenSequence, isEnded: Bool) -> BeamHypothesis {
    let length = Double(max(1, sequence.tokens.count))
    return BeamHypothesis(
      tokens: isEnded ? sequence.tokens.dropLast() : sequence.tokens, isEnded: isEnded,
      logProbability: sequence.logProbability,
      score: sequence.logProbability / pow(length, lengthPenalty))
  }
}

/// The sequences of one source: those that may go on, the best first, and those that have ended.
private struct Beam {
  var open = [OpenSequence(tokens: [], logProbability: 0)]
  var found: [BeamHypothesis] = []
}

private struct OpenSequence {
  let tokens: [Int]
  let logProbability: Double

  func appending(_ token: Int, _ logProbability: Double) -> OpenSequence {
    OpenSequence(tokens: tokens + [token], logProbability: self.logProbability + logProbability)
  }
}

/// The most likely tokens of each row with the logarithms of their probabilities.
private struct TopTokens {
  let values: [Float]
  let indices: [Int32]
  /// The number of tokens of a row.
  let count: Int

  func tokens(ofRow row: Int) -> [(token: Int, logProbability: Double)] {
    (row * count..<(row + 1) * count).map { (Int(indices[$0]), Double(values[$0])) }
  }
}
