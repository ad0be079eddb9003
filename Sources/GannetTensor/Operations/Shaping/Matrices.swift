// Special matrices, and pairwise operations on vectors.

extension Tensor {
  /// Makes the identity matrix, `[size, size]`.
  public init(identity size: Int) { self.init(diagonal: Tensor(ones: [size])) }

  /// Makes the diagonal matrix, `[N, N]`, of `values`, `[N]`.
  public init(diagonal values: Tensor) {
    guard values.rank == 1 else { failShape("diagonal", values.shape, expected: "[N]") }
    let size = values.count
    let matrix = Tensor(zeros: [size, size])
    matrix.diagonalView.overwrite(with: values)
    self = matrix.recorded("diagonal", [values.node]) { gradient in [gradient.diagonal()] }
  }

  /// The diagonal of a matrix `[M, N]`: shape `[min(M, N)]`. A view.
  public func diagonal() -> Tensor {
    if let trace = Trace.current {
      return trace.record("diagonal", [self]) { x, _ in x[0].diagonal() }
    }
    guard rank == 2 else { failShape("diagonal", shape, expected: "[M, N]") }
    let (rows, columns) = (shape[0], shape[1])
    let size = Swift.min(rows, columns)
    return diagonalView.recorded("diagonal", [node]) { gradient in
      [
        Tensor(diagonal: gradient)
          .padded(before: [0, 0], after: [rows - size, columns - size])
      ]
    }
  }

  private var diagonalView: Tensor {
    var step = Strides(repeating: 0)
    step[0] = strides[0] + strides[1]
    return Tensor(
      shape: [Swift.min(shape[0], shape[1])], strides: step, layout: .strided, offset: offset,
      storage: storage)
  }

  /// The lower triangle of matrices `[..., M, N]`: 0 above the diagonal `offset` to the right of
  /// the main one.
  ///
  ///     Tensor(ones: [T, T]).lowerTriangle()  // a causal mask
  public func lowerTriangle(offset: Int = 0) -> Tensor {
    triangle(isUpper: false, offset)
  }

  /// The upper triangle of matrices `[..., M, N]`: 0 below the diagonal `offset` to the right of
  /// the main one.
  public func upperTriangle(offset: Int = 0) -> Tensor {
    triangle(isUpper: true, offset)
  }

  private func triangle(isUpper: Bool, _ offset: Int) -> Tensor {
    if let trace = Trace.current {
      return trace.record(TriangleOperation(isUpper: isUpper, offset: offset), [self])
    }
    let operation: StaticString = isUpper ? "upperTriangle" : "lowerTriangle"
    guard rank >= 2 else { failShape(operation, shape, expected: "[..., M, N]") }
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let source = detached().contiguous()
    let result = Tensor(zeros: shape)
    for row in 0..<(columns == 0 ? 0 : count / columns) {
      let edge = clamp(row % rows + offset + (isUpper ? 0 : 1), to: columns)
      let range = isUpper ? edge..<columns : 0..<edge
      let start = row * columns + range.lowerBound
      (result.pointer + start).update(from: source.pointer + start, count: range.count)
    }
    return withExtendedLifetime((source.storage, result.storage)) {
      result.recorded(operation, [node]) { gradient in
        [gradient.triangle(isUpper: isUpper, offset)]
      }
    }
  }

  /// Makes the one-hot encoding of `indices`, `[...]`, as `[..., classCount]`.
  ///
  /// Stops at an index out of `0..<classCount`.
  public init(oneHot indices: IntTensor, classCount: Int) {
    indices.checkIndices("oneHot", below: classCount)
    self.init(zeros: Shape(Array(indices.shape) + [classCount]))
    withExtendedLifetime(storage) {
      for (row, index) in indices.scalars.enumerated() {
        pointer[row * classCount + Int(index)] = 1
      }
    }
  }
}

private func clamp(_ index: Int, to size: Int) -> Int { min(max(index, 0), size) }

// MARK: Pairs

/// The outer product of `a`, `[M]`, and `b`, `[N]`: `[M, N]`.
public func outerProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
  guard a.rank == 1, b.rank == 1 else { failShapes("outerProduct", a.shape, b.shape) }
  return a.unsqueezed(at: 1) * b
}

/// The elementwise products of all pairs of rows of `a`, `[M, D]`, and `b`, `[N, D]`: `[M, N, D]`.
public func pairwiseProducts(_ a: Tensor, _ b: Tensor) -> Tensor {
  checkRows("pairwiseProducts", a, b)
  return a.unsqueezed(at: 1) * b
}

/// The differences of all rows of `a`, `[M, D]`, from all of `b`, `[N, D]`: `[M, N, D]`.
public func pairwiseDifferences(_ a: Tensor, _ b: Tensor) -> Tensor {
  checkRows("pairwiseDifferences", a, b)
  return a.unsqueezed(at: 1) - b
}

/// The squared Euclidean distances of all pairs of rows of `a`, `[M, D]`, and `b`, `[N, D]`: `[M,
/// N]`.
///
/// Computed as |a|² - 2ab + |b|² by one matrix product, so distances far below the norms lose
/// digits.
public func pairwiseSquaredDistances(_ a: Tensor, _ b: Tensor) -> Tensor {
  checkRows("pairwiseSquaredDistances", a, b)
  let norms = square(a).sum(along: 1, keepingAxes: true) + square(b).sum(along: 1)
  return relu(norms - matmul(a, b, transposingB: true) * 2)
}

private func checkRows(_ operation: StaticString, _ a: Tensor, _ b: Tensor) {
  guard a.rank == 2, b.rank == 2, a.shape[1] == b.shape[1] else {
    failShapes(operation, a.shape, b.shape)
  }
}
