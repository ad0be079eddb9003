import CGannetKernels

/// The input of a recurrent layer.
package enum RecurrentInput {
  /// `[T, N, I]`.
  case features(Tensor)
  /// `[T, N]`: indices of one-hot vectors of size I.
  case tokens(IntTensor)

  var sizes: Shape {
    switch self {
    case .features(let x): x.shape
    case .tokens(let tokens): tokens.shape
    }
  }

  var node: Node? {
    if case .features(let x) = self { x.node } else { nil }
  }

  /// The number T of steps.
  package var steps: Int { sizes.first ?? 0 }
}

/// The weights of one direction of a recurrent layer, in PyTorch's layout.
package struct RecurrentWeights {
  /// `[gates · H, I]`.
  package var input: Tensor
  /// `[gates · H, H]`.
  package var state: Tensor
  /// `[gates · H]`; both or none of the biases.
  package var inputBias: Tensor?
  package var stateBias: Tensor?

  package init(input: Tensor, state: Tensor, inputBias: Tensor?, stateBias: Tensor?) {
    self.input = input
    self.state = state
    self.inputBias = inputBias
    self.stateBias = stateBias
  }

  var nodes: [Node?] { [input.node, state.node, inputBias?.node, stateBias?.node] }

  /// The detached, row-major weights.
  var plain: RecurrentWeights {
    RecurrentWeights(
      input: input.detached().contiguous(), state: state.detached().contiguous(),
      inputBias: inputBias?.detached().contiguous(), stateBias: stateBias?.detached().contiguous())
  }
}

/// The result of a recurrent layer; D is the number of directions.
package struct RecurrentResult {
  /// The state after each step, `[T, N, D · H]`; zeros after a sequence's end.
  package let output: Tensor
  /// The state after each sequence's last step, `[D, N, H]`.
  package let state: Tensor
  /// The cell state of an LSTM, likewise; nil for others.
  package let cell: Tensor?
}

/// Runs a recurrent layer over all time steps, as one step of the tape.
///
/// The products with the input are one matrix product over all steps; each step adds its product
/// with the state. In the backward pass, each weight's gradient is one product over all steps.
///
/// - Parameters:
///   - weights: The weights of the forward direction, followed by the reverse one's, if any.
///   - state: The initial state, `[D, N, H]`; zeros if nil.
///   - cellState: The initial cell state of an LSTM, likewise.
///   - lengths: The number of steps of each sequence, `[N]`; T if nil. The reverse direction begins
///     at a sequence's last step.
///   - carryFactors: Factors of the gradient from step i, in the direction's order, to the step
///     before; 1 if nil.
///   - constantShare: The product with an input that is the same at all steps, `[N, gates · H]`, in a
///     layer of one direction; none if nil.
package func recurrent(
  _ kind: RecurrentKind, _ input: RecurrentInput, weights: [RecurrentWeights],
  state: Tensor? = nil, cellState: Tensor? = nil, lengths: IntTensor? = nil,
  carryFactors: [Float]? = nil, constantShare: Tensor? = nil
) -> RecurrentResult {
  if let trace = Trace.current {
    let results = trace.record(
      RecurrentOperation(kind: kind),
      RecurrentOperation.inputs(
        input, weights, state: state, cellState: cellState, lengths: lengths,
        constantShare: constantShare)
    ).map(\.tensor)
    return RecurrentResult(
      output: results[0], state: results[1], cell: results.count > 2 ? results[2] : nil)
  }
  let layer = RecurrentComputation(
    kind, input, weights, state: state, cellState: cellState, lengths: lengths,
    carryFactors: carryFactors, constantShare: constantShare)
  let inputs =
    [input.node, state?.node, cellState?.node] + weights.flatMap(\.nodes)
    + [constantShare?.node]
  let isRecorded = Recording.isOn && inputs.contains { $0 != nil }
  let activations = layer.forward(saving: isRecorded)
  var results = [
    layer.output(of: activations),
    layer.last(of: activations.states).replacingEmpty(lengths, with: state),
  ]
  if layer.equations.hasCell {
    results.append(layer.lastCells(of: activations).replacingEmpty(lengths, with: cellState))
  }
  let wanted = inputs.map { $0 != nil }
  let recordedResults = recorded(
    layer.equations.name, results: results, inputs,
    products: layer.products(differentiatingInput: input.node != nil)
  ) { gradients, nodes in
    layer.backward(
      activations, output: gradients[0], state: gradients[1],
      cell: gradients.count > 2 ? gradients[2] : nil, wanted: wanted, of: nodes)
  }
  return RecurrentResult(
    output: recordedResults[0], state: recordedResults[1],
    cell: recordedResults.count > 2 ? recordedResults[2] : nil)
}

/// Sizes and detached tensors of a recurrent layer, for both passes.
struct RecurrentComputation {
  let equations: any RecurrentEquations
  /// The input, zeros after a sequence's end.
  private(set) var input: RecurrentInput
  let weights: [RecurrentWeights]
  /// Zeros where a sequence has no steps.
  private(set) var initialState: Tensor?
  private(set) var initialCell: Tensor?
  let lengths: IntTensor?
  let carryFactors: [Float]?
  /// `[N, gates · H]`.
  let constantShare: Tensor?
  let steps: Int
  let batch: Int
  let features: Int
  let units: Int
  /// A row of zeros.
  let zeros: Tensor

  var directions: Int { weights.count }
  /// The size of all gates of an example.
  var gateSize: Int { equations.gateCount * units }
  /// The number of floats that a step computes for an example besides the state.
  var partSize: Int { max(1, equations.partCount) * units }

