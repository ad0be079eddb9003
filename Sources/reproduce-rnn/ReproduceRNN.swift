import Reproduction

/// The chapter "Recurrent Neural Networks" as a program.
@main
enum ReproduceRNN {
  static func main() {
    Chapter(
      "rnn", title: "Recurrent neural networks",
      sections: [
        .sequence, .text, .ngrams, .information, .languageModel, .rnn, .rnnScratch, .rnnConcise,
        .clipping, .bptt,
      ]
    ).main()
  }
}
