import GannetTensor

/// The weights of one direction of a recurrent layer, or of a cell, with the rows of G gates of H
/// units in PyTorch's order (i, f, g, o of an LSTM; r, z, n of a GRU).
public struct RecurrentParameters {
  /// `[G · H, in]`.
  public let inputWeight: Parameter
  /// `[G · H, H]`.
  public let stateWeight: Parameter
  /// `[G · H]`, or nil where the layer has no biases.
  public let inputBias: Parameter?
  /// `[G · H]`, or nil where the layer has no biases.
  public let stateBias: Parameter?

  init(
    _ kind: RecurrentKind, inputSize: Int, hiddenSize: Int, hasBias: Bool,
    _ weightInitializer: Initializer?, _ biasInitializer: Initializer?
  ) {
    let rows = kind.gateCount * hiddenSize
    // PyTorch initializes all of them by the number of units.
    let fans = Initializer.Fans([rows, hiddenSize])
    func draw(_ shape: Shape, _ initializer: Initializer?) -> Parameter {
      Parameter(initializer.map { $0(shape) } ?? Initializer.fanInUniform(shape, fans: fans))
    }
    inputWeight = draw([rows, inputSize], weightInitializer)
    stateWeight = draw([rows, hiddenSize], weightInitializer)
    inputBias = hasBias ? draw([rows], biasInitializer) : nil
    stateBias = hasBias ? draw([rows], biasInitializer) : nil
  }

  var values: RecurrentWeights {
    RecurrentWeights(
      input: inputWeight.value, state: stateWeight.value, inputBias: inputBias?.value,
      stateBias: stateBias?.value)
  }

  /// The parameters with PyTorch's names, which end in `suffix`.
  func named(_ suffix: String = "") -> [Mirror.Child] {
    let all: [(String, Parameter?)] = [
      ("weight_ih", inputWeight), ("weight_hh", stateWeight), ("bias_ih", inputBias),
      ("bias_hh", stateBias),
    ]
    return all.compactMap { name, parameter in
      parameter.map { (label: name + suffix, value: $0) }
    }
  }
}
