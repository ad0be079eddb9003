import GannetTensor
import TestSupport
import Testing

/// Gradients and batches of linear systems and factorizations.
@Suite struct LinearAlgebraGradientTests {
  private static func regular(_ a: Tensor) -> Tensor {
    a + Tensor(identity: a.shape[a.rank - 1]) * 2
  }

  private static func positive(_ a: Tensor) -> Tensor {
    matmul(a, a, transposingB: true) + Tensor(identity: a.shape[a.rank - 2])
  }

  private static func symmetric(_ a: Tensor) -> Tensor { a + a.transposed() }

  private static func joined(_ tensors: [Tensor]) -> Tensor {
    concatenate(tensors.map { $0.flattened() })
  }

  private static func eigen(_ a: Tensor) throws -> Tensor {
    let (values, vectors) = try symmetric(a).symmetricEigen()
    let powers = vectors * exp(values).unsqueezed(at: values.rank - 1)
    return joined([values, square(vectors), matmul(powers, vectors, transposingB: true)])
  }

  private static func singular(_ a: Tensor) throws -> Tensor {
    let (u, values, v) = try a.singularValueDecomposition()
    let turned = u * sin(values).unsqueezed(at: values.rank - 1)
    return joined([values, square(u), square(v), matmul(turned, v)])
  }

  private struct Function: Sendable {
    let name: String
    /// Of the first and second derivatives.
    var tolerance = 1e-4
    let value: @Sendable ([Tensor]) throws -> Tensor
  }

  private static let functions: [Function] = [
    Function(name: "solve") { try solve(regular($0[0]), $0[1]) },
    Function(name: "solve_vector") { try solve(regular($0[0]), $0[1]) },
    Function(name: "solve_batch") { try solve(regular($0[0]), $0[1]) },
    Function(name: "solve_positive") {
      try solve(positive($0[0]), $0[1], assuming: .positiveDefinite)
    },
    Function(name: "solve_lower") { try solve(regular($0[0]), $0[1], assuming: .lowerTriangular) },
    Function(name: "solve_upper") { try solve(regular($0[0]), $0[1], assuming: .upperTriangular) },
    Function(name: "inverse") { try regular($0[0]).inverse() },
    Function(name: "determinant") { try regular($0[0]).determinant() },
    Function(name: "cholesky") { try positive($0[0]).cholesky() },
    Function(name: "qr_square") {
      let (q, r) = try regular($0[0]).qr()
      return joined([q, r])
    },
    Function(name: "qr_tall") {
      let (q, r) = try $0[0].qr()
      return joined([q, r])
    },
    Function(name: "qr_wide") {
      let diagonal = Tensor(identity: 3).padded(before: [0, 0], after: [0, 2]) * 2
      let (q, r) = try ($0[0] + diagonal).qr()
      return joined([q, r])
    },
    // Differences of eigenvalues are divided by, twice in second derivatives.
    Function(name: "eigen", tolerance: 2e-3) { try eigen($0[0]) },
    Function(name: "eigenvalues", tolerance: 1e-3) { try symmetric($0[0]).symmetricEigenvalues() },
    Function(name: "singular_square", tolerance: 2e-3) { try singular($0[0]) },
    Function(name: "singular_tall", tolerance: 2e-3) { try singular($0[0]) },
    Function(name: "singular_wide", tolerance: 2e-3) { try singular($0[0]) },
    Function(name: "pseudo_inverse_tall", tolerance: 1e-3) { try $0[0].pseudoInverse() },
    Function(name: "pseudo_inverse_wide", tolerance: 1e-3) { try $0[0].pseudoInverse() },
    Function(name: "least_squares_tall", tolerance: 1e-3) { try leastSquares($0[0], $0[1]) },
    Function(name: "least_squares_wide", tolerance: 1e-3) { try leastSquares($0[0], $0[1]) },
  ]

  @Test(arguments: functions.indices) func valuesAndGradientsArePyTorchs(_ index: Int) throws {
    let function = Self.functions[index]
    try Fixture("linear_algebra").check(function.name, tolerance: function.tolerance) {
      try! function.value($0)
    }
  }

  @Test func gradientsAreThoseOfDifferences() {
    let (a, b) = (Tensor(hash: 1, [2, 3, 3]), Tensor(hash: 2, [2, 3, 2]))
    let functions: [([Tensor]) throws -> Tensor] = [
      { try solve(Self.regular($0[0]), $0[1]) },
      { try solve(Self.positive($0[0]), $0[1], assuming: .positiveDefinite) },
      { try Self.regular($0[0]).inverse() + $0[1].sum() },
      { try Self.regular($0[0]).determinant() * $0[1].sum() },
      { try Self.positive($0[0]).cholesky() + $0[1].sum() },
      { try Self.joined([Self.regular($0[0]).qr().q, Self.regular($0[0]).qr().r, $0[1]]) },
      { try Self.symmetric($0[0]).symmetricEigenvalues() + $0[1].sum() },
      { try Self.regular($0[0]).singularValueDecomposition().values + $0[1].sum() },
      { try leastSquares(Self.regular($0[0]).sliced(0..<2, along: 2), $0[1]) },
    ]
    for function in functions {
      expectGradients([a, b], tolerance: 3e-3) { try! function($0) }
    }
    expectSecondDerivatives([a, b], tolerance: 5e-3) { try! solve(Self.regular($0[0]), $0[1]) }
    expectSecondDerivatives([a], tolerance: 5e-3) { try! Self.positive($0[0]).cholesky() }
  }

