import GannetTensor

/// The base class of ``RNN``, ``LSTM`` and ``GRU``: stacked recurrent layers, each of which is one
/// step of the tape over all time steps.
///
/// Parameters have PyTorch's names (`weight_ih_l0`, `bias_hh_l1_reverse`) and layouts. By default,
/// they are initialized uniformly between -1/√H and 1/√H, as in PyTorch.
///
/// Shapes, with batch size N, T steps, I features, H units, L layers and D directions:
///
/// | | | | --- | --- | | features | `[T, N, I]`, or `[N, T, I]` if batch-first | | tokens | `[T,
/// N]` or `[N, T]`: indices of one-hot vectors of size I, which are not stored | | output | `[T, N,
/// D · H]` or `[N, T, D · H]`: the last layer's states, forward and reverse concatenated | | state
/// | `[L · D, N, H]`: for each layer the forward direction, then the reverse one | | lengths |
/// `[N]` |
public class RecurrentNetwork<State>: Module, CustomReflectable {
  /// The input size I.
  public let inputSize: Int
  /// The number of units H of each layer and direction.
  public let hiddenSize: Int
  /// Whether each layer has a reverse direction.
  public let isBidirectional: Bool
  /// Whether input and output are `[N, T, ...]` instead of `[T, N, ...]`.
  public let isBatchFirst: Bool
  /// The weights by layer and direction.
  public let weights: [[RecurrentParameters]]
  /// The dropout between layers; nil for none.
  public let dropout: Dropout?

  private let kind: RecurrentKind
  private let form: RecurrentStateForm<State>

