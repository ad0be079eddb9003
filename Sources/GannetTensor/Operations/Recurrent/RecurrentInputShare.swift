import CGannetKernels

/// The initial values of one direction's products with the state: biases and products with the
/// input.
struct RecurrentInputShare {
  private enum Source {
    /// A table with a row for each token's column.
    case table(Tensor, places: [Int32])
    /// The product is in the target already; `rest` are the biases of parts without input.
    case product(rest: Tensor)
  }

  private let source: Source
  private let constant: Tensor?

  /// Computes the values of `direction`; those of features are written to `parts` for all steps.
  init(_ layer: RecurrentComputation, _ direction: Int, into parts: StepRows) {
    let weight = layer.weights[direction].input
    let bias = layer.startingBias(direction)
    constant = layer.constantShare
    switch layer.input {
    case .features(let x):
      let (rows, features) = (layer.steps * layer.batch, layer.features)
      BLAS.multiply(
        BLAS.Operand(x.pointer, stride: features), byWeight: weight, into: parts.start,
        stride: parts.rowStride, rows: rows, start: .rows(bias.pointer))
      source = .product(rest: bias.sliced(layer.gateSize..<layer.partSize, along: 0))
    case .tokens(let tokens):
      let vocabulary = RecurrentVocabulary(tokens, size: layer.features)
      source = .table(vocabulary.table(of: weight, bias), places: vocabulary.places)
    }
  }

  /// Writes the initial values of `rows` at `time` to `target`.
  func write(to target: gannet_matrix, _ time: Int, _ rows: Range<Int>, batch: Int, features: Int) {
    switch source {
    case .table(let table, let places):
      let (width, first) = (table.shape[1], time * batch + rows.lowerBound)
      places.withUnsafeBufferPointer { places in
        gannet_gather_rows(
          table.pointer, width, places.baseAddress! + first, target, rows.count, width)
      }
    case .product(let rest):
      if rest.count > 0 {
        for row in 0..<rows.count {
          (target.start + row * target.ld + features).update(from: rest.pointer, count: rest.count)
        }
      }
    }
    guard let constant else { return }
    for row in 0..<rows.count {
      let (to, from) = (
        target.start + row * target.ld, constant.pointer + (rows.lowerBound + row) * features
      )
      for index in 0..<features { to[index] += from[index] }
    }
  }
}

extension RecurrentComputation {
  /// The biases by part, `[parts · H]`, each the sum of its gates' biases.
  fileprivate func startingBias(_ direction: Int) -> Tensor {
    let result = Tensor(zeros: [partSize])
    let target = result.pointer
    guard let input = weights[direction].inputBias, let state = weights[direction].stateBias else {
      return result
    }
    target.update(from: input.pointer, count: gateSize)
    for block in equations.allBlocks {
      let (to, from) = (target + block.part * units, state.pointer + block.gates.lowerBound * units)
      for index in 0..<block.gates.count * units { to[index] += from[index] }
    }
    return result
  }
}

/// The columns of the input's weight that tokens use: all, or only those of the tokens if fewer.
struct RecurrentVocabulary {
  /// The number of rows that a token's sum takes before its first move to double precision.
  static let rowLimit = 1_024

  /// The columns, each once, or nil for all.
  private let columns: [Int32]?
  /// The column of each token.
  let places: [Int32]
  private let size: Int

  init(_ tokens: IntTensor, size: Int) {
    self.size = size
    guard tokens.count < size else {
      (columns, places) = (nil, tokens.scalars)
      return
    }
    var (own, known): ([Int32], [Int32: Int32]) = ([], [:])
    places = tokens.scalars.map { token in
      if let place = known[token] { return place }
      let place = Int32(own.count)
      known[token] = place
      own.append(token)
      return place
    }
    columns = own
  }

  var count: Int { columns?.count ?? size }
  var isWhole: Bool { columns == nil }

  /// A table with a row for each column of `weight`, `[rows, I]`, plus `bias`, which may be longer.
  func table(of weight: Tensor, _ bias: Tensor) -> Tensor {
    let (rows, width) = (weight.shape[0], bias.count)
    let result = Tensor(uninitialized: [count, width])
    let (target, from, added) = (result.pointer, weight.pointer, bias.pointer)
    if columns == nil { gannet_transpose(from, size, target, width, size, rows) }
    for place in 0..<count {
      let row = target + place * width
      if let columns {
        for index in 0..<rows { row[index] = from[index * size + Int(columns[place])] }
      }
      for index in 0..<rows { row[index] += added[index] }
      (row + rows).update(from: added + rows, count: width - rows)
    }
    return withExtendedLifetime((weight.storage, bias.storage)) { result }
  }

  /// The gradient of the weight, from that of its table, `[count, rows]`.
  func weightGradient(_ table: Tensor) -> Tensor {
    let rows = table.shape[1]
    guard let columns else { return table.transposed().contiguous() }
    let result = Tensor(zeros: [rows, size])
    let (target, from) = (result.pointer, table.pointer)
    for place in 0..<count {
      for index in 0..<rows {
        target[index * size + Int(columns[place])] = from[place * rows + index]
      }
    }
    return withExtendedLifetime(table.storage) { result }
  }

  /// Sums the rows of `x` by their tokens' columns; split over the rows' elements.
  func tableGradient(_ x: UnsafePointer<Float>, stride: Int, rows: Int) -> Tensor {
    let result = Tensor(zeros: [count, rows])
    let width = places.count * rows < elementwiseChunk ? rows : 32
    ThreadPool.shared.forEach(rows, by: width) { range in
      let sums = LongSums(result, rows: count, columns: range, limit: RecurrentVocabulary.rowLimit)
      for first in Swift.stride(from: 0, to: places.count, by: RecurrentWeightSums.rowCount) {
        let last = min(first + RecurrentWeightSums.rowCount, places.count)
        add(x + first * stride + range.lowerBound, stride: stride, first..<last, to: sums)
      }
      _ = sums.total()
    }
    return result
  }

  /// Adds to the sums of their columns the rows at `x`, those of the tokens in `range`.
  func add(_ x: UnsafePointer<Float>, stride: Int, _ range: Range<Int>, to sums: LongSums) {
    places.withUnsafeBufferPointer { places in
      let places = places.baseAddress! + range.lowerBound
      sums.prepare(places, count: range.count)
      gannet_add_rows_at(
        x, stride, places, sums.start, sums.stride, range.count, sums.width)
    }
  }
}
