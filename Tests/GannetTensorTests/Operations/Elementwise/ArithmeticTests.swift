import GannetTensor
import TestSupport
import Testing

@Suite struct ArithmeticTests {
  private struct Operation: Sendable {
    let name: String
    let tensors: @Sendable (Tensor, Tensor) -> Tensor
    let numbers: @Sendable (Float, Float) -> Float
    let byNumber: @Sendable (Tensor, Float) -> Tensor
    let ofNumber: @Sendable (Float, Tensor) -> Tensor
  }

  private static let operations = [
    Operation(
      name: "add", tensors: { $0 + $1 }, numbers: { $0 + $1 }, byNumber: { $0 + $1 },
      ofNumber: { $0 + $1 }),
    Operation(
      name: "subtract", tensors: { $0 - $1 }, numbers: { $0 - $1 }, byNumber: { $0 - $1 },
      ofNumber: { $0 - $1 }),
    Operation(
      name: "multiply", tensors: { $0 * $1 }, numbers: { $0 * $1 }, byNumber: { $0 * $1 },
      ofNumber: { $0 * $1 }),
    Operation(
      name: "divide", tensors: { $0 / $1 }, numbers: { $0 / $1 }, byNumber: { $0 / $1 },
      ofNumber: { $0 / $1 }),
  ]

  /// Pairs of shapes that broadcast, among them empty ones and ones of several chunks.
  private static let shapes: [(Shape, Shape)] = [
    ([3, 4, 5], [3, 4, 5]), ([3, 4, 5], [4, 1]), ([3, 4, 5], [5]), ([3, 4, 5], []),
    ([], [3, 4, 5]), ([3, 1, 5], [1, 4, 1]), ([2, 3, 4, 5], [3, 1, 1]), ([5], [2, 3, 4, 5]),
    ([2, 3, 4, 5], [2, 1, 4, 1]), ([1, 3, 1, 5], [2, 1, 4, 1]), ([1], [1]), ([], []),
    ([1, 1, 1], [1]), ([0, 3], [3]), ([2, 0], [1]), ([2, 0, 3], [2, 1, 1]), ([0], []),
    ([2, 1, 3, 1, 2, 1, 2, 2], [1, 4, 1, 2, 2, 1, 1, 2]), ([70_001], [70_001]),
    ([9, 7_001], [7_001]), ([7_001, 9], [7_001, 1]), ([2, 3, 61, 67], [3, 1, 1]),
  ]

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("arithmetic")
    for operation in Self.operations {
      for shapes in [
        "same", "column", "row", "scalar", "scalar_first", "outer", "channel", "long",
      ] {
        fixture.check("\(operation.name)_\(shapes)") { operation.tensors($0[0], $0[1]) }
      }
    }
    try Fixture("functions").check("negate") { -$0[0] }
  }

  @Test(arguments: shapes) func valuesAreExact(_ shapeA: Shape, _ shapeB: Shape) {
    let (a, b) = (Tensor(hash: 1, shapeA), Tensor(hashAwayFromZero: 2, shapeB))
    for operation in Self.operations {
      let expected = broadcast(a, b, operation.numbers)
      for formA in MemoryForm.allCases {
        for formB in [formA, .contiguous, .channelsLast, .transposed] {
          expectIdentical(
            operation.tensors(formA(a), formB(b)), expected, "\(operation.name) \(formA) \(formB)")
        }
      }
    }
  }

  @Test(arguments: [[3, 4, 5], [2, 3, 4, 5], [], [0, 3], [40_001]] as [Shape])
  func numbersAreExact(_ shape: Shape) {
    let x = Tensor(hashAwayFromZero: 3, shape)
    for operation in Self.operations {
      for number: Float in [2.5, -0.3, 1, 0, -1] {
        for form in MemoryForm.allCases {
          let comment = "\(operation.name) \(number) \(form)"
          expectIdentical(
            operation.byNumber(form(x), number),
            Tensor(x.scalars.map { operation.numbers($0, number) }, shape: shape), comment)
          expectIdentical(
            operation.ofNumber(number, form(x)),
            Tensor(x.scalars.map { operation.numbers(number, $0) }, shape: shape), comment)
        }
      }
    }
  }

  @Test func specialValuesAreThoseOfFloat() {
    let values: [Float] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
      -.greatestFiniteMagnitude, 3e38,
    ]
    let x = Tensor(values)
    for operation in Self.operations {
      expectSameNumbers(
        operation.tensors(x.reshaped(to: [10, 1]), x).reshaped(to: [100]).scalars,
        values.flatMap { a in values.map { operation.numbers(a, $0) } })
      for number in values {
        expectSameNumbers(
          operation.byNumber(x, number).scalars, values.map { operation.numbers($0, number) })
        expectSameNumbers(
          operation.ofNumber(number, x).scalars, values.map { operation.numbers(number, $0) })
      }
    }
    expectSameNumbers((-x).scalars, values.map { -$0 })
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    for operation in Self.operations {
      for (shapeA, shapeB) in Self.shapes where shapeA.elementCount * shapeB.elementCount < 1_000 {
        let (a, b) = (Tensor(hash: 1, shapeA), Tensor(hash: 2, shapeB, low: 0.5, high: 2.5))
        expectGradients([a, b]) { operation.tensors($0[0], $0[1]) }
      }
      let x = Tensor(hash: 3, [3, 4], low: 0.5, high: 2.5)
      expectGradients([x]) { operation.byNumber($0[0], 1.7) }
      expectGradients([x]) { operation.ofNumber(1.7, $0[0]) }
      expectGradients([x]) { operation.tensors($0[0], $0[0]) }
    }
    expectGradients([Tensor(hash: 1, [3, 4])]) { -$0[0] }
  }

  /// b² would underflow, or overflow, where the gradient -a/b² does not.
  @Test func gradientOfQuotientSurvivesExtremeDivisors() {
    for divisor: Float in [1e-22, 1e22] {
      let a = Tensor([2 * divisor]).requiringGradient()
      let b = Tensor([divisor]).requiringGradient()
      (a / b).sum().backward()
      expectClose(b.gradient!, Tensor([-2 / divisor]))
      expectClose(a.gradient!, Tensor([1 / divisor]))
    }
  }

  @Test func constantsGetNoGradientAndCostNone() {
    let x = Tensor(hash: 1, [3]).requiringGradient()
    let constant = Tensor(hash: 2, [3])
    for operation in Self.operations {
      #expect(operation.tensors(x, constant).requiresGradient)
      #expect(operation.tensors(constant, x).requiresGradient)
      #expect(!operation.tensors(constant, constant).requiresGradient)
    }
  }

  @Test func layoutOfImagesIsKept() {
    let image = Tensor(hash: 1, [2, 3, 4, 5])
    let bias = Tensor(hash: 2, [3, 1, 1])
    for operation in Self.operations {
      let results = [
        operation.tensors(image.channelsLast(), image.channelsLast()),
        operation.tensors(image.channelsLast(), image),
        operation.tensors(image, image.channelsLast()),
        operation.tensors(image.channelsLast(), bias),
        operation.tensors(bias, image.channelsLast()),
        operation.byNumber(image.channelsLast(), 2),
        operation.byNumber(image.channelsLast().sliced(0..<2, along: 1), 2),
      ]
      for result in results { #expect(result.layout == .channelsLast) }
      #expect(operation.tensors(image, bias).isContiguous)
    }
  }
}