  init(
    _ kind: RecurrentKind, _ form: RecurrentStateForm<State>, _ inputSize: Int, _ hiddenSize: Int,
    _ options: RecurrentOptions
  ) {
    guard inputSize > 0, hiddenSize > 0, options.layers > 0 else {
      fail("\(kind.name): \(options.layers) layers of \(hiddenSize) units on \(inputSize) features")
    }
    self.kind = kind
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
          kind, inputSize: layer == 0 ? inputSize : directions * hiddenSize, hiddenSize: hiddenSize,
          hasBias: options.hasBias, options.weightInitializer, options.biasInitializer)
      }
    }
  }

  /// The parameters with PyTorch's names and order.
  public var customMirror: Mirror {
    let suffixes = ["", "_reverse"]
    var children = weights.enumerated().flatMap { layer, directions in
      zip(directions, suffixes).flatMap { $0.named("_l\(layer)\($1)") }
    }
    if let dropout { children.append((label: "dropout", value: dropout)) }
    return Mirror(
      self, children: children, displayStyle: .class, ancestorRepresentation: .suppressed)
  }

  /// Runs the network over `x`; returns the last layer's states at all steps, and the final state.
  ///
  /// - Parameters:
  ///   - x: The features; see the table above.
  ///   - state: The initial state; zeros by default.
  ///   - lengths: The number of steps of each sequence, `[N]`; T by default. After a sequence's
  ///     end, the output is 0 and the state is kept; the reverse direction begins at its last step.
  ///   - truncation: The truncation of gradients through time; none by default.
  public func callAsFunction(
    _ x: Tensor, state: State? = nil, lengths: IntTensor? = nil, truncation: Truncation? = nil
  ) -> (output: Tensor, state: State) {
    guard x.rank == 3, x.shape[2] == inputSize else {
      failShape(kind.name, x.shape, expected: expectedShape(["\(inputSize)"]))
    }
    return run(.features(isBatchFirst ? x.transposed(0, 1) : x), state, lengths, truncation)
  }

  /// Runs the network over tokens, indices of one-hot vectors; stops at a token out of range.
  public func callAsFunction(
    _ tokens: IntTensor, state: State? = nil, lengths: IntTensor? = nil,
    truncation: Truncation? = nil
  ) -> (output: Tensor, state: State) {
    guard tokens.shape.rank == 2 else {
      failShape(kind.name, tokens.shape, expected: expectedShape([]))
    }
    return run(.tokens(isBatchFirst ? tokens.transposed() : tokens), state, lengths, truncation)
  }

  /// Runs the network over the vectors that `embedding` has for tokens; its vectors have the network's
  /// input size.
  ///
  /// Where the embedding has no more tokens than the sequences together, it is multiplied with the
  /// weights once, instead of each sequence's vectors.
  public func callAsFunction(
    _ tokens: IntTensor, in embedding: Embedding, state: State? = nil, lengths: IntTensor? = nil,
    truncation: Truncation? = nil
  ) -> (output: Tensor, state: State) {
    let vectors = embedding.weight.value
    guard tokens.shape.rank == 2, vectors.shape[1] == inputSize, embedding.paddingIndex == nil,
      vectors.shape[0] <= tokens.count
    else {
      return self(embedding(tokens), state: state, lengths: lengths, truncation: truncation)
    }
    return run(
      .tokens(isBatchFirst ? tokens.transposed() : tokens), state, lengths, truncation,
      columns: ColumnShares(vectors: vectors))
  }

  /// Runs the network over the vectors that `embedding` has for tokens, each with `context` behind it,
  /// `[N, C]`, the same at all steps; both together have the network's input size.
  ///
  /// Over several steps, the context is multiplied with the weights once; so is the embedding where
  /// it has no more tokens than the sequences together.
  public func callAsFunction(
    _ tokens: IntTensor, in embedding: Embedding, beside context: Tensor, state: State? = nil,
    lengths: IntTensor? = nil, truncation: Truncation? = nil
  ) -> (output: Tensor, state: State) {
    let vectors = embedding.weight.value
    let (size, axis) = (vectors.shape[1], isBatchFirst ? 1 : 0)
    guard tokens.shape.rank == 2, context.rank == 2, size + context.shape[1] == inputSize,
      context.shape[0] == tokens.shape[1 - axis], tokens.shape[axis] > 1, !isBidirectional
    else {
      let repeated = context.unsqueezed(at: axis).expanded(
        to: Shape(Array(tokens.shape) + [context.shape[1]]))
      return self(
        concatenate([embedding(tokens), repeated], along: 2), state: state, lengths: lengths,
        truncation: truncation)
    }
    let ordered = isBatchFirst ? tokens.transposed() : tokens
    let isTable = embedding.paddingIndex == nil && vectors.shape[0] <= tokens.count
    return run(
      isTable ? .tokens(ordered) : .features(embedding(ordered)), state, lengths, truncation,
      columns: ColumnShares(vectors: isTable ? vectors : nil, context: context))
  }

  private func expectedShape(_ features: [String]) -> String {
    "[" + ((isBatchFirst ? ["N", "T"] : ["T", "N"]) + features).joined(separator: ", ") + "]"
  }

  private func run(
    _ input: RecurrentInput, _ state: State?, _ lengths: IntTensor?, _ truncation: Truncation?,
    columns: ColumnShares? = nil
  ) -> (output: Tensor, state: State) {
    let directions = isBidirectional ? 2 : 1
    let stateCount = weights.count * directions
    let parts = state.map(form.parts)
    if let shape = parts?.hidden.shape, shape.rank != 3 || shape[0] != stateCount {
      failShape(kind.name, shape, expected: "a state [\(stateCount), N, \(hiddenSize)]")
    }
    let factors = truncation?.factors(steps: input.steps)
    var results: [RecurrentResult] = []
    for (layer, parameters) in weights.enumerated() {
      let shares = layer == 0 ? columns ?? ColumnShares() : ColumnShares()
      let own = parameters.map { shares.applied(to: $0.values) }
      let below = results.last.map { .features(dropout?($0.output) ?? $0.output) } ?? input
      let states = layer * directions..<(layer + 1) * directions
      results.append(
        recurrent(
          kind, below, weights: own.map(\.weights), state: parts?.hidden.sliced(states, along: 0),
          cellState: parts?.cell?.sliced(states, along: 0), lengths: lengths,
          carryFactors: factors, constantShare: own[0].constant))
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

/// Options of a recurrent network.
struct RecurrentOptions {
  var layers = 1
  var hasBias = true
  var dropout: Float = 0
  var isBidirectional = false
  var isBatchFirst = false
  var weightInitializer: Initializer?
  var biasInitializer: Initializer?
}
