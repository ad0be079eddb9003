import Reproduction

/// Section "Concise Implementation of Recurrent Neural Networks": the network of `rnn-scratch` from
/// layers.
enum RNNConciseFigures {
  static let training = TrainingFigures(
    parameters: 2908,
    .band(.trainPerplexity, book: 5.87, 5.86, 5.94, 6.10),
    .band(.validationPerplexity, book: 7.19, 7.10, 7.27, 7.42))
}
