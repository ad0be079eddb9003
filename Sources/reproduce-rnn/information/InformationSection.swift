import Foundation
import Gannet
import Reproduction

extension Section {
  /// Surprisal, entropy, cross-entropy and perplexity, of distributions and of a text's characters.
  static let information = Section(
    "information", title: "Entropy and perplexity", reference: "9.3.2, language-model; 22.11",
    seconds: 2, isSeeded: false, published: InformationFigures.all
  ) { context in
    let novel = try Novel(context)
    let (vocabulary, text) = novel.indexed()

    var result = SectionResult()
    result.fallback = novel.fallback
    result[InformationFigures.certain] = Information.entropy([1, 0, 0])
    result[InformationFigures.uniform] = Information.perplexity(
      crossEntropy: Information.entropy([Double](repeating: 1 / 28, count: 28)))
    let start = Array(text.prefix(10_031))
    result[InformationFigures.frequencies] =
      Information.perplexity(crossEntropy: Information.entropy(frequencies(start)))

    let frequencies = frequencies(text)
    let surprisals = frequencies.map(Information.surprisal)
    result[InformationFigures.surprisal] =
      surprisals[vocabulary["z"]] / surprisals[vocabulary[" "]]
    let uniform = [Double](repeating: 1 / Double(frequencies.count), count: frequencies.count)
    result[InformationFigures.wrongBelief] =
      Information.crossEntropy(of: frequencies, predictedBy: uniform)
      / Information.entropy(frequencies)

    // The more of the past is known, the less random is what follows.
    let contexts = conditionalEntropies(text, upTo: 4)
    for (figure, length) in zip(InformationFigures.contexts, 1...4) {
      result[figure] = contexts[length] / contexts[length - 1]
    }
    var stream = RandomStream(seed: 0)
    let shuffled = conditionalEntropies(text.shuffled(using: &stream), upTo: 1)
    result[InformationFigures.shuffled] = shuffled[1] / shuffled[0]
    result.plots = [
      Plot(
        "context", title: "Entropy of the next character", x: Axis("characters known before it"),
        y: Axis("nats"),
        series: [Series("", x: (0...4).map(Double.init), y: contexts, style: .bars)])
    ]
    return result
  }

  private static func frequencies(_ text: [Int]) -> [Double] {
    let counts = text.counted()
    return (0...text.max()!).map { Double(counts[$0] ?? 0) / Double(text.count) }
  }

  /// The entropies of a token where 0 to `longest` tokens before it are known: that of the longer
  /// runs less that of the shorter.
  private static func conditionalEntropies(_ text: [Int], upTo longest: Int) -> [Double] {
    let entropies = (1...longest + 1).map { order in
      let counts = NGrams(text, order: order).counts.values.map(Double.init)
      let total = counts.reduce(0, +)
      return Information.entropy(counts.map { $0 / total })
    }
    return zip(entropies, [0] + entropies).map { $0 - $1 }
  }
}
