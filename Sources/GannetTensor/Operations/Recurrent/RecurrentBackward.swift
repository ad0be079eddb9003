import CGannetKernels

extension RecurrentComputation {
  /// The gradients of the input, the initial state and cell, each direction's four weights, and the
  /// constant share, in this order; nil where none is needed. Those of the weights of `nodes`, in the
  /// same order, are added to the shares of earlier steps of the pass.
  func backward(
    _ activations: RecurrentActivations, output: Tensor?, state: Tensor?, cell: Tensor?,
    wanted: [Bool], of nodes: [Node?]
  ) -> [Tensor?] {
    let output = output?.contiguous()
    let carried = carry(from: state)
    let carriedCells = equations.hasCell ? carry(from: cell) : nil
    let laneCount = RecurrentWeightSums.laneCount(self)
    // The gates' gradients of all steps; of one step if each step uses them at once.
    let ofGates = weights.map { _ in
      Tensor(uninitialized: [laneCount > 0 ? 1 : steps, batch, partSize])
    }
    let ofInput = wanted[0] ? Tensor(uninitialized: [steps, batch, features]) : nil
    let passes = weights.indices.map {
      RecurrentBackwardPass(
        self, activations, $0, output: output, carried: carried, carriedCells: carriedCells,
        ofGates: ofGates[$0], ofInput: laneCount > 0 ? ofInput : nil, needsInitial: wanted[1])
    }
    var gradients = [ofInput, carried, carriedCells]
    if laneCount > 0 {
      gradients += inLanes(laneCount, passes[0])
    } else {
      withLengths { lengths in
        forEachPart { direction, rows in passes[direction].run(rows, lengths) }
      }
      if let ofInput { addInputGradient(ofGates, to: ofInput) }
      for direction in weights.indices {
        let places = (3 + 4 * direction)..<(7 + 4 * direction)
        gradients += weightGradients(
          direction, activations, ofGates[direction], wanted: Array(wanted[places]),
          of: Array(nodes[places]))
      }
    }
    gradients.append(wanted.last == true ? constantGradient(ofGates[0]) : nil)
    return withExtendedLifetime((self, passes, activations, output, ofGates)) { gradients }
  }

  /// Runs a direction's steps in lanes that accumulate the weights' gradients.
  private func inLanes(_ count: Int, _ pass: RecurrentBackwardPass) -> [Tensor?] {
    var vocabulary: RecurrentVocabulary?
    if case .tokens(let tokens) = input { vocabulary = RecurrentVocabulary(tokens, size: features) }
    let lanes = (0..<count).map { _ in RecurrentWeightSums(self, vocabulary) }
    withLengths { lengths in
      BLAS.withOneThread {
        Lanes(of: batch, count: count).forEachLane { lane, rows in
          let size = RecurrentWeightSums.rowCount
          for first in stride(from: rows.lowerBound, to: rows.upperBound, by: size) {
            pass.run(first..<min(first + size, rows.upperBound), lengths, lanes[lane])
          }
        }
      }
    }
    return RecurrentWeightSums.gradients(lanes)
  }

  /// The gradient passed from step to step, `[D, N, H]`; initially that of the last state.
  private func carry(from gradient: Tensor?) -> Tensor {
    let shape: Shape = [directions, batch, units]
    guard let gradient else { return Tensor(zeros: shape) }
    let result = Tensor(uninitialized: shape)
    result.overwrite(with: gradient)
    return result
  }

  /// The sum over the steps of the gates' gradients, `[N, gates · H]`.
  private func constantGradient(_ ofGates: Tensor) -> Tensor {
    let result = Tensor(zeros: [batch, gateSize])
    let (target, source) = (result.pointer, ofGates.pointer)
    ThreadPool.shared.forEach(batch, by: max(1, elementwiseChunk / max(1, steps * gateSize))) {
      rows in
      for row in rows {
        gannet_add_rows(
          source + row * partSize, batch * partSize, target + row * gateSize, steps, gateSize)
      }
    }
    return withExtendedLifetime(ofGates.storage) { result }
  }

  private func addInputGradient(_ ofGates: [Tensor], to result: Tensor) {
    for (direction, gradient) in ofGates.enumerated() {
      BLAS.multiply(
        BLAS.Operand(gradient.pointer, stride: partSize),
        BLAS.Operand(weights[direction].input.pointer, stride: features), into: result.pointer,
        stride: features, m: steps * batch, n: features, k: gateSize,
        start: direction == 0 ? .zeros : .result)
    }
  }

