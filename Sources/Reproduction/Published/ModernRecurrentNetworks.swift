// The figures of the chapter "Modern Recurrent Neural Networks": The Time Machine in batches of 1,024
// windows of 32 characters, 32 units. A final value is the last point of its curve.

extension [PublishedFigure] {
  /// Section "Long Short-Term Memory (LSTM)".
  package static var lstm: Self {
    [
      .exact("scratch parameters", "8732", source: .definition),
      .exact("concise parameters", "8860", source: .definition),
      .band("scratch train_ppl", book: 6.94, 6.67, 6.81, 7.08),
      .band("scratch val_ppl", book: 7.42, 7.34, 7.42, 7.69),
      .band("concise train_ppl", book: 5.76, 5.64, 5.74, 5.85),
      .band("concise val_ppl", book: 6.69, 6.69, 6.84, 7.01),
    ]
  }

  /// Section "Gated Recurrent Units (GRU)".
  package static var gru: Self {
    [
      .exact("scratch parameters", "6780", source: .definition),
      .exact("concise parameters", "6876", source: .definition),
      .exact("weights beside those of an LSTM", "0.75", source: .definition),
      .band("scratch train_ppl", book: 5.73, 5.61, 5.74, 5.91),
      .band("scratch val_ppl", book: 6.74, 6.71, 6.83, 6.98),
      .band("concise train_ppl", book: 4.94, 4.89, 5.01, 5.08),
      .band("concise val_ppl", book: 6.55, 6.31, 6.65, 6.76),
    ]
  }

  /// Section "Deep Recurrent Neural Networks": two layers.
  package static var deepRNN: Self {
    [
      .exact("scratch parameters", "4956", source: .definition),
      .exact("concise parameters", "13212", source: .definition),
      .band("scratch train_ppl", book: 5.24, 5.19, 5.38, 5.61),
      .band("scratch val_ppl", book: 6.95, 6.80, 7.04, 7.26),
      .band("concise train_ppl", book: 4.13, 4.08, 4.19, 4.29),
      .band("concise val_ppl", book: 6.11, 6.11, 6.42, 6.60),
      .exact("steps that the lower layer hands on", "32", source: .definition),
      .exact("states of a batch", "2", source: .definition),
    ]
  }

  /// Section "Bidirectional Recurrent Neural Networks": definitions only.
  package static var bidirectional: Self {
    [
      .exact("output size beside one direction's", "2", source: .definition),
      .exact("weights beside one direction's", "2", source: .definition),
      .exact("inputs of the output layer", "64", source: .definition),
    ]
  }
}
