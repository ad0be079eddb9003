import Foundation

/// The quality of a translation beside a reference, from 0 to 1, by the n-grams that both have.
public enum BLEU {
  /// The score of one sentence as in the book (Dive into Deep Learning, section 10.7.7): exp(min(0, 1
  /// - r/c)) times the product of pₙ^(1/2ⁿ) over n from 1 to `order`, with the lengths r of the
  /// reference and c of the prediction and the precisions pₙ. Orders that are longer than the
  /// prediction are left out.
  ///
  ///     BLEU.sentence(["il", "court", "."], reference: ["il", "est", "calme", "."], order: 2)
  ///
  /// - Parameters:
  ///   - prediction: The tokens of the translation.
  ///   - reference: The tokens of the right translation.
  ///   - order: The longest n-gram; 2 by default.
  /// - Returns: 0 for an empty prediction.
  public static func sentence(
    _ prediction: [String], reference: [String], order: Int = 2
  ) -> Double {
    guard !prediction.isEmpty else { return 0 }
    let ratio = Double(reference.count) / Double(prediction.count)
    return (1...max(1, min(order, prediction.count))).reduce(exp(min(0, 1 - ratio))) { score, n in
      let matches = matches(of: prediction, in: [reference], order: n)
      return score * pow(Double(matches) / Double(prediction.count - n + 1), pow(0.5, Double(n)))
    }
  }

  /// The number of n-grams of `sentence` that references have, each counted at most as often as in
  /// the reference that has most of it.
  static func matches(of sentence: [String], in references: [[String]], order: Int) -> Int {
    let known = references.map { NGrams($0, order: order).counts }
    return NGrams(sentence, order: order).counts.reduce(0) { sum, gram in
      sum + min(gram.value, known.map { $0[gram.key] ?? 0 }.max() ?? 0)
    }
  }
}