  init(
    _ kind: RecurrentKind, _ input: RecurrentInput, _ weights: [RecurrentWeights], state: Tensor?,
    cellState: Tensor?, lengths: IntTensor?, carryFactors: [Float]?, constantShare: Tensor?
  ) {
    equations = kind.equations
    self.weights = weights.map(\.plain)
    initialState = state?.detached().contiguous()
    initialCell = cellState?.detached().contiguous()
    self.lengths = lengths
    self.carryFactors = carryFactors
    self.constantShare = constantShare?.detached().contiguous()
    units = weights[0].state.shape[1]
    features = weights[0].input.shape[1]
    zeros = Tensor(zeros: [units])
    let sizes = input.sizes
    (steps, batch) = sizes.rank < 2 ? (0, 0) : (sizes[0], sizes[1])
    if case .features(let x) = input {
      self.input = .features(x.detached().contiguous())
    } else {
      self.input = input
    }
    check(sizes)
    if let lengths { self.input = self.input.cleared(beyond: lengths) }
    initialState = initialState?.replacingEmpty(lengths)
    initialCell = initialCell?.replacingEmpty(lengths)
    if case .tokens(let tokens) = self.input {
      tokens.checkIndices(equations.name, below: features)
    }
  }

  /// The multiply-adds of all steps; tokens have no product with the input's weights.
  func products(differentiatingInput: Bool) -> TapeProfile.Products {
    let gates = steps * batch * directions * gateSize
    let ofState = gates * units
    let ofInput = if case .features = input { gates * features } else { 0 }
    return TapeProfile.Products(
      forward: ofState + ofInput, backward: 2 * ofState + (differentiatingInput ? 2 : 1) * ofInput)
  }

  /// The time of step `index` of a direction.
  func time(_ index: Int, _ direction: Int) -> Int {
    direction == 0 ? index : steps - 1 - index
  }

  /// Calls `body` with each direction and ranges of the batch, on the pool's threads. Parts are
  /// independent, and their number depends on the sizes alone.
  func forEachPart(_ body: (_ direction: Int, _ rows: Range<Int>) -> Void) {
    let size = min(32, max(16, batch * directions / 2))
    let parts = (batch + size - 1) / size
    BLAS.withOneThread {
      ThreadPool.shared.forEach(chunks: parts * directions) { index in
        let first = index / directions * size
        body(index % directions, first..<min(first + size, batch))
      }
    }
  }

  /// Calls `body` with the lengths of the sequences, or nil.
  func withLengths(_ body: (UnsafePointer<Int32>?) -> Void) {
    guard let lengths else { return body(nil) }
    lengths.scalars.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  /// The rows of `tensor`, `[D, N, H]`, for a direction, the same for all steps; zeros if it is
  /// nil.
  func rows(of tensor: Tensor?, _ direction: Int) -> StepRows {
    guard let tensor else { return StepRows(start: zeros.pointer, rowStride: 0, stepStride: 0) }
    return StepRows(
      start: tensor.pointer + direction * batch * units, rowStride: units, stepStride: 0)
  }
}

/// Rows of floats by step and example.
struct StepRows {
  let start: UnsafeMutablePointer<Float>
  let rowStride: Int
  let stepStride: Int

  init(start: UnsafeMutablePointer<Float>, rowStride: Int, stepStride: Int) {
    self.start = start
    self.rowStride = rowStride
    self.stepStride = stepStride
  }

  /// Makes the rows of `tensor`, `[T, N, size]`, from `column` on; with `[1, N, size]`, all steps
  /// share them.
  init(_ tensor: Tensor, column: Int = 0) {
    let rowStride = tensor.shape[2]
    self.init(
      start: tensor.pointer + column, rowStride: rowStride,
      stepStride: tensor.shape[0] == 1 ? 0 : tensor.shape[1] * rowStride)
  }

  func at(_ time: Int, _ row: Int) -> gannet_matrix {
    gannet_matrix(start: start + time * stepStride + row * rowStride, ld: rowStride)
  }
}

extension gannet_matrix {
  /// The submatrix of the columns from `column` on.
  func from(_ column: Int) -> gannet_matrix { gannet_matrix(start: start + column, ld: ld) }

  var operand: BLAS.Operand { BLAS.Operand(start, stride: ld) }
}

// MARK: Checks

extension RecurrentComputation {
  private func check(_ sizes: Shape) {
    switch input {
    case .features:
      guard sizes.rank == 3, steps > 0, sizes[2] == features else {
        failShape(equations.name, sizes, expected: "[T, N, \(features)] with T above 0")
      }
    case .tokens:
      guard sizes.rank == 2, steps > 0 else {
        failShape(equations.name, sizes, expected: "[T, N] with T above 0")
      }
    }
    let wanted: Shape = [directions, batch, units]
    for initial in [initialState, initialCell] {
      if let initial, initial.shape != wanted {
        fail("\(equations.name): a state of shape \(initial.shape), expected \(wanted)")
      }
    }
    if let constantShare, directions > 1 || constantShare.shape != [batch, gateSize] {
      failShape(equations.name, constantShare.shape, expected: "[N, \(gateSize)], one direction")
    }
    guard let lengths else { return }
    guard lengths.shape == [batch] else {
      fail("\(equations.name): lengths of shape \(lengths.shape), expected \([batch] as Shape)")
    }
    if let bad = lengths.scalars.first(where: { $0 < 0 || $0 > steps }) {
      fail("\(equations.name): a sequence of length \(bad) in \(steps) steps")
    }
  }
}
