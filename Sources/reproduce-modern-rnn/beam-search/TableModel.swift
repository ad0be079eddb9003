import Foundation
import Gannet

/// A language model whose next token's probabilities are a table of all tokens before.
final class TableModel: NextTokenModel {
  /// The tokens read so far, of each sequence.
  struct History: DecoderState {
    fileprivate(set) var rows: [[Int]]

    func selectingBatch(_ rows: IntTensor) -> History {
      History(rows: rows.scalars.map { self.rows[Int($0)] })
    }
  }

  private let table: [[Int]: [Float]]
  private let tokenCount: Int

  /// - Parameter table: The probabilities behind a history; all tokens are as likely behind others.
  init(tokens count: Int, _ table: [[Int]: [Float]]) {
    tokenCount = count
    self.table = table
  }

  func callAsFunction(_ tokens: IntTensor, state: History?) -> (logits: Tensor, state: History) {
    var history = state ?? History(rows: .init(repeating: [], count: tokens.shape[1]))
    let steps = tokens.unstacked().map { step in
      for (row, token) in step.scalars.enumerated() { history.rows[row].append(Int(token)) }
      return stack(history.rows.map { log(Tensor(probabilities(after: $0))) })
    }
    return (stack(steps), history)
  }

  private func probabilities(after history: [Int]) -> [Float] {
    table[history] ?? .init(repeating: 1 / Float(tokenCount), count: tokenCount)
  }

  /// The best score of all sequences of up to `length` tokens behind a prefix.
  func bestScore(after prefix: [Int], length: Int, end: Int, lengthPenalty: Double) -> Double {
    func best(_ history: [Int], _ logProbability: Double, written: Int) -> Double {
      probabilities(after: history).enumerated().map { token, probability in
        let sum = logProbability + log(Double(probability))
        return token == end || written + 1 == length
          ? sum / pow(Double(written + 1), lengthPenalty)
          : best(history + [token], sum, written: written + 1)
      }.max()!
    }
    return best(prefix, 0, written: 0)
  }

  /// The tokens A, B, C and <eos>, behind a first token 0: the example of section 10.8.1.
  static var example: TableModel {
    TableModel(
      tokens: 4,
      [
        [0]: [0.5, 0.2, 0.2, 0.1], [0, 0]: [0.1, 0.4, 0.3, 0.2], [0, 0, 1]: [0.2, 0.2, 0.4, 0.2],
        [0, 0, 1, 2]: [0, 0.2, 0.2, 0.6], [0, 0, 2]: [0.1, 0.6, 0.2, 0.1],
        [0, 0, 2, 1]: [0.1, 0.2, 0.1, 0.6],
      ])
  }

  /// The tokens A to E, behind a first token 0, such that a beam of 2 goes the way of the drawing of
  /// section 10.8.3.
  static var drawing: TableModel {
    TableModel(
      tokens: 5,
      [
        [0]: [0.4, 0.1, 0.3, 0.1, 0.1], [0, 0]: [0.1, 0.5, 0.1, 0.2, 0.1],
        [0, 2]: [0.1, 0.1, 0.1, 0.1, 0.6], [0, 0, 1]: [0.1, 0.1, 0.1, 0.6, 0.1],
        [0, 2, 4]: [0.1, 0.1, 0.1, 0.6, 0.1],
      ])
  }
}
