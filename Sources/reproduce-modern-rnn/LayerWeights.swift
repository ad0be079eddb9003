import Gannet

extension RecurrentParameters {
  /// Makes gate number `gate`, in the layer's order, σ(`score`) whatever the state is: beyond ±100 that is 1,
  /// or nothing that could be added to a float.
  ///
  /// - Parameter tokenScores: What each token adds to the score, `[I]`. Default: nothing.
  func force(gate: Int, score: Float, tokenScores: Tensor = Tensor(0)) {
    let rows = rows(of: gate)
    withoutGradients {
      inputWeight.value[rows] = tokenScores
      stateWeight.value[rows] = Tensor(0)
      inputBias!.value[rows] = Tensor(score)
      stateBias!.value[rows] = Tensor(0)
    }
  }

  /// Takes over the weights of `other`, or only those of its gate number `gate`.
  func copy(_ other: RecurrentParameters, gate: Int? = nil) {
    for (mine, its) in zip(all, other.all) {
      let value = its.value.detached()
      mine.value = gate.map { value[other.rows(of: $0)] } ?? value
    }
  }

  /// Takes over the weights of gates by hand, which must be in the layer's order.
  func copy(_ gates: [AffineByHand]) {
    func joined(_ part: (AffineByHand) -> Parameter) -> Tensor {
      concatenate(gates.map { part($0).value.detached() }, along: -1)
    }
    inputWeight.value = joined(\.inputWeight).transposed()
    stateWeight.value = joined(\.stateWeight).transposed()
    inputBias!.value = joined(\.bias)
    stateBias!.value = Tensor(zeros: stateBias!.shape)
  }

  private func rows(of gate: Int) -> Range<Int> {
    let units = stateWeight.shape[1]
    return gate * units..<(gate + 1) * units
  }

  private var all: [Parameter] { [inputWeight, stateWeight, inputBias!, stateBias!] }
}