/// `function` element by element with NumPy's rule of broadcasting, in the plainest way.
private func broadcast(_ a: Tensor, _ b: Tensor, _ function: (Float, Float) -> Float) -> Tensor {
  let rank = max(a.rank, b.rank)
  let sizes = (0..<rank).map { axis -> Int in
    let (i, j) = (axis - (rank - a.rank), axis - (rank - b.rank))
    let (p, q) = (i < 0 ? 1 : a.shape[i], j < 0 ? 1 : b.shape[j])
    return p == 1 ? q : p
  }
  let (valuesA, valuesB) = (a.scalars, b.scalars)
  func offset(_ index: [Int], in shape: Shape) -> Int {
    let own = index.suffix(shape.rank)
    return zip(own, shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }
  }
  let shape = Shape(sizes)
  return Tensor(
    (0..<shape.elementCount).map { element in
      var rest = element
      var index = [Int](repeating: 0, count: rank)
      for axis in (0..<rank).reversed() {
        index[axis] = rest % sizes[axis]
        rest /= sizes[axis]
      }
      return function(valuesA[offset(index, in: a.shape)], valuesB[offset(index, in: b.shape)])
    }, shape: shape)
}

/// Expects the same bits, or NaN on both sides, whatever its sign.
private func expectSameNumbers(
  _ actual: [Float], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    actual.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern }
      == expected.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern },
    sourceLocation: sourceLocation)
}