  private func weightGradients(
    _ direction: Int, _ activations: RecurrentActivations, _ ofGates: Tensor, wanted: [Bool],
    of nodes: [Node?]
  ) -> [Tensor?] {
    let (ofWeight, ofBias) = inputGradients(ofGates, wanted[0], wanted[2] || wanted[3], nodes[0])
    return [
      ofWeight,
      wanted[1] ? stateWeightGradient(direction, activations, ofGates, nodes[1]) : nil,
      wanted[2] ? ofBias : nil,
      wanted[3] ? ofBias.map { stateBiasGradient(ofGates, inputBias: $0) } : nil,
    ]
  }

  /// The gradients of the input's weight and bias.
  private func inputGradients(
    _ ofGates: Tensor, _ wantsWeight: Bool, _ wantsBias: Bool, _ weightNode: Node?
  ) -> (Tensor?, Tensor?) {
    let rows = steps * batch
    let bias = wantsBias ? Tensor(uninitialized: [gateSize]) : nil
    switch input {
    case .features(let x):
      var weight: Tensor?
      if wantsWeight {
        let earlier = Tape.takeEarlierShare(of: weightNode)
        let sum = earlier ?? Tensor(uninitialized: [gateSize, features])
        weight = sum
        BLAS.multiply(
          BLAS.Operand(ofGates.pointer, stride: partSize, transposed: true),
          BLAS.Operand(x.pointer, stride: features), into: sum.pointer, stride: features,
          m: gateSize, n: features, k: rows, start: earlier == nil ? .zeros : .result)
      }
      if let bias {
        sumColumns(
          ofGates.pointer, stride: partSize, into: bias.pointer, rows: rows, columns: gateSize)
      }
      return (weight, bias)
    case .tokens(let tokens):
      guard wantsWeight || wantsBias else { return (nil, nil) }
      let vocabulary = RecurrentVocabulary(tokens, size: features)
      var table: Tensor?
      if wantsWeight || vocabulary.isWhole {
        table = vocabulary.tableGradient(ofGates.pointer, stride: partSize, rows: gateSize)
      }
      if let bias {
        // The table of the whole vocabulary has fewer rows than there are tokens.
        let (source, stride, count) =
          vocabulary.isWhole
          ? (table!.pointer, gateSize, vocabulary.count) : (ofGates.pointer, partSize, rows)
        sumColumns(source, stride: stride, into: bias.pointer, rows: count, columns: gateSize)
      }
      return (wantsWeight ? table.map { vocabulary.weightGradient($0) } : nil, bias)
    }
  }

  /// The gradient of the state's bias: that of the input's bias, except for a separate part.
  private func stateBiasGradient(_ ofGates: Tensor, inputBias: Tensor) -> Tensor {
    guard let block = equations.separateBlock else { return inputBias }
    let result = Tensor(uninitialized: [gateSize])
    result.pointer.update(from: inputBias.pointer, count: gateSize)
    sumColumns(
      ofGates.pointer + block.part * units, stride: partSize,
      into: result.pointer + block.gates.lowerBound * units, rows: steps * batch, columns: units)
    return result
  }

  /// The gradient of the state's weight: a product over all steps but the first, and one of the
  /// first with the initial state.
  private func stateWeightGradient(
    _ direction: Int, _ activations: RecurrentActivations, _ ofGates: Tensor, _ weightNode: Node?
  ) -> Tensor {
    let sum = Tape.takeEarlierShare(of: weightNode)
    let result = sum ?? Tensor(uninitialized: [gateSize, units])
    let first: BLAS.Start = sum == nil ? .zeros : .result
    func add(
      _ block: GateBlock, _ gradient: gannet_matrix, _ source: gannet_matrix, rows: Int,
      start: BLAS.Start
    ) {
      BLAS.multiply(
        BLAS.Operand(gradient.start + block.part * units, stride: gradient.ld, transposed: true),
        source.operand, into: result.pointer + block.gates.lowerBound * units * units,
        stride: units, m: block.gates.count * units, n: units, k: rows, start: start)
    }
    let gradients = StepRows(ofGates)
    let states = StepRows(activations.states, column: direction * units)
    let (later, earlier) = direction == 0 ? (1, 0) : (0, 1)
    for block in equations.stateBlocks {
      add(
        block, gradients.at(later, 0), states.at(earlier, 0), rows: (steps - 1) * batch,
        start: first)
      if let initialState {
        add(
          block, gradients.at(time(0, direction), 0), rows(of: initialState, direction).at(0, 0),
          rows: batch, start: .result)
      }
    }
    if let block = equations.innerBlock, let factor = block.factor {
      let parts = StepRows(activations.gates[direction]).at(0, 0)
      add(
        block, gradients.at(0, 0), parts.from(factor * units), rows: steps * batch, start: first)
    }
    return result
  }
}

