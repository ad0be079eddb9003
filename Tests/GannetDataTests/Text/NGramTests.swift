import Foundation
import GannetData
import TestSupport
import Testing

struct NGramTests {
  private static let text = [0, 1, 0, 1, 2, 0, 1, 1, 3]

  @Test func runsAreCounted() {
    let pairs = NGrams(["a", "b", "a", "b", "b"], order: 2)
    #expect(pairs.counts == [["a", "b"]: 2, ["b", "a"]: 1, ["b", "b"]: 1])
    #expect(pairs.byFrequency.map(\.tokens) == [["a", "b"], ["b", "a"], ["b", "b"]])
    #expect(NGrams(["a"], order: 2).counts.isEmpty)
    // Two spellings of é are two tokens, in the order of their scalars.
    let accents = NGrams(["é", "e\u{301}"], order: 1)
    #expect(accents.counts.count == 2)
    #expect(accents.byFrequency.map { $0.tokens[0].utf8.count } == [3, 2])
  }

  /// A dictionary's order differs from run to run, and with it the last bits of what is summed in it.
  @Test func countsAreInTheOrderOfFirstOccurrence() {
    let text = (0..<600).map { $0 * $0 % 101 }
    var distinct: [Int] = []
    for token in text where !distinct.contains(token) { distinct.append(token) }
    let counts = text.counted()
    #expect(counts.keys == distinct && counts.map(\.key) == distinct)
    #expect(counts.values == distinct.map { key in text.count { $0 == key } })
    #expect(counts == text.reversed().counted() && counts != text.dropLast().counted())
    #expect(counts.keys != text.reversed().counted().keys)
    let pairs = NGrams(text, order: 2).counts.keys
    #expect(pairs.prefix(3) == [[0, 1], [1, 4], [4, 9]])
  }

  /// The formulas by hand: n = 9, m = 5.
  @Test func probabilitiesAreTheFormulas() {
    let model = NGramModel(Self.text, vocabularySize: 5, order: 3, smoothing: [0.5, 2, 3])
    let p1 = (4 + 0.5 / 5) / 9.5
    #expect(abs(model.probability(of: 1, after: []) - p1) < 1e-15)
    #expect(abs(model.probability(of: 1, after: [0]) - (3 + 2 * p1) / (3 + 2)) < 1e-15)
    #expect(abs(model.probability(of: 1, after: [4, 0, 1]) - (1 + 3 * p1) / (3 + 3)) < 1e-15)
  }

  @Test(arguments: 1...3, [[], [0], [1], [4], [0, 1], [2, 2]])
  func probabilitiesAddUpToOne(order: Int, context: [Int]) {
    let model = NGramModel(
      Self.text, vocabularySize: 5, order: order, smoothing: Array(repeating: 0.7, count: order))
    let sum = (0..<5).map { model.probability(of: $0, after: context) }.reduce(0, +)
    #expect(abs(sum - 1) < 1e-12)
  }

  @Test func withoutSmoothingTheUnseenIsImpossible() {
    let model = NGramModel(Self.text, vocabularySize: 5, order: 2, smoothing: [0, 0])
    #expect(model.probability(of: 4, after: []) == 0)
    #expect(model.probability(of: 0, after: [3]) == 0)
    #expect(model.perplexity(of: [0, 4]) == .infinity)
  }

  @Test func muchSmoothingLeavesOneInM() {
    let model = NGramModel(Self.text, vocabularySize: 5, order: 2, smoothing: [1e9, 1e9])
    #expect(abs(model.probability(of: 3, after: [1]) - 0.2) < 1e-6)
    #expect(abs(model.perplexity(of: [0, 4, 1, 2]) - 5) < 1e-6)
  }

  @Test func information() {
    #expect(Information.surprisal(1) == 0 && Information.surprisal(0) == .infinity)
    #expect(Information.entropy([1, 0]) == 0)
    #expect(abs(Information.entropy([0.25, 0.25, 0.25, 0.25]) - log(4)) < 1e-15)
    let (p, q) = ([0.7, 0.2, 0.1], [0.1, 0.3, 0.6])
    #expect(Information.crossEntropy(of: p, predictedBy: q) > Information.entropy(p))
    #expect(Information.crossEntropy(of: p, predictedBy: [0, 0.5, 0.5]) == .infinity)
    #expect(abs(Information.perplexity(crossEntropy: log(28)) - 28) < 1e-12)
  }

  @Test func mistakesAreNamed() async {
    let order = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NGramModel([0], vocabularySize: 1, order: 2, smoothing: [1])
    }
    expectMessage(order, "NGramModel: order 2 does not match the smoothing [1.0]")
    let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NGramModel([], vocabularySize: 1, order: 1, smoothing: [1])
    }
    expectMessage(empty, "NGramModel: the text is empty")
  }
}
