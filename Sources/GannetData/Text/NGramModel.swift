import Foundation
import GannetTensor

/// An n-gram language model of order 1, 2 or 3 with Laplace smoothing (Dive into Deep Learning,
/// section 9.1.1.1).
///
///     P(x)        = (n(x) + ε₁/m) / (n + ε₁)
///     P(x'|x)     = (n(x, x') + ε₂ P(x')) / (n(x) + ε₂)
///     P(x"|x, x') = (n(x, x', x") + ε₃ P(x")) / (n(x, x') + ε₃)
///
/// for n tokens from a vocabulary of size m. In the denominators, n(x) and n(x, x') count only
/// occurrences that another token follows, so that probabilities sum to 1. With ε = 0, unseen runs
/// have probability 0; as ε grows, P(x) approaches 1/m and the others approach P.
public struct NGramModel: Sendable {
  /// The order n of the n-grams: 1, 2 or 3.
  public let order: Int
  /// The size of the vocabulary, m.
  public let vocabularySize: Int
  /// The smoothing constants ε₁, ε₂, ε₃, one for each order up to `order`, each at least 0.
  public var smoothing: [Double] {
    didSet { Self.check(smoothing, order) }
  }

  /// Counts of the n-grams of each order.
  private let counts: [NGrams<Int>]
  /// For each order, the number of occurrences of each n-gram that another token follows.
  private let contexts: [[[Int]: Int]]
  private let total: Int

  /// Fits a model to a text.
  ///
  /// Stops unless `order` is 1 to 3, `smoothing` has a number of at least 0 for each order, and
  /// tokens are in `0..<vocabularySize`.
  ///
  /// - Parameters:
  ///   - text: The token indices of the text, at least one.
  ///   - vocabularySize: The number of tokens m of the vocabulary.
  ///   - order: 1 for unigrams, 2 for bigrams, 3 for trigrams.
  ///   - smoothing: The smoothing constants ε₁ up to that of `order`.
  public init(_ text: [Int], vocabularySize: Int, order: Int, smoothing: [Double]) {
    Self.check(smoothing, order)
    guard !text.isEmpty else { fail("NGramModel: the text is empty") }
    guard text.allSatisfy((0..<vocabularySize).contains) else {
      fail("NGramModel: a token is not in 0..<\(vocabularySize)")
    }
    self.order = order
    self.vocabularySize = vocabularySize
    self.smoothing = smoothing
    total = text.count
    counts = (1...order).map { NGrams(text, order: $0) }
    contexts = counts.map { grams in
      grams.counts.reduce(into: [:]) { sums, gram in
        sums[Array(gram.key.dropLast()), default: 0] += gram.value
      }
    }
  }

  private static func check(_ smoothing: [Double], _ order: Int) {
    guard (1...3).contains(order), smoothing.count == order, smoothing.allSatisfy({ $0 >= 0 })
    else { fail("NGramModel: order \(order) does not match the smoothing \(smoothing)") }
  }

  /// The probability that `token` follows `context`, of which the last `order - 1` tokens are used;
  /// a shorter context uses a lower order.
  public func probability(of token: Int, after context: some BidirectionalCollection<Int>) -> Double
  {
    let context = Array(context.suffix(order - 1))
    let epsilon = smoothing[context.count]
    let count = counts[context.count].counts[context + [token]] ?? 0
    if context.isEmpty {
      return (Double(count) + epsilon / Double(vocabularySize)) / (Double(total) + epsilon)
    }
    let seen = Double(contexts[context.count][context] ?? 0)
    // Without smoothing, an unseen context has no distribution.
    guard seen + epsilon > 0 else { return 0 }
    let prior = epsilon > 0 ? probability(of: token, after: []) : 0
    return (Double(count) + epsilon * prior) / (seen + epsilon)
  }

  /// The perplexity of a text, exp of the mean surprisal of its tokens given those before; infinite
  /// where one has probability 0.
  public func perplexity(of text: [Int]) -> Double {
    let surprisals = text.indices.map { index in
      Information.surprisal(
        probability(of: text[index], after: text[max(0, index + 1 - order)..<index]))
    }
    return exp(surprisals.reduce(0, +) / Double(text.count))
  }
}
