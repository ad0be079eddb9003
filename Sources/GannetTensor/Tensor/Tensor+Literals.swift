// Conversions between tensors and nested literals and arrays.

extension Tensor: ExpressibleByArrayLiteral {
  /// An element of a tensor's array literal: a number, or a nested literal; nested ones have one
  /// shape.
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

  /// Makes a matrix of `rows` of equal length.
  public init(_ rows: [[Float]]) { self.init(Nested(rows.map(Nested.init(row:)), "Tensor")) }

  /// Makes a tensor of three axes from `matrices` of one shape.
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
  /// The matrices of a tensor, `[L, M, N]`, each as its rows.
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
  /// An element of an integer tensor's array literal.
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

  /// Makes a matrix of `rows` of equal length.
  public init(_ rows: [[Int32]]) {
    let nested = Nested(rows.map(Nested.init(row:)), "IntTensor")
    self.init(nested.scalars, shape: nested.shape)
  }
}

extension IntTensor {
  /// Makes a tensor of three axes from `matrices` of one shape.
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
  /// The matrices of a tensor, `[L, M, N]`, each as its rows.
  public init(_ tensor: IntTensor) {
    tensor.check(rank: 3)
    self = tensor.unstacked().map { [[Int32]]($0) }
  }
}

/// Scalars of a nested literal, with the shape of its nesting.
private struct Nested<Scalar> {
  var shape: Shape
  var scalars: [Scalar]

  init(scalar: Scalar) { (shape, scalars) = ([], [scalar]) }
  init(row: [Scalar]) { (shape, scalars) = ([row.count], row) }

  /// Joins nested parts; stops where their shapes differ.
  init(_ parts: [Nested], _ type: StaticString) {
    let first = parts.first?.shape ?? []
    for part in parts where part.shape != first {
      fail("\(type): nested parts of shapes \(first) and \(part.shape)")
    }
    shape = parts.isEmpty ? [0] : first.inserting(parts.count, at: 0)
    scalars = parts.flatMap(\.scalars)
  }
}
