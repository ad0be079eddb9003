import Foundation
import GannetTensor

/// The choice of a language model's next token from its logits (Dive into Deep Learning, section
/// 9.5.4).
public enum TokenChoice: Hashable, Sendable {
  /// The most likely token.
  case greedy
  /// Sampling from softmax(logits / temperature): with `topK` among that many most likely tokens, with
  /// `topP` among the fewest most likely ones whose probabilities, of those in question, add up to at
  /// least as much (nucleus sampling, Holtzman et al., 2020). Lower temperatures favour likely tokens.
  case sampling(temperature: Double = 1, topK: Int? = nil, topP: Double? = nil)

  /// Chooses a token.
  ///
  /// Stops unless the temperature is above 0, `topK` at least 1 and `topP` in 0...1.
  ///
  /// - Parameters:
  ///   - logits: `[V]`.
  ///   - stream: The random stream.
  /// - Returns: The token's index, in 0..<V.
  public func callAsFunction(_ logits: Tensor, using stream: inout RandomStream) -> Int {
    guard logits.rank == 1, logits.count > 0 else {
      failShape("TokenChoice", logits.shape, expected: "[V]")
    }
    let scores = logits.scalars.map(Double.init)
    guard case .sampling(let temperature, let topK, let topP) = self else {
      return scores.indices.max { scores[$0] < scores[$1] }!
    }
    guard temperature > 0, topK ?? 1 >= 1, (0...1).contains(topP ?? 1) else {
      fail(
        """
        TokenChoice: temperature \(temperature), topK \(topK ?? 1), topP \(topP ?? 1), expected \
        above 0, at least 1, 0 to 1
        """)
    }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let candidates = order.prefix(topK ?? order.count)
    var weights = candidates.map { exp((scores[$0] - scores[order[0]]) / temperature) }
    if let topP { weights.keepNucleus(topP) }
    var left = Double.random(in: 0..<weights.reduce(0, +), using: &stream)
    for (candidate, weight) in zip(candidates, weights) {
      left -= weight
      if left < 0 { return candidate }
    }
    return order[0]
  }
}

extension [Double] {
  /// Keeps the first of descending weights, at least one, that together have a share of `share`.
  fileprivate mutating func keepNucleus(_ share: Double) {
    var left = share * reduce(0, +)
    let kept = prefix { weight in
      defer { left -= weight }
      return left > 0
    }
    self = Array(kept.isEmpty ? prefix(1) : kept)
  }
}
