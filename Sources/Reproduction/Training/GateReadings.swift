import Gannet

/// What the gates of an LSTM of one layer and one direction did at each step of a text, `[T, N, H]`
/// each: computed anew from its weights and from the states that it gives.
package struct LSTMReading {
  package let input: Tensor
  package let forget: Tensor
  /// What the input gate lets into the cell, between -1 and 1.
  package let node: Tensor
  package let output: Tensor
  /// The short-term memory after each step.
  package let states: Tensor
  /// The long-term memory after each step.
  package let cells: Tensor

  /// The gates while `network` reads `tokens`, `[T, N]`, from zeros.
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

/// The same of a GRU whose reset gate acts behind the product, as in PyTorch's layer.
package struct GRUReading {
  package let reset: Tensor
  package let update: Tensor
  /// What the state moves towards, between -1 and 1.
  package let candidate: Tensor
  package let states: Tensor

  /// The gates while `network` reads `tokens`, `[T, N]`, from zeros.
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
  /// What the tokens and what the states before them put into the gates, `[T, N, G · H]`.
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
