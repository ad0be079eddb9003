import GannetTensor
import TestSupport
import Testing

/// Factorizations and solutions against their definitions, on matrices in every memory form.
@Suite struct LinearAlgebraTests {
  private func random(_ seed: UInt32, _ shape: Shape) -> Tensor { Tensor(hash: seed, shape) }

  private func positiveDefinite(_ size: Int) -> Tensor {
    let x = random(1, [size, size + 3])
    return matmul(x, x, transposingB: true) + Tensor(identity: size) * 0.1
  }

  /// Expects an error of the closure, the description of which begins with its operation.
  private func expectError(_ wanted: LinearAlgebraError, _ body: () throws -> Void) {
    let error = #expect(throws: LinearAlgebraError.self, performing: body)
    #expect(error == wanted)
  }

  // MARK: Systems

  @Test(arguments: MemoryForm.allCases) func solutionsSolve(form: MemoryForm) throws {
    let a = random(1, [6, 6]) + Tensor(identity: 6) * 2
    let (b, columns) = (random(2, [6]), random(3, [6, 4]))
    expectClose(matmul(a, try solve(form(a), form(b))), b)
    expectClose(matmul(a, try solve(form(a), form(columns))), columns)
    expectClose(matmul(a, try form(a).inverse()), Tensor(identity: 6))
    let spd = positiveDefinite(6)
    expectClose(
      matmul(spd, try solve(form(spd), columns, assuming: .positiveDefinite)), columns,
      tolerance: 1e-4)
    let (lower, upper) = (a.lowerTriangle(), a.upperTriangle())
    // The other triangle is not read.
    expectClose(matmul(lower, try solve(form(a), columns, assuming: .lowerTriangular)), columns)
    expectClose(matmul(upper, try solve(form(a), b, assuming: .upperTriangular)), b)
  }

  @Test func aPositiveDefiniteSystemIsTwoTriangularOnes() throws {
    let (a, b) = (positiveDefinite(20), random(5, [20, 2]))
    let l = try a.cholesky()
    let y = try solve(l, b, assuming: .lowerTriangular)
    let x = try solve(l.transposed(), y, assuming: .upperTriangular)
    expectClose(x, try solve(a, b, assuming: .positiveDefinite), tolerance: 1e-4)
    expectClose(x, try solve(a, b), tolerance: 1e-4)
  }

  @Test func residualsOfLeastSquaresStandUpright() throws {
    let (a, b) = (random(1, [30, 4]), random(2, [30, 3]))
    let x = try leastSquares(a, b)
    #expect(x.shape == [4, 3])
    expectClose(
      matmul(a, matmul(a, x) - b, transposingA: true) + 1, Tensor(ones: [4, 3]), tolerance: 1e-5)
    // The normal equations, of which ridge regression adds to the diagonal.
    let gram = matmul(a, a, transposingA: true)
    expectClose(x, try solve(gram, matmul(a, b, transposingA: true)), tolerance: 1e-4)
    let vector = b.sliced(1..<2, along: 1).squeezed(at: 1)
    expectClose(try leastSquares(a, vector), x.sliced(1..<2, along: 1).squeezed(at: 1))
  }

  @Test func ofManySolutionsTheShortestIsTaken() throws {
    let (a, b) = (random(1, [3, 8]), random(2, [3]))
    let x = try leastSquares(a, b)
    #expect(x.shape == [8])
    expectClose(matmul(a, x), b)
    // It lies in the row space: x = aᵀ (a aᵀ)⁻¹ b.
    let weights = try solve(matmul(a, a, transposingB: true), b)
    expectClose(x, matmul(a.transposed(), weights), tolerance: 1e-4)
  }

  /// The values of NumPy's `lstsq`.
  @Test func withoutFullRankTheShortestSolutionIsTaken() throws {
    expectClose(try leastSquares([[1, 1], [1, 1], [1, 1]], [1, 2, 3]), [1, 1])
    expectClose(try leastSquares([[1, 0], [2, 0], [3, 0]], [1, 2, 3]), [1, 0])
    // One-hot columns beside a column of ones.
    let groups: Tensor = [[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1]]
    expectClose(try leastSquares(groups, [1, 3, 5, 7]), Tensor([8, -2, 10]) / 3)
    expectClose(try leastSquares([[1, 2], [2, 4]] as Tensor, [5, 10]), [1, 2])
    expectClose(try leastSquares([[1, 1, 1], [1, 1, 1]], [3, 3]), [1, 1, 1])
    expectClose(try leastSquares(Tensor(zeros: [3, 2]), [1, 2, 3]), [0, 0])
    #expect(try leastSquares(Tensor(zeros: [3, 0]), [1, 2, 3]).shape == [0])
    #expect(try leastSquares(Tensor(zeros: [0, 2]), Tensor(zeros: [0])).scalars == [0, 0])
  }

