// Tensors from nested literals and arrays, and back.

extension Tensor: ExpressibleByArrayLiteral {
  /// Part of an array literal that stands for a tensor: a number, or parts of one shape.
  ///
  ///     let x: Tensor = [[1, 2], [3, 4]]
  ///     let y = x + [10, 20]
  public struct Literal: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
  {
    fileprivate var nested: Nested<Float>

    public init(floatLiteral value: Float) { nested = Nested(scalar: value) }
    public init(integerLiteral value: Int) { nested = Nested(scalar: Float(value)) }
    public init(arrayLiteral parts: Literal...) { nested = Nested(parts.map(\.nested), "Tensor") }
  }

  public init(arrayLiteral parts: Literal...) {
    self.init(Nested(parts.map(\.nested), "Tensor"))
  }

  /// A matrix of `rows`, which have one length.
  public init(_ rows: [[Float]]) { self.init(Nested(rows.map(Nested.init(row:)), "Tensor")) }

  /// A tensor of three axes; the rows have one length, and as many are in each matrix.
  public init(_ matrices: [[[Float]]]) {
    self.init(Nested(matrices.map { Nested($0.map(Nested.init(row:)), "Tensor") }, "Tensor"))
  }

  private init(_ nested: Nested<Float>) { self.init(nested.scalars, shape: nested.shape) }
}

extension [Float] {
  /// The elements of a vector, `[N]`.
  public init(_ tensor: Tensor) {
    tensor.check(rank: 1)
    self = tensor.scalars
  }
}

extension [[Float]] {
  /// The rows of a matrix, `[M, N]`.
  public init(_ tensor: Tensor) {
    tensor.check(rank: 2)
    self = tensor.unstacked().map { [Float]($0) }
  }
}

extension [[[Float]]] {
  /// The rows of each matrix of a tensor, `[L, M, N]`.
  public init(_ tensor: Tensor) {
    tensor.check(rank: 3)
    self = tensor.unstacked().map { [[Float]]($0) }
  }
}

extension Tensor {
  fileprivate func check(rank: Int) {
    guard self.rank == rank else { failShape("Array", shape, expected: "\(rank) axes") }
  }
}

// MARK: Integers

extension IntTensor: ExpressibleByArrayLiteral {
  /// Part of an array literal that stands for an integer tensor.
  public struct Literal: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    fileprivate var nested: Nested<Int32>

    public init(integerLiteral value: Int32) { nested = Nested(scalar: value) }
    public init(arrayLiteral parts: Literal...) {
      nested = Nested(parts.map(\.nested), "IntTensor")
    }
  }

  public init(arrayLiteral parts: Literal...) {
    let nested = Nested(parts.map(\.nested), "IntTensor")
    self.init(nested.scalars, shape: nested.shape)
  }

  /// A matrix of `rows`, which have one length.
  public init(_ rows: [[Int32]]) {
    let nested = Nested(rows.map(Nested.init(row:)), "IntTensor")
    self.init(nested.scalars, shape: nested.shape)
  }
}

extension IntTensor {
  /// A tensor of three axes; the rows have one length, and as many are in each matrix.
  public init(_ matrices: [[[Int32]]]) {
    let parts = matrices.map { Nested($0.map(Nested.init(row:)), "IntTensor") }
    let nested = Nested(parts, "IntTensor")
    self.init(nested.scalars, shape: nested.shape)
  }

  fileprivate func check(rank: Int) {
    guard shape.rank == rank else { failShape("Array", shape, expected: "\(rank) axes") }
  }
}

extension [Int32] {
  /// The elements of a vector, `[N]`.
  public init(_ tensor: IntTensor) {
    tensor.check(rank: 1)
    self = tensor.scalars
  }
}

extension [[Int32]] {
  /// The rows of a matrix, `[M, N]`.
  public init(_ tensor: IntTensor) {
    tensor.check(rank: 2)
    self = tensor.unstacked().map { [Int32]($0) }
  }
}

extension [[[Int32]]] {
  /// The rows of each matrix of a tensor, `[L, M, N]`.
  public init(_ tensor: IntTensor) {
    tensor.check(rank: 3)
    self = tensor.unstacked().map { [[Int32]]($0) }
  }
}

/// Scalars in nested brackets, and the shape that these make.
private struct Nested<Scalar> {
  var shape: Shape
  var scalars: [Scalar]

  init(scalar: Scalar) { (shape, scalars) = ([], [scalar]) }
  init(row: [Scalar]) { (shape, scalars) = ([row.count], row) }

  /// Stops where the parts' shapes differ.
  init(_ parts: [Nested], _ type: StaticString) {
    let first = parts.first?.shape ?? []
    for part in parts where part.shape != first {
      fail("\(type): nested parts of shapes \(first) and \(part.shape)")
    }
    shape = parts.isEmpty ? [0] : first.inserting(parts.count, at: 0)
    scalars = parts.flatMap(\.scalars)
  }
}