  /// Each matrix of a batch as by itself.
  @Test func batchesAreTheirMatrices() throws {
    let (a, b) = (Tensor(hash: 1, [2, 3, 5, 5]), Tensor(hash: 2, [2, 3, 5]))
    let functions: [(Tensor, Tensor) throws -> [Tensor]] = [
      { a, b in [try solve(a, b)] }, { a, _ in [try a.inverse(), try a.determinant()] },
      { a, _ in [try Self.positive(a).cholesky()] },
      { a, _ in
        let (q, r) = try a.sliced(0..<3, along: a.rank - 1).qr()
        return [q, r]
      },
      { a, _ in
        let (values, vectors) = try a.symmetricEigen()
        return [values, vectors]
      },
      { a, _ in
        let (u, values, v) = try a.sliced(0..<3, along: a.rank - 1).singularValueDecomposition()
        return [u, values, v]
      },
      { a, b in [try leastSquares(a.sliced(0..<3, along: a.rank - 1), b)] },
      { a, _ in [try a.sliced(0..<3, along: a.rank - 1).pseudoInverse()] },
    ]
    for function in functions {
      let whole = try function(a, b)
      for (i, j) in [(0, 0), (0, 2), (1, 1)] {
        for (part, all) in zip(try function(a[i][j], b[i][j]), whole) {
          expectIdentical(part, all[i][j])
        }
      }
    }
  }

  /// Cofactors exist where there is no inverse.
  @Test func theDeterminantOfASingularMatrixHasAGradient() throws {
    for (matrix, cofactors) in [
      ([1, 2, 2, 4], [4, -2, -2, 1]), ([0, 0, 0, 0], [0, 0, 0, 0]), ([0, 0, 0, 3], [3, 0, 0, 0]),
    ] as [([Float], [Float])] {
      let a = Tensor(matrix, shape: [2, 2]).requiringGradient()
      try a.determinant().backward()
      expectClose(a.gradient! + 1, Tensor(cofactors, shape: [2, 2]) + 1, tolerance: 1e-6)
    }
    let one = Tensor([5], shape: [1, 1]).requiringGradient()
    try one.determinant().backward()
    #expect(one.gradient!.scalar == 1)
  }

  @Test func pseudoInversesFulfilTheFourEquations() throws {
    // Of full rank, of rank 1, and 0.
    for a in [
      Tensor(hash: 1, [5, 3]), Tensor(hash: 1, [3, 5]), [[1, 2], [2, 4], [3, 6]],
      Tensor(zeros: [2, 3]),
    ] as [Tensor] {
      let p = try a.pseudoInverse()
      #expect(p.shape == [a.shape[1], a.shape[0]])
      expectClose(matmul(matmul(a, p), a) + 1, a + 1, tolerance: 1e-5)
      expectClose(matmul(matmul(p, a), p) + 1, p + 1, tolerance: 1e-5)
      expectClose(matmul(a, p) + 1, matmul(a, p).transposed() + 1, tolerance: 1e-5)
      expectClose(matmul(p, a) + 1, matmul(p, a).transposed() + 1, tolerance: 1e-5)
    }
  }

  /// The gradient of a backward pass may be anything; it does not stop the program.
  @Test func gradientsThatAreNoNumbersPass() throws {
    let a = Tensor(identity: 2).requiringGradient()
    let seed = Tensor([.nan, 1, 1, .infinity], shape: [2, 2])
    try solve(a, Tensor(identity: 2)).backward(seed: seed)
    #expect(a.gradient!.scalars.contains { $0.isNaN })
    let b = Tensor(identity: 2).requiringGradient()
    try b.cholesky().backward(seed: seed)
    #expect(b.gradient!.scalars.contains { $0.isNaN })
  }

  @Test func gradientsHaveTheStructureOfTheMatrix() throws {
    let (a, b) = (Self.regular(Tensor(hash: 1, [4, 4])), Tensor(hash: 2, [4, 2]))
    let lower = a.requiringGradient()
    try solve(lower, b, assuming: .lowerTriangular).sum().backward()
    expectIdentical(lower.gradient!, lower.gradient!.lowerTriangle())
    let positive = Self.positive(a).requiringGradient()
    try solve(positive, b, assuming: .positiveDefinite).sum().backward()
    expectIdentical(positive.gradient!, positive.gradient!.transposed())
    let factored = Self.positive(a).requiringGradient()
    try factored.cholesky().sum().backward()
    expectIdentical(factored.gradient!, factored.gradient!.transposed())
  }
}
