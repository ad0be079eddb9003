import Foundation
import GannetTensor

extension BLEU {
  /// The score of translations of a whole corpus, from 0 to 1, by n-grams up to four, as sacrebleu
  /// computes it (Post, 2018): counts are summed over the corpus, a precision without matches is
  /// smoothed exponentially, and a corpus without n-grams of some order scores 0.
  ///
  ///     BLEU.corpus(predictions, references: [first, second])  // two references of each sentence
  ///
  /// Stops unless there is at least one list of references, and each has as many sentences.
  ///
  /// - Parameters:
  ///   - predictions: The tokens of each translation, such as those of ``tokens13a(of:)``.
  ///   - references: Lists of true translations, in the order of the predictions.
  ///   - order: The longest n-gram; 4 by default.
  public static func corpus(
    _ predictions: [[String]], references: [[[String]]], order: Int = 4
  ) -> Double {
    guard !references.isEmpty, references.allSatisfy({ $0.count == predictions.count }) else {
      fail(
        """
        BLEU: \(predictions.count) predictions, but references of \
        \(references.map { "\($0.count)" }.joined(separator: ", ")) sentences
        """)
    }
    var matches = [Int](repeating: 0, count: order)
    var totals = matches
    var (length, referenceLength) = (0, 0)
    for (row, prediction) in predictions.enumerated() {
      let references = references.map { $0[row] }
      length += prediction.count
      referenceLength += closest(to: prediction.count, references.map(\.count))
      for n in 1...order {
        matches[n - 1] += Self.matches(of: prediction, in: references, order: n)
        totals[n - 1] += max(0, prediction.count - n + 1)
      }
    }
    guard matches.contains(where: { $0 > 0 }), !totals.contains(0) else { return 0 }
    var smoothing = 1.0
    let logarithms = zip(matches, totals).map { matches, total in
      if matches == 0 { smoothing *= 2 }
      return log((matches == 0 ? 1 / smoothing : Double(matches)) / Double(total))
    }
    let ratio = Double(referenceLength) / Double(length)
    return exp(min(0, 1 - ratio) + logarithms.reduce(0, +) / Double(order))
  }

  /// The closest length of a reference, of two that are as close the shorter one.
  private static func closest(to length: Int, _ references: [Int]) -> Int {
    references.min { (abs($0 - length), $0) < (abs($1 - length), $1) }!
  }

  /// The tokens of a sentence by mteval-v13a, sacrebleu's default, which splits off punctuation.
  ///
  ///     BLEU.tokens13a(of: "Hello, world.")  // ["Hello", ",", "world", "."]
  public static func tokens13a(of sentence: String) -> [String] {
    var text = sentence.replacing("<skipped>", with: "").replacing("-\n", with: "")
      .replacing("\n", with: " ")
    for (entity, character) in [
      ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"),
    ] { text = text.replacing(entity, with: character) }
    let apart = " \(text) ".unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
      scalar.isMark ? [" ", scalar, " "] : [scalar]
    }
    // Points and commas unless a digit is before, then unless one is behind; dashes behind a digit.
    let points = apart.replacingPairs { $1.isPoint && !$0.isDigit ? [$0, " ", $1, " "] : nil }
      .replacingPairs { $0.isPoint && !$1.isDigit ? [" ", $0, " ", $1] : nil }
    let dashes = points.replacingPairs { $1 == "-" && $0.isDigit ? [$0, " ", $1, " "] : nil }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: dashes)
    return Tokenizer.words(String(result))
  }
}

extension [Unicode.Scalar] {
  /// Replaces pairs of neighbours from the start on, each scalar in one pair at most, as a regular
  /// expression of two characters does.
  fileprivate func replacingPairs(
    _ replacement: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]?
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var place = 0
    while place < count {
      if place + 1 < count, let pair = replacement(self[place], self[place + 1]) {
        result += pair
        place += 2
      } else {
        result.append(self[place])
        place += 1
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isPoint: Bool { self == "." || self == "," }

  /// ASCII punctuation but for `'`, `,`, `-` and `.`.
  fileprivate var isMark: Bool {
    switch self {
    case "{"..."~", "["..."`", "!"..."&", "("..."+", ":"..."@", "/": true
    default: false
    }
  }
}
