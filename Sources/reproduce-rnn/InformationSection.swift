import Foundation
import Gannet
import Reproduction

extension Section {
  /// Surprisal, entropy, cross-entropy and perplexity, of distributions and of a text's characters.
  static let information = Section(
    "information", title: "Entropy and perplexity", reference: "9.3.2, language-model; 22.11",
    seconds: 2, isSeeded: false, published: .information + .informationClaims
  ) { context in
    let book = try TimeMachine(directory: context.dataFolder)
    let characters = Tokenizer.characters(book.text.lettersAndSpaces)
    let vocabulary = Vocabulary(characters)
    let text = vocabulary.numbers(of: characters)

    var result = SectionResult()
    result.fallback = book.fallback
    result["entropy of a certain outcome"] = Information.entropy([1, 0, 0])
    result["perplexity of 28 equally likely tokens"] = Information.perplexity(
      crossEntropy: Information.entropy([Double](repeating: 1 / 28, count: 28)))
    let start = Array(text.prefix(10_031))
    result["perplexity of the first 10,031 characters by their frequencies"] =
      Information.perplexity(crossEntropy: Information.entropy(frequencies(start)))

    let frequencies = frequencies(text)
    let surprisals = frequencies.map(Information.surprisal)
    result["surprisal of z beside that of a space"] =
      surprisals[vocabulary["z"]] / surprisals[vocabulary[" "]]
    let uniform = [Double](repeating: 1 / Double(frequencies.count), count: frequencies.count)
    result["cross-entropy with a wrong belief beside the entropy"] =
      Information.crossEntropy(of: frequencies, predictedBy: uniform)
      / Information.entropy(frequencies)

    // The more of the past is known, the less random is what follows.
    let contexts = (0...4).map { conditionalEntropy(text, context: $0) }
    for length in 1...4 {
      result["entropy after \(length) characters beside after \(length - 1)"] =
        contexts[length] / contexts[length - 1]
    }
    var stream = RandomStream(seed: 0)
    let shuffled = text.shuffled(using: &stream)
    result["the same after 1, text shuffled"] =
      conditionalEntropy(shuffled, context: 1) / conditionalEntropy(shuffled, context: 0)
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

  /// The entropy of a token where the `context` tokens before it are known: that of the longer runs less
  /// that of the shorter.
  private static func conditionalEntropy(_ text: [Int], context: Int) -> Double {
    func entropy(_ order: Int) -> Double {
      guard order > 0 else { return 0 }
      let counts = NGrams(text, order: order).counts.values.map(Double.init)
      let total = counts.reduce(0, +)
      return Information.entropy(counts.map { $0 / total })
    }
    return entropy(context + 1) - entropy(context)
  }
}