  @Test func determinantsMultiply() throws {
    let (a, b) = (random(1, [5, 5]), random(2, [5, 5]))
    let product = try a.determinant() * b.determinant()
    expectClose(try matmul(a, b).determinant(), product, tolerance: 1e-4)
    #expect(try Tensor([[2, 7], [0, 3]]).determinant().scalar == 6)
    #expect(try Tensor([[0, 1], [1, 0]]).determinant().scalar == -1)
    #expect(try Tensor([[0, 1, 0], [0, 0, 1], [1, 0, 0]]).determinant().scalar == 1)
    #expect(try Tensor([[1, 2], [2, 4]]).determinant().scalar == 0)
    #expect(try Tensor(zeros: [0, 0]).determinant().scalar == 1)
    #expect(try Tensor(zeros: [3, 0, 0]).determinant().scalars == [1, 1, 1])
  }

  // MARK: Factors

  @Test(arguments: MemoryForm.allCases) func factorsMakeTheMatrix(form: MemoryForm) throws {
    for shape in [[5, 5], [9, 4], [4, 9], [1, 3], [3, 1]] as [Shape] {
      let a = random(1, shape)
      let size = min(shape[0], shape[1])
      let (q, r) = try form(a).qr()
      #expect(q.shape == [shape[0], size] && r.shape == [size, shape[1]])
      expectClose(matmul(q, r), a)
      expectClose(matmul(q, q, transposingA: true), Tensor(identity: size))
      expectIdentical(r, r.upperTriangle())
      let (u, values, v) = try form(a).singularValueDecomposition()
      #expect(
        u.shape == [shape[0], size] && values.shape == [size] && v.shape == [size, shape[1]])
      expectClose(matmul(u * values, v), a)
      expectClose(matmul(u, u, transposingA: true), Tensor(identity: size))
      expectClose(matmul(v, v, transposingB: true), Tensor(identity: size))
      #expect(values.scalars == values.scalars.sorted(by: >))
      #expect(values.min().scalar >= 0)
      expectClose(values.norm(), a.norm())
    }
    let spd = positiveDefinite(7)
    let l = try form(spd).cholesky()
    expectClose(matmul(l, l, transposingB: true), spd)
    expectIdentical(l, l.lowerTriangle())
  }

  @Test(arguments: MemoryForm.allCases) func eigenvectorsKeepTheirDirection(form: MemoryForm) throws
  {
    let x = random(1, [12, 12])
    let a = x + x.transposed()
    let (values, vectors) = try form(a).symmetricEigen()
    expectClose(matmul(a, vectors), vectors * values)
    expectClose(matmul(vectors, vectors, transposingA: true), Tensor(identity: 12))
    #expect(values.scalars == values.scalars.sorted())
    expectClose(values.sum(), a.diagonal().sum())
    expectClose(try form(a).symmetricEigenvalues(), values)
    // The singular values of x are the roots of the eigenvalues of xᵀ x.
    let squares = try matmul(x, x, transposingA: true).symmetricEigenvalues()
    let falling = try x.singularValueDecomposition().values
    expectClose(
      squares, square(falling).slices(at: IntTensor((0..<12).reversed())), tolerance: 1e-4)
    expectClose(try Tensor([[2, 1], [1, 2]]).symmetricEigenvalues(), [1, 3])
  }

  @Test func theLowerTriangleIsTheSymmetricMatrix() throws {
    let spd = positiveDefinite(6)
    let half = spd.lowerTriangle() + Tensor(ones: [6, 6]).upperTriangle(offset: 1) * 99
    expectIdentical(try half.cholesky(), try spd.cholesky())
    expectIdentical(try half.symmetricEigenvalues(), try spd.symmetricEigenvalues())
  }

  @Test func emptyMatricesAreNoTrouble() throws {
    #expect(try solve(Tensor(zeros: [0, 0]), Tensor(zeros: [0, 2])).shape == [0, 2])
    #expect(try Tensor(zeros: [0, 0]).inverse().shape == [0, 0])
    #expect(try Tensor(zeros: [0, 0]).cholesky().shape == [0, 0])
    #expect(try Tensor(zeros: [0, 0]).symmetricEigen().values.shape == [0])
    #expect(try Tensor(zeros: [3, 0]).qr().q.shape == [3, 0])
    #expect(try Tensor(zeros: [0, 3]).singularValueDecomposition().u.shape == [0, 0])
  }

  @Test func threadsDoNotChangeAFactor() throws {
    let a = positiveDefinite(200)
    let wanted = try onThreads(1) { try a.symmetricEigen().vectors }
    for count in 2...3 {
      expectIdentical(try onThreads(count) { try a.symmetricEigen().vectors }, wanted)
      expectIdentical(
        try onThreads(count) { try solve(a, a) }, try onThreads(1) { try solve(a, a) })
    }
  }

  @Test func operandsKeepTheirValues() throws {
    let a = positiveDefinite(5)
    let (before, b) = (a.scalars, random(2, [5]))
    let right = b.scalars
    _ = try solve(a, b)
    _ = try a.symmetricEigen()
    _ = try a.qr()
    _ = try leastSquares(a, b)
    #expect(a.scalars == before)
    #expect(b.scalars == right)
  }

  // MARK: Faults

  @Test func singularSystemsThrow() {
    let singular: Tensor = [[1, 2], [2, 4]]
    expectError(.singular(operation: "solve")) { _ = try solve(singular, [1, 1]) }
    expectError(.singular(operation: "inverse")) { _ = try singular.inverse() }
    expectError(.singular(operation: "solve")) {
      _ = try solve([[1, 0], [1, 0]], [1, 1], assuming: .lowerTriangular)
    }
    expectError(.notPositiveDefinite(operation: "cholesky", order: 2)) {
      _ = try Tensor([[1, 2], [2, 1]]).cholesky()
    }
    expectError(.notPositiveDefinite(operation: "solve", order: 1)) {
      _ = try solve([[-1, 0], [0, 1]], [1, 1], assuming: .positiveDefinite)
    }
  }

  @Test func nonFiniteMatricesThrow() {
    for value in [Float.nan, .infinity] {
      let a = Tensor([1, 0, 0, value], shape: [2, 2])
      expectError(.notFinite(operation: "solve")) { _ = try solve(a, [1, 1]) }
      expectError(.notFinite(operation: "solve")) {
        _ = try solve(Tensor(identity: 2), Tensor([1, value]))
      }
      expectError(.notFinite(operation: "leastSquares")) { _ = try leastSquares(a, [1, 1]) }
      expectError(.notFinite(operation: "inverse")) { _ = try a.inverse() }
      expectError(.notFinite(operation: "determinant")) { _ = try a.determinant() }
      expectError(.notFinite(operation: "cholesky")) { _ = try a.cholesky() }
      expectError(.notFinite(operation: "qr")) { _ = try a.qr() }
      expectError(.notFinite(operation: "symmetricEigen")) { _ = try a.symmetricEigen() }
      expectError(.notFinite(operation: "singularValueDecomposition")) {
        _ = try a.singularValueDecomposition()
      }
    }
  }

  @Test func errorsSayWhatToDo() {
    #expect(
      "\(LinearAlgebraError.singular(operation: "solve"))"
        .hasPrefix("solve: the matrix is singular; add a small multiple of the identity"))
    #expect(
      "\(LinearAlgebraError.notPositiveDefinite(operation: "cholesky", order: 3))"
        .contains("its leading minor of order 3 is not positive"))
  }

  @Test func mistakesAreNamed() async {
    let square = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try Tensor(zeros: [2, 3]).cholesky()
    }
    expectMessage(square, "cholesky: shape [2, 3], expected [..., N, N]")
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try solve(Tensor(identity: 2), Tensor(zeros: [3]))
    }
    expectMessage(shapes, "solve: shapes [2, 2] and [3] don't fit")
    let sides = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try leastSquares(Tensor(zeros: [3, 2]), Tensor(zeros: [2]))
    }
    expectMessage(sides, "leastSquares: shapes [3, 2] and [2] don't fit")
    let batches = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try solve(Tensor(zeros: [3, 2, 2]), Tensor(zeros: [4, 2, 1]))
    }
    expectMessage(batches, "solve: shapes [3, 2, 2] and [4, 2, 1] don't fit")
  }

  @Test func withoutGradientsVariablesMayEnter() throws {
    let a = Tensor(identity: 3).requiringGradient()
    let x = try withoutGradients { try solve(a, [1, 2, 3]) }
    #expect(x.scalars == [1, 2, 3])
    #expect(!x.requiresGradient)
  }
}