/// The backward pass of one direction.
private struct RecurrentBackwardPass {
  private let layer: RecurrentComputation
  private let direction: Int
  private let states: StepRows
  private let gates: StepRows?
  private let cells: StepRows?
  private let ofOutput: StepRows
  private let ofGates: StepRows
  private let carried: StepRows
  private let carriedCells: StepRows?
  /// Whether the initial state's gradient is needed.
  private let needsInitial: Bool
  private let products: StateProducts
  /// The input's gradient, if each step computes its part.
  private let ofInput: StepRows?
  private let inputWeight: PackedMatrix?
  private let zeros: Tensor

  init(
    _ layer: RecurrentComputation, _ activations: RecurrentActivations, _ direction: Int,
    output: Tensor?, carried: Tensor, carriedCells: Tensor?, ofGates: Tensor, ofInput: Tensor?,
    needsInitial: Bool
  ) {
    self.layer = layer
    self.direction = direction
    states = StepRows(activations.states, column: direction * layer.units)
    gates = activations.gates.isEmpty ? nil : StepRows(activations.gates[direction])
    cells = activations.cells.isEmpty ? nil : StepRows(activations.cells[direction])
    ofOutput =
      output.map { StepRows($0, column: direction * layer.units) } ?? layer.rows(of: nil, direction)
    self.ofGates = StepRows(ofGates)
    self.carried = layer.rows(of: carried, direction)
    self.carriedCells = carriedCells.map { layer.rows(of: $0, direction) }
    self.needsInitial = needsInitial
    products = StateProducts(layer, direction, isForward: false)
    self.ofInput = ofInput.map { StepRows($0) }
    zeros = Tensor(zeros: [layer.features])
    inputWeight = ofInput.map { _ in
      PackedMatrix(
        layer.weights[direction].input.pointer, stride: layer.features, transposed: false,
        k: layer.gateSize, n: layer.features)
    }
  }

  /// Runs all steps of `rows` of the batch, the last first, on this thread. With `sums`, which
  /// accumulate the weights' gradients, each step also computes its input's gradient.
  func run(
    _ range: Range<Int>, _ lengths: UnsafePointer<Int32>?, _ sums: RecurrentWeightSums? = nil
  ) {
    let first = range.lowerBound
    let carry = carried.at(0, first)
    for index in (0..<layer.steps).reversed() {
      let time = layer.time(index, direction)
      let step = gannet_step(
        rows: range.count, units: layer.units, lengths: lengths.map { $0 + first },
        step: Int32(time))
      let rows = rows(index, first)
      let gradient = ofGates.at(time, first)
      let gradients = RecurrentGradientRows(
        output: ofOutput.at(time, first), carried: carry,
        carriedCell: carriedCells?.at(0, first), parts: gradient)
      layer.equations.backward(step, rows, gradients) {
        guard let product = products.inner else { return }
        product.multiply(
          gradient.from(product.column), addingTo: gradient.from(product.factorColumn),
          count: range.count)
      }
      sums?.add(
        gradient, before: index > 0 || layer.initialState != nil ? rows.before : nil,
        parts: rows.parts, time: time, first: first, count: range.count)
      if let target = ofInput?.at(time, first), let inputWeight {
        inputWeight.multiply(
          gradient, base: gannet_matrix(start: zeros.pointer, ld: 0), into: target,
          count: range.count)
      }
      if index > 0 || needsInitial {
        for product in products.blocks {
          product.multiply(gradient.from(product.column), addingTo: carry, count: range.count)
        }
      }
      if let factor = layer.carryFactors?[index], factor != 1 {
        scale(carry, step, by: factor)
        if let cells = carriedCells { scale(cells.at(0, first), step, by: factor) }
      }
    }
  }

  /// The rows of step `index`, from row `first` of the batch on.
  private func rows(_ index: Int, _ first: Int) -> RecurrentRows {
    func before(_ rows: StepRows, _ initial: Tensor?) -> gannet_matrix {
      index == 0
        ? layer.rows(of: initial, direction).at(0, first)
        : rows.at(layer.time(index - 1, direction), first)
    }
    let time = layer.time(index, direction)
    return RecurrentRows(
      parts: (gates ?? states).at(time, first), before: before(states, layer.initialState),
      state: states.at(time, first), cellBefore: cells.map { before($0, layer.initialCell) },
      cell: cells?.at(time, first))
  }

  /// Multiplies the rows of the sequences that have this step.
  private func scale(_ rows: gannet_matrix, _ step: gannet_step, by factor: Float) {
    for row in 0..<step.rows {
      if let lengths = step.lengths, step.step >= lengths[row] { continue }
      let values = rows.start + row * rows.ld
      for index in 0..<step.units { values[index] = factor == 0 ? 0 : values[index] * factor }
    }
  }
}
