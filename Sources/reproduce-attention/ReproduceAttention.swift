import Reproduction

/// The chapter "Attention Mechanisms and Transformers" as a program.
@main
package enum ReproduceAttention {
  package static let chapter = Chapter(
    "attention", number: 11, title: "Attention and Transformers",
    sections: [
      .pooling, .scoring, .bahdanau, .multiHead, .positions, .transformer, .translationCorpus,
      .vit, .gpt,
    ])

  static func main() { chapter.main() }
}
