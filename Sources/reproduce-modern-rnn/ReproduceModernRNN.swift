import Reproduction

/// The chapter "Modern Recurrent Neural Networks" as a program.
@main
package enum ReproduceModernRNN {
  package static let chapter = Chapter(
    "modern-rnn", number: 10, title: "Modern recurrent neural networks",
    sections: [
      .lstm, .gru, .deepRNN, .longTerm, .bidirectional, .machineTranslation, .encoderDecoder,
      .seq2seq, .beamSearch,
    ])

  static func main() { chapter.main() }
}
