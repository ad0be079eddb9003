import Reproduction

/// The chapter "Modern Recurrent Neural Networks" as a program.
@main
enum ReproduceModernRNN {
  static func main() {
    Chapter(
      "modern-rnn", title: "Modern recurrent neural networks",
      sections: [.lstm, .gru, .deepRNN, .longTerm, .bidirectional]
    ).main()
  }
}
