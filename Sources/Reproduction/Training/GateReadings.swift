import Gannet

/// The gates of an LSTM of one layer and one direction at each step of a text, `[T, N, H]` each,
/// recomputed from its weights and states.
package struct LSTMReading {
  package let input: Tensor
  package let forget: Tensor
  /// The input node, which the input gate scales, between -1 and 1.
  package let node: Tensor
  package let output: Tensor
  /// The hidden state after each step.
  package let states: Tensor
  /// The cell state after each step.
  package let cells: Tensor

  /// Computes the gates of `network` on `tokens`, `[T, N]`, from a zero state.
  package init(_ network: LSTM, _ tokens: IntTensor) {
    let (states, gates) = withoutGradients {
      let states = network(tokens).output
      let (inputs, carried) = network.shares(tokens, states)
      return (states, (inputs + carried).split(into: 4, along: 2))
    }
    self.states = states
    (input, forget, output) = (sigmoid(gates[0]), sigmoid(gates[1]), sigmoid(gates[3]))
    node = tanh(gates[2])
    var cell = Tensor(zeros: Shape(states.shape.dropFirst()))
    let news = input * node
    cells = stack(
      zip(forget.unstacked(), news.unstacked()).map { forget, new in
        cell = forget * cell + new
        return cell
      })
  }
}

/// The gates of a GRU whose reset gate acts after the product, as in PyTorch's layer.
package struct GRUReading {
  package let reset: Tensor
  package let update: Tensor
  /// The candidate state, between -1 and 1.
  package let candidate: Tensor
  package let states: Tensor

  /// Computes the gates of `network` on `tokens`, `[T, N]`, from a zero state.
  package init(_ network: GRU, _ tokens: IntTensor) {
    let (states, inputs, carried) = withoutGradients {
      let states = network(tokens).output
      let (inputs, carried) = network.shares(tokens, states)
      return (states, inputs.split(into: 3, along: 2), carried.split(into: 3, along: 2))
    }
    self.states = states
    (reset, update) = (sigmoid(inputs[0] + carried[0]), sigmoid(inputs[1] + carried[1]))
    candidate = tanh(inputs[2] + reset * carried[2])
  }
}

extension RecurrentNetwork {
  /// The contributions of the tokens and of the previous states to the gates, `[T, N, G · H]`.
  fileprivate func shares(
    _ tokens: IntTensor, _ states: Tensor
  ) -> (inputs: Tensor, carried: Tensor) {
    guard weights.count == 1, weights[0].count == 1, !isBatchFirst else {
      fatalError("a reading of gates: one layer, one direction and steps first are expected")
    }
    let layer = weights[0][0]
    let before = concatenate([Tensor(zeros: states[0..<1].shape), states[0..<states.shape[0] - 1]])
    return (
      linear(
        Tensor(oneHot: tokens, classCount: inputSize), weight: layer.inputWeight.value,
        bias: layer.inputBias?.value),
      linear(before, weight: layer.stateWeight.value, bias: layer.stateBias?.value)
    )
  }
}
