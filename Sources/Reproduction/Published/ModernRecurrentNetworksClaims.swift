// What the chapter "Modern Recurrent Neural Networks" says in words, and the bounds that make it true.

extension [PublishedFigure] {
  /// Section "Long Short-Term Memory (LSTM)".
  package static var lstmClaims: Self {
    [
      .claim("by hand against the library's layer", "they are the same", 0...1e-4),
      .claim(
        "forget 1, input 0: cell after 100 steps against before",
        "the memory cell remains constant forever", 0...0),
      .claim(
        "forget 1, input 0: gradient through 100 steps against 1",
        "it neither vanishes nor explodes", 0...0),
      .claim(
        "output 0: largest hidden state of 100 steps", "the memory does not impact other layers",
        0...1e-30),
      .claim(
        "output 1 at last: hidden state against tanh of the cell",
        "it does as soon as the output gate flips", 0...1e-6),
      .claim("smallest gate", "gates lie between 0, shut", 0...0.1),
      .claim("largest gate", "and 1, open", 0.9...1),
      .claim("largest input node", "between -1 and 1", 0.5...1),
      .claim("largest hidden state", "between -1 and 1", 0.5...1),
      .claim(
        "gates put together against the layer's states", "H = O ⊙ tanh(F ⊙ C + I ⊙ C~)", 0...1e-4),
      .claim(
        "cell's likeness less the hidden state's", "the hidden state is the more volatile",
        0.02...1),
    ]
  }

  /// Section "Gated Recurrent Units (GRU)".
  package static var gruClaims: Self {
    [
      .claim("by hand against the library's layer", "they are the same", 0...1e-4),
      .claim(
        "by hand against the layer that resets behind the product", "PyTorch's is another GRU",
        0.01...2),
      .claim(
        "update 1: state after 100 steps against before", "the old state is retained", 0...0),
      .claim(
        "update 1: gradient through 100 steps against 1", "the steps are skipped", 0...0),
      .claim(
        "reset 1, update 0: states against those of a plain RNN", "it is a vanilla RNN", 0...1e-6),
      .claim(
        "reset 0, update 0: states against a perceptron's hidden layer",
        "an MLP of the input; the state is reset to defaults", 0...1e-6),
      .claim("smallest gate", "gates lie between 0, shut", 0...0.1),
      .claim("largest gate", "and 1, open", 0.9...1),
      .claim("largest candidate", "between -1 and 1", 0.5...1),
      .claim(
        "new state beyond the old one and the candidate", "a convex combination of both", 0...1e-5),
    ]
  }

  /// Section "Deep Recurrent Neural Networks".
  package static var deepRNNClaims: Self {
    [
      .claim("by hand against the library's two layers", "they are the same", 0...1e-4),
      .claim(
        "one layer above the other against the network of two",
        "a layer's sequence is fed through the next", 0...0),
      .claim("their last states against the network's", "each layer has its state", 0...0),
      .claim(
        "logits against those from the upper layer's states alone",
        "the output is based on the last layer's state alone", 0...0),
    ]
  }

  /// Learning long-term dependencies, from the chapter's beginning and the section on LSTMs.
  package static var longTermClaims: Self {
    let distances = [20, 50, 100, 200]
    let gated = ["LSTM, biases by distance", "GRU, biases by distance"]
    return [
      .claim("RNN: accuracy after 50", "long-term dependencies are its problem", 0...0.6),
      .claim("RNN: accuracy after 100", "long-term dependencies are its problem", 0...0.5),
      .claim("RNN: accuracy after 200", "long-term dependencies are its problem", 0...0.5),
      .claim("RNN: gradient 200 before the end beside 20 before", "gradients vanish", 0...1e-12),
    ]
      + gated.flatMap { network in
        distances.map {
          .claim("\(network): accuracy after \($0)", "gated states remember", 0.95...1)
        }
      }
      + gated.flatMap { network -> Self in
        [
          .claim(
            "\(network): gradient 200 before the end beside 20 before", "they vanish no more",
            0.03...1),
          .claim(
            "\(network): state changed by the letter beside noise, 200",
            "we learn not to update the state after the first token", 3...1000),
          .claim(
            "\(network): the same before training, 200", "it is to be learned", 0.1...2.5),
        ]
      }
  }

  /// Section "Bidirectional Recurrent Neural Networks".
  package static var bidirectionalClaims: Self {
    [
      .claim(
        "two networks, the outputs side by side, against the layer",
        "two layers in opposite directions, concatenated", 0...0),
      .claim(
        "forward half but its last step, where the last input differs",
        "the one reads from the first input", 0...0),
      .claim(
        "backward half but its first step, where the first input differs",
        "the other from the last", 0...0),
      .claim(
        "state in the middle, where the last input differs", "states know the future", 1e-6...2),
      .claim("state in the middle, where the first input differs", "and the past", 1e-6...2),
      .claim(
        "masks: weights of the bidirectional beside the forward-only", "of like size", 0.98...1.02),
      .claim(
        "masks, bidirectional: another future against the same",
        "what comes after the blank affects it", 0.05...1),
      .claim(
        "masks, bidirectional: another past against the same", "so does what comes before",
        0.05...1),
      .claim(
        "masks, forward-only: another future against the same", "here it does not", 0...0),
      .claim(
        "masks, forward-only: another past against the same", "what comes before does", 0.05...1),
      .claim(
        "masks: val_acc, bidirectional less forward-only", "both contexts fill masks better",
        0.1...0.5),
      .claim(
        "masks: val_ppl, bidirectional beside forward-only", "both contexts fill masks better",
        0.3...0.8),
      .claim(
        "language model, bidirectional train_ppl", "it sees the token that it is to predict",
        1...1.2),
      .claim("language model, bidirectional val_ppl", "on text not seen too", 1...1.2),
      .claim(
        "language model, bidirectional: that beside val_ppl",
        "it fails where the future is not known yet", 10...1e6),
      .claim(
        "language model, forward-only: that beside val_ppl", "a model of the past alone does not",
        0.999...1.001),
    ]
  }
}
