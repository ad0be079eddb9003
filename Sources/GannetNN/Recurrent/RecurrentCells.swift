import GannetTensor

/// What ``RNNCell``, ``LSTMCell`` and ``GRUCell`` have in common: one step of a recurrence, for loops
/// written by hand.
///
///     let cell = LSTMCell(64, 128)
///     var state: LSTMState?
///     for x in sequence { state = cell(x, state: state) }  // x: [N, 64], state: [N, 128] twice
///
/// Parameters have PyTorch's names (`weight_ih`, `bias_hh`) and start as those of the layers do. Where
/// the inputs are known beforehand, ``RNN``, ``LSTM`` and ``GRU`` are faster.
public class RecurrentUnit<State>: Module, CustomReflectable {
  /// The size I of the input.
  public let inputSize: Int
  /// The number H of units.
  public let hiddenSize: Int
  /// The weights.
  public let weights: RecurrentParameters

  private let cell: RecurrentCell
  private let form: RecurrentStateForm<State>

  init(
    _ cell: RecurrentCell, _ form: RecurrentStateForm<State>, _ inputSize: Int, _ hiddenSize: Int,
    hasBias: Bool, _ weightInitializer: Initializer?, _ biasInitializer: Initializer?
  ) {
    self.cell = cell
    self.form = form
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    weights = RecurrentParameters(
      cell, inputSize: inputSize, hiddenSize: hiddenSize, hasBias: hasBias, weightInitializer,
      biasInitializer)
  }

  /// The parameters under PyTorch's names, in its order.
  public var customMirror: Mirror {
    Mirror(
      self, children: weights.named(), displayStyle: .class, ancestorRepresentation: .suppressed)
  }

  /// The state after `x`, `[N, I]`, `[N, H]`.
  ///
  /// - Parameter state: The one before, `[N, H]`; zeros where nil.
  public func callAsFunction(_ x: Tensor, state: State? = nil) -> State {
    guard x.rank == 2 else { failShape(cell.name, x.shape, expected: "[N, \(inputSize)]") }
    return step(.features(x.unsqueezed(at: 0)), state)
  }

  /// The same for tokens `[N]`, which stand for one-hot vectors of size I.
  public func callAsFunction(_ tokens: IntTensor, state: State? = nil) -> State {
    guard tokens.shape.rank == 1 else {
      failShape(cell.name, tokens.shape, expected: "[N]")
    }
    return step(.tokens(tokens.reshaped(to: [1, tokens.count])), state)
  }

  private func step(_ input: RecurrentInput, _ state: State?) -> State {
    let parts = state.map(form.parts)
    let result = recurrent(
      cell, input, weights: [weights.values], state: parts?.hidden.unsqueezed(at: 0),
      cellState: parts?.cell?.unsqueezed(at: 0))
    return form.state(result.state.squeezed(at: 0), result.cell?.squeezed(at: 0))
  }
}

/// One step of an ``RNN``.
public final class RNNCell: RecurrentUnit<Tensor> {
  /// A cell of `hiddenSize` units on `inputSize` features.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, nonlinearity: RNN.Nonlinearity = .tanh,
    hasBias: Bool = true, weightInitializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    super.init(
      nonlinearity.cell, .tensor, inputSize, hiddenSize, hasBias: hasBias, weightInitializer,
      biasInitializer)
  }
}

/// One step of an ``LSTM``.
public final class LSTMCell: RecurrentUnit<LSTMState> {
  /// A cell of `hiddenSize` units on `inputSize` features.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, hasBias: Bool = true,
    weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    super.init(
      .lstm, .lstm, inputSize, hiddenSize, hasBias: hasBias, weightInitializer, biasInitializer)
  }
}

/// One step of a ``GRU``.
public final class GRUCell: RecurrentUnit<Tensor> {
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
