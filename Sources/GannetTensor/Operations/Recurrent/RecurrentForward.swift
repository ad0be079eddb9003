import CGannetKernels

/// The activations saved in the forward pass.
struct RecurrentActivations {
  /// The state after each step, `[T, N, D · H]`, constant after a sequence's end.
  let states: Tensor
  /// The gates by direction, `[T, N, parts · H]`, or `[1, N, parts · H]` if nothing is saved.
  let gates: [Tensor]
  /// The LSTM's cells by direction, `[T, N, H]` or `[1, N, H]`.
  let cells: [Tensor]
}

extension RecurrentComputation {
  /// Runs all steps; with `saving`, keeps the activations for `backward`.
  func forward(saving: Bool) -> RecurrentActivations {
    let isGathered = if case .tokens = input { true } else { false }
    let gateSteps = saving || !isGathered ? steps : 1
    let activations = RecurrentActivations(
      states: Tensor(uninitialized: [steps, batch, directions * units]),
      gates: equations.partCount == 0
        ? [] : weights.map { _ in Tensor(uninitialized: [gateSteps, batch, partSize]) },
      cells: equations.hasCell
        ? weights.map { _ in Tensor(uninitialized: [saving ? steps : 1, batch, units]) } : [])
    let passes = weights.indices.map { RecurrentForwardPass(self, activations, $0) }
    withLengths { lengths in
      forEachPart { direction, rows in passes[direction].run(rows, lengths) }
    }
    return withExtendedLifetime((self, passes)) { activations }
  }

  /// The layer's output: the states, zeros after a sequence's end.
  func output(of activations: RecurrentActivations) -> Tensor {
    guard let lengths else { return activations.states }
    let result = Tensor(uninitialized: activations.states.shape)
    let (from, to, size) = (activations.states.pointer, result.pointer, directions * units)
    ThreadPool.shared.forEach(chunks: steps) { time in
      for row in 0..<batch {
        let place = (time * batch + row) * size
        if time < lengths.scalars[row] {
          (to + place).update(from: from + place, count: size)
        } else {
          (to + place).update(repeating: 0, count: size)
        }
      }
    }
    return result
  }

  /// The final state of each direction, `[D, N, H]`.
  func last(of states: Tensor) -> Tensor {
    let result = Tensor(uninitialized: [directions, batch, units])
    for direction in weights.indices {
      let rows = StepRows(states, column: direction * units).at(time(steps - 1, direction), 0)
      for row in 0..<batch {
        (result.pointer + (direction * batch + row) * units).update(
          from: rows.start + row * rows.ld, count: units)
      }
    }
    return result
  }

  /// The final cell state of an LSTM, `[D, N, H]`.
  func lastCells(of activations: RecurrentActivations) -> Tensor {
    let result = Tensor(uninitialized: [directions, batch, units])
    for (direction, cells) in activations.cells.enumerated() {
      let rows = StepRows(cells).at(time(steps - 1, direction), 0)
      (result.pointer + direction * batch * units).update(from: rows.start, count: batch * units)
    }
    return result
  }
}

/// The forward pass of one direction.
private struct RecurrentForwardPass {
  private let layer: RecurrentComputation
  private let direction: Int
  private let states: StepRows
  /// The target of the products: the gates, or the states themselves.
  private let parts: StepRows
  private let cells: StepRows?
  private let input: RecurrentInputShare
  private let products: StateProducts

  init(_ layer: RecurrentComputation, _ activations: RecurrentActivations, _ direction: Int) {
    self.layer = layer
    self.direction = direction
    states = StepRows(activations.states, column: direction * layer.units)
    parts = activations.gates.isEmpty ? states : StepRows(activations.gates[direction])
    cells = activations.cells.isEmpty ? nil : StepRows(activations.cells[direction])
    input = RecurrentInputShare(layer, direction, into: parts)
    products = StateProducts(layer, direction, isForward: true)
  }

  /// Runs all steps of a range of the batch, on this thread.
  func run(_ range: Range<Int>, _ lengths: UnsafePointer<Int32>?) {
    let first = range.lowerBound
    var before = layer.rows(of: layer.initialState, direction).at(0, first)
    var cellBefore: gannet_matrix? = layer.rows(of: layer.initialCell, direction).at(0, first)
    for index in 0..<layer.steps {
      let time = layer.time(index, direction)
      let step = gannet_step(
        rows: range.count, units: layer.units, lengths: lengths.map { $0 + first },
        step: Int32(time))
      let rows = RecurrentRows(
        parts: parts.at(time, first), before: before, state: states.at(time, first),
        cellBefore: cellBefore, cell: cells?.at(time, first))
      input.write(to: rows.parts, time, range, batch: layer.batch, features: layer.gateSize)
      let isZero = index == 0 && layer.initialState == nil
      if !isZero {
        for product in products.blocks {
          product.multiply(before, addingTo: rows.parts.from(product.column), count: range.count)
        }
      }
      layer.equations.forward(step, rows) {
        guard !isZero, let product = products.inner else { return }
        product.multiply(
          rows.parts.from(product.factorColumn), addingTo: rows.parts.from(product.column),
          count: range.count)
      }
      before = rows.state
      cellBefore = rows.cell
    }
  }
}
