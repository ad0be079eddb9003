// The figures of the chapter "Recurrent Neural Networks". A final value is the last point of its curve.

extension [PublishedFigure] {
  /// Section "Working with Sequences": 4-1, linear.
  package static var sequence: Self {
    [
      .band("train_loss", book: 0.0538, 0.049, 0.054, 0.069),
      .band("val_loss", book: 0.0574, 0.044, 0.055, 0.079),
    ]
  }

  /// Section "Converting Raw Text into Sequence Data": sizes and counts of The Time Machine.
  package static var text: Self {
    [
      .exact("characters", "173428"), .exact("kinds of characters", "28"),
      .exact("words", "32775", source: .definition),
      .exact("kinds of words", "4580", source: .definition),
    ]
      + ["21", "9", "6", "0", "21", "10", "14", "6", "0", "14"].enumerated().map {
        .exact("number of character \($0)", PrintedNumber(stringLiteral: $1))
      }
      + counts([
        "the": "2261", "i": "1267", "and": "1245", "of": "1155", "a": "816", "to": "695",
        "was": "552", "in": "541", "that": "443", "my": "440",
      ])
  }

  /// The same section: how often words, pairs and triples occur.
  package static var ngrams: Self {
    [
      .exact("unigrams", "4579", source: .definition),
      .exact("bigrams", "20234", source: .definition),
      .exact("trigrams", "29882", source: .definition),
    ]
      + counts([
        "unigram of rank 1": "2261", "unigram of rank 10": "440", "unigram of rank 100": "45",
        "unigram of rank 1000": "4", "bigram of rank 1": "309", "bigram of rank 10": "73",
        "bigram of rank 100": "18", "bigram of rank 1000": "4", "trigram of rank 1": "59",
        "trigram of rank 10": "13", "trigram of rank 100": "5", "trigram of rank 1000": "2",
        "of-the": "309", "in-the": "169", "i-had": "130", "i-was": "112", "and-the": "109",
        "the-time": "102", "it-was": "99", "to-the": "85", "as-i": "78", "of-a": "73",
        "the-time-traveller": "59", "the-time-machine": "30", "the-medical-man": "24",
        "it-seemed-to": "16", "it-was-a": "15", "here-and-there": "15", "seemed-to-me": "14",
        "i-did-not": "14", "i-saw-the": "13", "i-began-to": "13",
      ])
  }

  /// Section "Language Models": perplexities that follow from definitions.
  package static var information: Self {
    [
      .exact("entropy of a certain outcome", "0", source: .definition),
      .exact("perplexity of 28 equally likely tokens", "28", source: .definition),
      .exact(
        "perplexity of the first 10,031 characters by their frequencies", "17.07",
        source: .definition),
    ]
  }

  /// The same section: windows of 32 as examples.
  package static var languageModel: Self {
    [
      .exact("machin is to predict achine", "1"),
      .exact("training batches of 1,024", "10"),
      .exact("validation batches of 1,024", "5"),
      .exact("targets that are the inputs shifted by one", "1", source: .definition),
      .claim("tokens in no window, random sampling", "all but the ends are seen", 0...63),
      .claim("tokens in no window, sequential partition", "all but the ends are seen", 0...127),
      .exact(
        "rows that go on from batch to batch, sequential partition", "1", source: .definition),
      .claim("rows that go on from batch to batch, random sampling", "by chance alone", 0...0.2),
    ]
  }

  /// Section "Recurrent Neural Networks": sizes, and indices 0 and 2 of 5 as vectors.
  package static var rnn: Self {
    [
      .exact("product of concatenations: rows", "3"),
      .exact("product of concatenations: columns", "4"),
    ]
      + (0..<2).flatMap { row in
        (0..<5).map { column in
          .exact("one-hot[\(row),\(column)]", column == 2 * row ? "1" : "0")
        }
      }
  }

  /// Section "Recurrent Neural Network Implementation from Scratch": 32 hidden units, windows of 32.
  package static var rnnScratch: Self {
    [
      .exact("parameters", "2876", source: .definition),
      .exact("states", "100"), .exact("state: rows", "2"), .exact("state: columns", "32"),
      .band("train_ppl", book: 6.16, 6.12, 6.18, 6.38),
      .band("val_ppl", book: 7.24, 7.15, 7.30, 7.53),
    ]
  }

  /// Section "Concise Implementation of Recurrent Neural Networks": the same from layers.
  package static var rnnConcise: Self {
    [
      .exact("parameters", "2908", source: .definition),
      .band("train_ppl", book: 5.87, 5.86, 5.94, 6.10),
      .band("val_ppl", book: 7.19, 7.10, 7.27, 7.42),
    ]
  }

  private static func counts(_ counts: KeyValuePairs<String, PrintedNumber>) -> Self {
    counts.map { .exact($0.key, $0.value) }
  }
}
