import Foundation
import Gannet
import Reproduction

extension Section {
  /// Zipf's law of unigrams, bigrams and trigrams; n-gram models with Laplace smoothing on held-out
  /// text.
  static let ngrams = Section(
    "ngrams", title: "N-grams and smoothing", reference: "9.2.5, text-sequence; 9.1.1", seconds: 3,
    isSeeded: false, published: NGramsFigures.all
  ) { context in
    let novel = try Novel(context)
    let words = novel.words
    var result = SectionResult()
    result.fallback = novel.fallback

    let runs = [NGramsFigures.unigram, NGramsFigures.bigram, NGramsFigures.trigram]
    let names = runs.map(\.name)
    let frequencies = (1...3).map { NGrams(words, order: $0).byFrequency }
    for (figures, ranking) in zip(runs, frequencies) {
      result[figures.kinds] = Double(ranking.count)
      // A text in the book's place may have fewer words.
      for (rank, figure) in figures.ranks where rank <= ranking.count {
        result[figure] = Double(ranking[rank - 1].count)
      }
      result[figures.slope] = slope(
        ranking.prefix(1000).dropFirst(9).map(\.count), from: 10)
    }
    for ranking in frequencies.dropFirst() {
      for (tokens, count) in ranking.prefix(10) {
        result[NGramsFigures.counts[tokens.joined(separator: "-")]] = Double(count)
      }
    }

    let study = SmoothingStudy(
      words, words: context.isQuick ? 4_000 : words.count,
      constants: [0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6])
    result[NGramsFigures.unseenPairs] = study.unseenPairs
    let unigram = study.perplexity(order: 1, smoothing: 1)
    result[NGramsFigures.bigramPerplexity] = study.curves[1].min()! / unigram
    result[NGramsFigures.trigramPerplexity] = study.curves[2].min()! / unigram
    result[NGramsFigures.smoothUnigram] =
      study.perplexity(order: 1, smoothing: 1e12) / Double(study.vocabularySize)
    result[NGramsFigures.smoothBigram] =
      study.perplexity(order: 2, smoothing: 1e12) / unigram
    result.plots = [zipf(zip(names, frequencies.map { $0.map(\.count) })), study.plot(names)]
    return result
  }

  /// The slope of the least squares line through log frequency over log rank.
  private static func slope(_ counts: [Int], from rank: Int) -> Double {
    let x = counts.indices.map { Foundation.log(Double($0 + rank)) }
    let y = counts.map { Foundation.log(Double($0)) }
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let products = zip(x, y).map { ($0 - meanX) * ($1 - meanY) }.reduce(0, +)
    return products / x.map { ($0 - meanX) * ($0 - meanX) }.reduce(0, +)
  }

  private static func zipf(_ rankings: some Sequence<(String, [Int])>) -> Plot {
    Plot(
      "zipf", title: "Zipf's law", x: Axis("rank", log: true), y: Axis("frequency", log: true),
      series: rankings.map { name, counts in
        Series(
          name, x: counts.indices.map { Double($0 + 1) }, y: counts.map(Double.init))
      })
  }
}

/// N-gram models of four fifths of a text, evaluated on the last fifth.
private struct SmoothingStudy {
  private let models: [NGramModel]
  private let heldOut: [Int]
  private let constants: [Double]
  /// By order, the perplexity for each constant.
  let curves: [[Double]]
  /// The fraction of bigrams in the held-out text with probability 0 without smoothing.
  let unseenPairs: Double

  init(_ text: [String], words: Int, constants: [Double]) {
    let text = text.prefix(words)
    let cut = text.count * 4 / 5
    // Words that occur once are replaced by `<unk>`, as unknown words of the held-out text are.
    let vocabulary = Vocabulary(text.prefix(cut), minimumFrequency: 2)
    let numbers = vocabulary.indices(of: text)
    let (training, heldOut) = (Array(numbers[..<cut]), Array(numbers[cut...]))
    let models = (1...3).map { order in
      NGramModel(
        training, vocabularySize: vocabulary.count, order: order,
        smoothing: [Double](repeating: 1, count: order))
    }
    curves = models.map { model in
      constants.map { Self.perplexity(model, of: heldOut, smoothing: $0) }
    }
    let unsmoothed = models[1].smoothed(by: 0)
    let unseen = heldOut.indices.dropFirst().count { index in
      unsmoothed.probability(of: heldOut[index], after: [heldOut[index - 1]]) == 0
    }
    unseenPairs = Double(unseen) / Double(heldOut.count - 1)
    (self.models, self.heldOut, self.constants) = (models, heldOut, constants)
  }

  var vocabularySize: Int { models[0].vocabularySize }

  func perplexity(order: Int, smoothing: Double) -> Double {
    Self.perplexity(models[order - 1], of: heldOut, smoothing: smoothing)
  }

  private static func perplexity(
    _ model: NGramModel, of text: [Int], smoothing: Double
  ) -> Double {
    model.smoothed(by: smoothing).perplexity(of: text)
  }

  func plot(_ names: [String]) -> Plot {
    Plot(
      "smoothing", title: "Perplexity on text not seen", x: Axis("ε", log: true),
      y: Axis("perplexity", log: true),
      series: zip(names, curves).map { Series($0, x: constants, y: $1) })
  }
}

extension NGramModel {
  /// A copy with the smoothing constant `constant` for orders above the first, which has 1; for a
  /// unigram model, for the first.
  fileprivate func smoothed(by constant: Double) -> NGramModel {
    var model = self
    model.smoothing =
      order == 1 ? [constant] : [1] + [Double](repeating: constant, count: order - 1)
    return model
  }
}
