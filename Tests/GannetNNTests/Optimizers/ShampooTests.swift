import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ShampooTests {
  @Test func theFirstStepOfAMatrixIsOrthogonal() {
    // With L = G Gᵀ and R = Gᵀ G, L^(-1/4) G R^(-1/4) is U Vᵀ of the singular value decomposition.
    let gradient = Tensor(hash: 1, [4, 4]) + Tensor(identity: 4) * 2
    let step = firstStep(gradient)
    expectClose(matmul(step, step, transposingB: true), Tensor(identity: 4), tolerance: 1e-4)
    let symmetric = matmul(step, gradient, transposingA: true)  // V Σ Vᵀ
    expectClose(symmetric, symmetric.transposed(), tolerance: 1e-4)
  }

  @Test func theFirstStepOfAVectorHasLengthOne() {
    let gradient = Tensor([3, 0, -4])
    expectClose(firstStep(gradient), gradient / 5, tolerance: 1e-3)
    let row = gradient.reshaped(to: [1, 3])
    expectClose(firstStep(row), row / 5, tolerance: 1e-3)
  }

  @Test func lengthsAreKeptWhereAskedFor() {
    let parameter = Parameter(Tensor(zeros: [3, 5]))
    let gradient = Tensor(hash: 1, [3, 5])
    parameter.gradient = gradient
    Shampoo(Parameters([parameter]), learningRate: 1).step()
    let lengths = [parameter.value, gradient].map { sqrt(($0 * $0).sum()) }
    expectClose(lengths[0], lengths[1])
  }

  @Test func statisticsAndRootsAreThoseOfTheFormulas() {
    let parameter = Parameter(Tensor(zeros: [3, 2, 2]))
    let optimizer = Shampoo(
      Parameters([parameter]), learningRate: 0.1, epsilon: 0.01, rootInterval: 1)
    var left = Tensor(identity: 3) * 0.01
    var right = Tensor(identity: 4) * 0.01
    for seed in 1...5 as ClosedRange<UInt32> {
      let gradient = Tensor(hash: seed, [3, 2, 2])
      let g = gradient.reshaped(to: [3, 4])
      left += matmul(g, g, transposingB: true)
      right += matmul(g, g, transposingA: true)
      parameter.gradient = gradient
      optimizer.step()
    }
    let memory = optimizer.memories[0].tensors
    expectClose(memory["left_statistics"]!, left)
    expectClose(memory["right_statistics"]!, right)
    for (root, matrix) in [(memory["left_root"]!, left), (memory["right_root"]!, right)] {
      let square = matmul(root, root)
      let product = matmul(matmul(square, square), matrix)
      expectClose(product, Tensor(identity: matrix.shape[0]), tolerance: 1e-3)
    }
  }

  @Test func rootsAreComputedAtTheInterval() {
    let problem = Problem.network
    let optimizer = Shampoo(problem.parameters, learningRate: 0.1, rootInterval: 3)
    var roots: [[Float]] = []
    for _ in 0..<7 {
      problem.takeStep(optimizer)
      roots.append(optimizer.memories[0].tensors["left_root"]!.scalars)
    }
    let stays = zip(roots, roots.dropFirst()).map { $0 == $1 }
    #expect(stays == [false, false, true, true, false, true])  // at 1, 2, 3 and 6
  }

  @Test func largeSidesAreCutIntoBlocksOfTheirOwn() {
    // 5 rows and 3 columns, in blocks of up to 4: two of [2, 3] and [3, 3].
    let parameter = Parameter(Tensor(zeros: [5, 3]))
    let optimizer = Shampoo(
      Parameters([parameter]), learningRate: 1, momentum: 0.5, rootInterval: 1, blockSize: 4)
    let parts = [0..<2, 2..<5].map { ($0, Parameter(Tensor(zeros: [$0.count, 3]))) }
    let others = parts.map {
      Shampoo(Parameters([$0.1]), learningRate: 1, momentum: 0.5, rootInterval: 1)
    }
    for seed in 1...3 as ClosedRange<UInt32> {
      let gradient = Tensor(hash: seed, [5, 3])
      parameter.gradient = gradient
      optimizer.step()
      for ((rows, part), other) in zip(parts, others) {
        part.gradient = gradient[rows]
        other.step()
      }
    }
    for (rows, part) in parts { expectIdentical(parameter.value[rows], part.value) }
    let names = optimizer.memoryShapes(of: parameter)
    #expect(names["blocks.1.left_statistics"] == [3, 3])
    #expect(Set(names.keys) == Set(optimizer.memories[0].tensors.keys))
  }

  @Test func aBlockOfOneElementIsAdaGrad() {
    let parameter = Parameter(Tensor(zeros: [2]))
    let optimizer = Shampoo(
      Parameters([parameter]), learningRate: 1, epsilon: 1e-6, blockSize: 1, grafting: .none)
    let gradient = Tensor([0.5, -2])
    parameter.gradient = gradient
    optimizer.step()
    // Its first step is the sign.
    expectClose(-parameter.value, sign(gradient), tolerance: 1e-3)
  }

  @Test func lengthsAreAdamsWhereAskedFor() {
    let parameter = Parameter(Tensor(zeros: [3, 5]))
    let optimizer = Shampoo(
      Parameters([parameter]), learningRate: 1, grafting: .adam(beta: 0.9, epsilon: 0))
    var moment = Tensor(zeros: [3, 5])
    for step in 1...4 {
      let gradient = Tensor(hash: UInt32(step), [3, 5])
      moment = moment * 0.9 + gradient * gradient * 0.1
      let before = parameter.value.detached() + 0
      parameter.gradient = gradient
      optimizer.step()
      let correction = 1 - (0..<step).reduce(Float(1)) { power, _ in power * 0.9 }
      let expected = gradient / sqrt(moment / correction)
      expectClose((parameter.value.detached() - before).norm(), expected.norm())
    }
  }

  @Test func itGoesStraightWhereGradientDescentCreeps() {
    // |A W - B|² with a badly conditioned A.
    let a = Tensor(diagonal: Tensor([10, 1, 0.1]))
    let b = Tensor(hash: 1, [3, 3])
    func loss(_ make: (Parameters) -> Optimizer) -> Float {
      let w = Parameter(Tensor(zeros: [3, 3]))
      let optimizer = make(Parameters([w]))
      var last: Float = 0
      for _ in 0..<100 {
        optimizer.zeroGradients()
        let loss = meanSquaredError(matmul(a, w.value), b, reduction: .sum)
        loss.backward()
        optimizer.step()
        last = loss.scalar
      }
      return last
    }
    // Reference values computed by NumPy's eigensolver in double precision.
    for (rate, expected) in [(1, 0.79615), (3, 0.57393)] as [(Float, Double)] {
      let last = loss { Shampoo($0, learningRate: rate, rootInterval: 1, grafting: .none) }
      #expect(abs(Double(last) - expected) < 1e-3)
    }
    let descent = loss { SGD($0, learningRate: 0.009) }  // at 0.01 it diverges
    #expect(abs(descent - 1.29433) < 1e-3)
  }

  @Test func aGradientThatIsNotFiniteLeavesTheRoots() {
    let parameter = Parameter(Tensor(zeros: [2, 2]))
    let optimizer = Shampoo(Parameters([parameter]), learningRate: 1, rootInterval: 1)
    parameter.gradient = Tensor(hash: 1, [2, 2])
    optimizer.step()
    let root = optimizer.memories[0].tensors["left_root"]!
    parameter.gradient = Tensor([.nan, 0, 0, 0], shape: [2, 2])
    optimizer.step()
    expectIdentical(optimizer.memories[0].tensors["left_root"]!, root)
    #expect(parameter.value.scalars[0].isNaN)
  }

  @Test func settingsOutOfRangeStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Shampoo(Linear(2, 2).parameters, learningRate: 1, epsilon: 0)
    }
    expectMessage(result, "Shampoo: epsilon 0.0, expected above 0")
  }

  /// -w after one step from 0 at the rate 1.
  private func firstStep(_ gradient: Tensor) -> Tensor {
    let parameter = Parameter(Tensor(zeros: gradient.shape))
    parameter.gradient = gradient
    Shampoo(Parameters([parameter]), learningRate: 1, epsilon: 1e-6, grafting: .none).step()
    return -parameter.value
  }
}
