import Foundation
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct BeamSearchTests {
  /// The book's example: the most likely token at each step, A B C and the end, has 0.048 in all,
  /// another second one, A C B, 0.054.
  @Test func theBooksExample() throws {
    let model = HistoryModel(
      table: [
        [0]: [0.5, 0.2, 0.2, 0.1], [0, 0]: [0.1, 0.4, 0.3, 0.2],
        [0, 0, 1]: [0.2, 0.2, 0.4, 0.2], [0, 0, 1, 2]: [0, 0.2, 0.2, 0.6],
        [0, 0, 2]: [0.1, 0.6, 0.2, 0.1], [0, 0, 2, 1]: [0.1, 0.2, 0.1, 0.6],
      ], tokens: 4)
    func best(width: Int) -> BeamHypothesis {
      model.beamSearch(after: [[0]], until: 3, maximumLength: 4, width: width)[0][0]
    }
    let (greedy, beam) = (best(width: 1), best(width: 2))
    #expect(greedy.tokens == [0, 1, 2] && beam.tokens == [0, 2, 1])
    #expect(abs(exp(greedy.logProbability) - 0.048) < 1e-6)
    #expect(abs(exp(beam.logProbability) - 0.054) < 1e-6)
    #expect(abs(beam.score - log(0.054) / pow(4, 0.75)) < 1e-6)
    #expect(beam.isEnded && greedy.isEnded)
  }

  /// Against all sequences of up to four of three tokens, of which one ends them.
  @Test(arguments: [0, 0.75, 2]) func aWideBeamIsExhaustive(penalty: Double) {
    let model = HistoryModel(seed: 3, tokens: 3)
    let all = model.sequences(after: [1], length: 4, end: 2).map { tokens, logProbability in
      (tokens, logProbability, logProbability / pow(Double(tokens.count), penalty))
    }.sorted { $0.2 > $1.2 }
    let found = model.beamSearch(
      after: [[1]], until: 2, maximumLength: 4, width: 100, lengthPenalty: penalty)[0]
    #expect(found.count == all.count)
    for (own, expected) in zip(found, all) {
      #expect(own.tokens + (own.isEnded ? [2] : []) == expected.0)
      #expect(abs(own.logProbability - expected.1) < 1e-5)
      #expect(abs(own.score - expected.2) < 1e-5)
    }
  }

  @Test func aBeamOfOneIsGreedy() {
    for seed in 0..<20 {
      let model = HistoryModel(seed: UInt32(seed), tokens: 5)
      let beam = model.beamSearch(after: [[3, 1]], until: 2, maximumLength: 8, width: 1)[0]
      let greedy = model.continuation(of: [3, 1]).prefix(8).prefix { $0 != 2 }
      #expect(beam.map(\.tokens) == [Array(greedy)])
    }
  }

  @Test func sentencesOfABatchAreSearchedAlone() {
    let model = HistoryModel(seed: 5, tokens: 6)
    let prefixes = [[0, 1], [4, 4], [2, 5], [3, 3]]
    let together = model.beamSearch(after: prefixes, until: 2, maximumLength: 7, width: 3)
    for (prefix, found) in zip(prefixes, together) {
      let alone = model.beamSearch(after: [prefix], until: 2, maximumLength: 7, width: 3)[0]
      #expect(found.map(\.tokens) == alone.map(\.tokens) && found.count == 3)
    }
  }

  @Test func nothingEndsWithoutAnEndAndImpossibleTokensAreLeftOut() {
    let open = HistoryModel(seed: 6, tokens: 4)
    let found = open.beamSearch(after: [[0]], maximumLength: 5, width: 2)[0]
    #expect(found.count == 2 && found.allSatisfy { $0.tokens.count == 5 && !$0.isEnded })
    #expect(found[0].score >= found[1].score)
    let certain = HistoryModel(table: [[0]: [0, 1], [0, 1]: [1, 0]], tokens: 2)
    let only = certain.beamSearch(after: [[0]], maximumLength: 2, width: 4)[0]
    #expect(only.map(\.tokens) == [[1, 0]])
    #expect(open.beamSearch(after: [[0]], maximumLength: 0)[0].map(\.tokens) == [[]])
    let lost = HistoryModel(table: [[0]: [.nan, .nan]], tokens: 2)
    #expect(lost.beamSearch(after: [[0]], maximumLength: 2) == [[]])
  }

  @Test func mistakesStop() async {
    let width = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = HistoryModel(seed: 1, tokens: 2).beamSearch(after: [[0]], maximumLength: 2, width: 0) }
    expectMessage(width, "beamSearch: width 0, maximumLength 2")
    let prefixes = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = HistoryModel(seed: 1, tokens: 2).beamSearch(after: [[0], [0, 1]], maximumLength: 2) }
    expectMessage(prefixes, "beamSearch: prefixes of [1, 2] tokens, expected equally many")
  }
}

/// A model of which the next token's probabilities are a function of all tokens before.
private final class HistoryModel: NextTokenModel {
  /// The tokens read so far, of each sequence.
  struct History: DecoderState {
    var rows: [[Int]]

    func selectingBatch(_ rows: IntTensor) -> History {
      History(rows: rows.scalars.map { self.rows[Int($0)] })
    }
  }

  private let table: [[Int]: [Float]]
  private let seed: UInt32
  private let count: Int

  /// - Parameters:
  ///   - table: Probabilities by history; others are drawn by `seed`.
  init(table: [[Int]: [Float]] = [:], seed: UInt32 = 0, tokens: Int) {
    self.table = table
    self.seed = seed
    count = tokens
  }

  func logProbabilities(after history: [Int]) -> Tensor {
    if let row = table[history] { return log(Tensor(row)) }
    let number = history.reduce(seed &+ 7) { $0 &* 31 &+ UInt32($1) &+ 1 }
    return logSoftmax(Tensor(hash: number, [count]) * 3)
  }

  func callAsFunction(_ tokens: IntTensor, state: History?) -> (logits: Tensor, state: History) {
    var history = state ?? History(rows: .init(repeating: [], count: tokens.shape[1]))
    let steps = tokens.unstacked().map { step in
      for (row, token) in step.scalars.enumerated() { history.rows[row].append(Int(token)) }
      return stack(history.rows.map(logProbabilities))
    }
    return (stack(steps), history)
  }

  /// All sequences of up to `length` tokens behind a prefix, those with `end` ended by it.
  func sequences(after prefix: [Int], length: Int, end: Int) -> [([Int], Double)] {
    logProbabilities(after: prefix).scalars.enumerated().flatMap { token, logProbability in
      let value = Double(logProbability)
      if token == end || length == 1 { return [([token], value)] }
      return sequences(after: prefix + [token], length: length - 1, end: end).map {
        ([token] + $0.0, value + $0.1)
      }
    }
  }
}
