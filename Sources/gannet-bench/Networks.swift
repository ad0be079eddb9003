import Gannet

/// The networks by their names in the register.
enum Networks {
  static let images: [String: @Sendable () -> any Layer] = [
    "mlp": { MultilayerPerceptron.concise() },
    "mlp_dropout": { MultilayerPerceptron.dropout() },
    "lenet": { LeNet() },
    "bn_lenet": { BatchNormLeNet() },
    "resnet18": { ResNet.resNet18() },
    "alexnet": { AlexNet() },
    "vgg11": { VGG() },
    "nin": { NiN() },
    "googlenet": { GoogLeNet() },
    "densenet": { DenseNet() },
    "regnetx": { AnyNet.regNetX32() },
  ]

  /// The language models of 28 characters: the book's of hidden size 32, and larger ones.
  static let language: [String: @Sendable () -> any NextTokenModel] = [
    "rnn": { LanguageModel(RNN(28, 32)) },
    "gru": { LanguageModel(GRU(28, 32)) },
    "lstm": { LanguageModel(LSTM(28, 32)) },
    "deep_gru": { LanguageModel(GRU(28, 32, layers: 2)) },
    "rnn_l": { LanguageModel(RNN(28, 256)) },
    "gru_l": { LanguageModel(GRU(28, 256)) },
    "lstm_l": { LanguageModel(LSTM(28, 256)) },
    "bi_lstm": { LanguageModel(LSTM(28, 256, isBidirectional: true)) },
  ]

  /// The book's translators, of numbers of source and target tokens.
  static let translation: [String: @Sendable (Int, Int) -> any Translator] = [
    "seq2seq": { source, target in
      EncoderDecoder(
        Seq2SeqEncoder(source, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
        Seq2SeqDecoder(target, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2))
    }
  ]

  static var names: [String] {
    Array(images.keys) + Array(language.keys) + Array(translation.keys)
  }
}

/// A model that also writes sequences.
protocol Translator: SequenceToSequenceModel {
  /// Writes the `count` likeliest tokens, one after the other, for each of the sources.
  func decode(_ source: IntTensor, _ lengths: IntTensor, count: Int)
}

extension EncoderDecoder: Translator {
  func decode(_ source: IntTensor, _ lengths: IntTensor, count: Int) {
    // No token ends a sequence.
    _ = translations(of: source, lengths: lengths, from: 3, until: -1, maximumLength: count)
  }
}
