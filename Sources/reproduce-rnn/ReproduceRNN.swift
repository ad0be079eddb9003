import Reproduction

/// The chapter "Recurrent Neural Networks" as a program.
@main
package enum ReproduceRNN {
  package static let chapter = Chapter(
    "rnn", number: 9, title: "Recurrent neural networks",
    sections: [
      .sequence, .text, .ngrams, .information, .languageModel, .rnn, .rnnScratch, .rnnConcise,
      .clipping, .bptt,
    ])

  static func main() { chapter.main() }
}
