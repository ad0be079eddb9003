import Gannet

/// The networks by their names in the register.
enum Networks {
  static let images: [String: @Sendable () -> any Layer] = [
    "mlp": { MultilayerPerceptron.concise() },
    "mlp_dropout": { MultilayerPerceptron.dropout() },
    "lenet": { LeNet() },
    "bn_lenet": { BatchNormLeNet() },
    "resnet18": { ResNet.resNet18() },
    "resnet50": { ResNet.torchvision(depth: 50, inputChannels: 1, classCount: 10) },
    "alexnet": { AlexNet() },
    "vgg11": { VGG() },
    "nin": { NiN() },
    "googlenet": { GoogLeNet() },
    "densenet": { DenseNet() },
    "regnetx": { AnyNet.regNetX32() },
    "vit": { VisionTransformer.book() },
  ]

  /// The language models of 28 characters: the book's of hidden size 32, larger ones, and a
  /// Transformer.
  static let language: [String: @Sendable () -> any NextTokenModel] = [
    "rnn": { LanguageModel(RNN(28, 32)) },
    "gru": { LanguageModel(GRU(28, 32)) },
    "lstm": { LanguageModel(LSTM(28, 32)) },
    "deep_gru": { LanguageModel(GRU(28, 32, layers: 2)) },
    "rnn_l": { LanguageModel(RNN(28, 256)) },
    "gru_l": { LanguageModel(GRU(28, 256)) },
    "lstm_l": { LanguageModel(LSTM(28, 256)) },
    "bi_lstm": { LanguageModel(LSTM(28, 256, isBidirectional: true)) },
    "gpt": {
      GPT(
        vocabularySize: 28, size: 384, layers: 6, heads: 6, context: 256, dropout: 0.2,
        isTied: false)
    },
  ]

  /// The book's translators and a larger one, of numbers of source and target tokens.
  static let translation: [String: @Sendable (Int, Int) -> any Translator] = [
    "seq2seq": { source, target in
      EncoderDecoder(
        Seq2SeqEncoder(source, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
        Seq2SeqDecoder(target, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2))
    },
    "bahdanau": { source, target in
      EncoderDecoder(
        Seq2SeqEncoder(source, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
        Seq2SeqAttentionDecoder(
          target, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2))
    },
    "transformer": { transformer($0, $1, layers: 2, .book()) },
    "transformer_l": {
      transformer($0, $1, layers: 6, TransformerSettings(512, heads: 8, dropout: 0.2))
    },
  ]

  private static func transformer(
    _ source: Int, _ target: Int, layers: Int, _ settings: TransformerSettings
  ) -> any Translator {
    EncoderDecoder(
      TokenTransformerEncoder(source, layers: layers, settings),
      TokenTransformerDecoder(target, layers: layers, settings))
  }

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
