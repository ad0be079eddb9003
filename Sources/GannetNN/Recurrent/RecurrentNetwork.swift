import GannetTensor

/// What ``RNN``, ``LSTM`` and ``GRU`` have in common: layers of a recurrence, one above the other, that
/// each run over all steps as one step of the tape.
///
/// Parameters have PyTorch's names (`weight_ih_l0`, `bias_hh_l1_reverse`) and layouts, and start
/// uniform between -1/√H and 1/√H, as in PyTorch, unless initializers are given.
///
/// Shapes, by the sizes N of the batch, T steps, I features, H units, L layers and D directions:
///
/// | | |
/// | --- | --- |
/// | features | `[T, N, I]`, or `[N, T, I]` where batches come first |
/// | tokens | `[T, N]` or `[N, T]`; each stands for a one-hot vector of size I, which is never made |
/// | output | `[T, N, D · H]` or `[N, T, D · H]`: the last layer's states, forward and reverse side by side |
/// | state | `[L · D, N, H]`: for each layer the forward direction, then the reverse one |
/// | lengths | `[N]` |
public class RecurrentNetwork<State>: Module, CustomReflectable {
  /// The size I of the input.
  public let inputSize: Int
  /// The number H of units of each layer and direction.
  public let hiddenSize: Int
  /// Whether a second recurrence runs from the end of each sequence to its beginning.
  public let isBidirectional: Bool
  /// Whether input and output are `[N, T, ...]` and not `[T, N, ...]`.
  public let isBatchFirst: Bool
  /// The weights by layer, and of each layer by direction.
  public let weights: [[RecurrentParameters]]
  /// What is dropped between layers while training; nil for nothing.
  public let dropout: Dropout?

  private let cell: RecurrentCell
  private let form: RecurrentStateForm<State>

  init(
    _ cell: RecurrentCell, _ form: RecurrentStateForm<State>, _ inputSize: Int, _ hiddenSize: Int,
    _ options: RecurrentOptions
  ) {
    guard inputSize > 0, hiddenSize > 0, options.layers > 0 else {
      fail("\(cell.name): \(options.layers) layers of \(hiddenSize) units on \(inputSize) features")
    }
    self.cell = cell
    self.form = form
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    isBidirectional = options.isBidirectional
    isBatchFirst = options.isBatchFirst
    dropout = options.dropout > 0 ? Dropout(options.dropout) : nil
    let directions = options.isBidirectional ? 2 : 1
    weights = (0..<options.layers).map { layer in
      (0..<directions).map { _ in
        RecurrentParameters(
          cell, inputSize: layer == 0 ? inputSize : directions * hiddenSize, hiddenSize: hiddenSize,
          hasBias: options.hasBias, options.weightInitializer, options.biasInitializer)
      }
    }
  }

  /// The parameters under PyTorch's names, in its order.
  public var customMirror: Mirror {
    let suffixes = ["", "_reverse"]
    var children = weights.enumerated().flatMap { layer, directions in
      zip(directions, suffixes).flatMap { $0.named("_l\(layer)\($1)") }
    }
    if let dropout { children.append((label: "dropout", value: dropout)) }
    return Mirror(
      self, children: children, displayStyle: .class, ancestorRepresentation: .suppressed)
  }

  /// The states after each step of `x`, and the last.
  ///
  /// - Parameters:
  ///   - x: The features; see the table above.
  ///   - state: Where the recurrence begins; zeros where nil.
  ///   - lengths: How many steps of each sequence count, `[N]`; all where nil. Beyond, the output is 0
  ///     and the state stays; the reverse direction begins at a sequence's last step.
  ///   - truncation: Where gradients through time are cut; nowhere where nil.
  public func callAsFunction(
    _ x: Tensor, state: State? = nil, lengths: IntTensor? = nil, truncation: Truncation? = nil
  ) -> (output: Tensor, state: State) {
    guard x.rank == 3, x.shape[2] == inputSize else {
      failShape(cell.name, x.shape, expected: expectedShape(["\(inputSize)"]))
    }
    return run(.features(isBatchFirst ? x.transposed(0, 1) : x), state, lengths, truncation)
  }

  /// The same for tokens, which stand for one-hot vectors; stops at a token that has none.
  public func callAsFunction(
    _ tokens: IntTensor, state: State? = nil, lengths: IntTensor? = nil,
    truncation: Truncation? = nil
  ) -> (output: Tensor, state: State) {
    guard tokens.shape.rank == 2 else {
      failShape(cell.name, tokens.shape, expected: expectedShape([]))
    }
    return run(.tokens(isBatchFirst ? tokens.transposed() : tokens), state, lengths, truncation)
  }

  private func expectedShape(_ features: [String]) -> String {
    "[" + ((isBatchFirst ? ["N", "T"] : ["T", "N"]) + features).joined(separator: ", ") + "]"
  }

  private func run(
    _ input: RecurrentInput, _ state: State?, _ lengths: IntTensor?, _ truncation: Truncation?
  ) -> (output: Tensor, state: State) {
    let directions = isBidirectional ? 2 : 1
    let stateCount = weights.count * directions
    let parts = state.map(form.parts)
    if let shape = parts?.hidden.shape, shape.rank != 3 || shape[0] != stateCount {
      failShape(cell.name, shape, expected: "a state [\(stateCount), N, \(hiddenSize)]")
    }
    let factors = truncation?.factors(steps: input.steps)
    var results: [RecurrentResult] = []
    for (layer, parameters) in weights.enumerated() {
      let below = results.last.map { .features(dropout?($0.output) ?? $0.output) } ?? input
      let own = layer * directions..<(layer + 1) * directions
      results.append(
        recurrent(
          cell, below, weights: parameters.map(\.values),
          state: parts?.hidden.sliced(own, along: 0), cellState: parts?.cell?.sliced(own, along: 0),
          lengths: lengths, carryFactors: factors))
    }
    let output = results.last!.output
    let cells = results.compactMap(\.cell)
    return (
      isBatchFirst ? output.transposed(0, 1) : output,
      form.state(joined(results.map(\.state))!, joined(cells))
    )
  }

  private func joined(_ states: [Tensor]) -> Tensor? {
    states.count > 1 ? concatenate(states, along: 0) : states.first
  }
}

/// How a recurrent network is built.
struct RecurrentOptions {
  var layers = 1
  var hasBias = true
  var dropout: Float = 0
  var isBidirectional = false
  var isBatchFirst = false
  var weightInitializer: Initializer?
  var biasInitializer: Initializer?
}
