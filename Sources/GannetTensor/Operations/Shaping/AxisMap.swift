import CGannetKernels

/// A sparse matrix, by rows, that maps the lines along an axis: each result is a weighted sum of a
/// few elements of its line.
struct AxisMap {
  typealias Entry = (index: Int, weight: Float)

  /// The input's size along the axis.
  let inputSize: Int
  /// The entries of row i are `starts[i]..<starts[i + 1]`.
  private let starts: [Int32]
  private let indices: [Int32]
  private let weights: [Float]

  /// Makes the matrix with the given rows.
  init(inputSize: Int, rows: [[Entry]]) {
    self.inputSize = inputSize
    var starts: [Int32] = [0]
    for row in rows { starts.append(starts.last! + Int32(row.count)) }
    self.starts = starts
    indices = rows.flatMap { $0.map { Int32($0.index) } }
    weights = rows.flatMap { $0.map(\.weight) }
  }

  /// The output's size along the axis.
  var outputSize: Int { starts.count - 1 }

  /// The matrix with its zeros, `[outputs, inputs]`.
  var matrix: Tensor {
    Tensor(shape: [outputSize, inputSize]) { elements in
      elements.update(repeating: 0)
      for row in 0..<outputSize {
        for entry in Int(starts[row])..<Int(starts[row + 1]) {
          elements[row * inputSize + Int(indices[entry])] += weights[entry]
        }
      }
    }
  }

  /// The transposed matrix, which maps gradients.
  var transposed: AxisMap {
    var rows = [[Entry]](repeating: [], count: inputSize)
    for row in 0..<outputSize {
      for entry in Int(starts[row])..<Int(starts[row + 1]) {
        rows[Int(indices[entry])].append((row, weights[entry]))
      }
    }
    return AxisMap(inputSize: outputSize, rows: rows)
  }

  /// Maps the lines of a contiguous tensor's blocks.
  fileprivate func apply(
    _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, _ blocks: AxisBlocks
  ) {
    blocks.forEachPart { part in
      gannet_weighted_rows(
        x + part.offset, y + part.offset(size: outputSize), blocks.inner, part.count, outputSize,
        starts, indices, weights)
    }
  }
}

extension Tensor {
  /// Applies `map` to every line along `axis`, keeping channels-last layout. The gradient is an
  /// operation of the same kind, so it is differentiable, too.
  func mapped(_ operation: StaticString, by map: AxisMap, along axis: Int) -> Tensor {
    if let trace = Trace.current {
      return trace.record(AxisMapOperation(function: operation, map: map, axis: axis), [self])
    }
    let source = detached().dense()
    let result = Tensor(
      uninitialized: shape.replacing(axis, with: map.outputSize), layout: source.layout)
    map.apply(source.pointer, to: result.pointer, AxisBlocks(source, axis))
    return withExtendedLifetime(source.storage) {
      result.recorded(operation, [node]) { gradient in
        [gradient.mapped(operation, by: map.transposed, along: axis)]
      }
    }
  }
}
