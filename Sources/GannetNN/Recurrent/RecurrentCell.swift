import GannetTensor

/// The base class of ``RNNCell``, ``LSTMCell`` and ``GRUCell``: one step of a recurrent network,
/// for custom loops.
///
///     let cell = LSTMCell(64, 128)
///     var state: LSTMState?
///     for x in sequence { state = cell(x, state: state) }  // x: [N, 64], state: [N, 128] twice
///
/// Parameters have PyTorch's names (`weight_ih`, `bias_hh`) and are initialized as those of the
/// layers. If all inputs are known in advance, ``RNN``, ``LSTM`` and ``GRU`` are faster.
public class RecurrentCell<State>: Module, CustomReflectable {
  /// The input size I.
  public let inputSize: Int
  /// The number of units H.
  public let hiddenSize: Int
  /// The weights.
  public let weights: RecurrentParameters

  private let kind: RecurrentKind
  private let form: RecurrentStateForm<State>

  init(
    _ kind: RecurrentKind, _ form: RecurrentStateForm<State>, _ inputSize: Int, _ hiddenSize: Int,
    hasBias: Bool, _ weightInitializer: Initializer?, _ biasInitializer: Initializer?
  ) {
    self.kind = kind
    self.form = form
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    weights = RecurrentParameters(
      kind, inputSize: inputSize, hiddenSize: hiddenSize, hasBias: hasBias, weightInitializer,
      biasInitializer)
  }

  /// The parameters with PyTorch's names and order.
  public var customMirror: Mirror {
    Mirror(
      self, children: weights.named(), displayStyle: .class, ancestorRepresentation: .suppressed)
  }

  /// Computes the next state, `[N, H]`, from the input `x`, `[N, I]`.
  ///
  /// - Parameters:
  ///   - x: The input of this step, `[N, I]`.
  ///   - state: The previous state, `[N, H]`; zeros by default.
  public func callAsFunction(_ x: Tensor, state: State? = nil) -> State {
    guard x.rank == 2 else { failShape(kind.name, x.shape, expected: "[N, \(inputSize)]") }
    return step(.features(x.unsqueezed(at: 0)), state)
  }

  /// Computes the next state from tokens, `[N]`, indices of one-hot vectors of size I.
  public func callAsFunction(_ tokens: IntTensor, state: State? = nil) -> State {
    guard tokens.shape.rank == 1 else {
      failShape(kind.name, tokens.shape, expected: "[N]")
    }
    return step(.tokens(tokens.reshaped(to: [1, tokens.count])), state)
  }

  private func step(_ input: RecurrentInput, _ state: State?) -> State {
    let parts = state.map(form.parts)
    let result = recurrent(
      kind, input, weights: [weights.values], state: parts?.hidden.unsqueezed(at: 0),
      cellState: parts?.cell?.unsqueezed(at: 0))
    return form.state(result.state.squeezed(at: 0), result.cell?.squeezed(at: 0))
  }
}

/// One step of an ``RNN``.
public final class RNNCell: RecurrentCell<Tensor> {
  /// Makes a cell of `hiddenSize` units on `inputSize` features.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, nonlinearity: RNN.Nonlinearity = .tanh,
    hasBias: Bool = true, weightInitializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    super.init(
      nonlinearity.kind, .tensor, inputSize, hiddenSize, hasBias: hasBias, weightInitializer,
      biasInitializer)
  }
}

/// One step of an ``LSTM``.
public final class LSTMCell: RecurrentCell<LSTMState> {
  /// Makes a cell of `hiddenSize` units on `inputSize` features.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, hasBias: Bool = true,
    weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    super.init(
      .lstm, .lstm, inputSize, hiddenSize, hasBias: hasBias, weightInitializer, biasInitializer)
  }
}

/// One step of a ``GRU``.
public final class GRUCell: RecurrentCell<Tensor> {
  /// A cell of `hiddenSize` units on `inputSize` features; with `resetBeforeProduct` the book's.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, resetBeforeProduct: Bool = false, hasBias: Bool = true,
    weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    super.init(
      resetBeforeProduct ? .gruResetBeforeProduct : .gru, .tensor, inputSize, hiddenSize,
      hasBias: hasBias,
      weightInitializer, biasInitializer)
  }
}
