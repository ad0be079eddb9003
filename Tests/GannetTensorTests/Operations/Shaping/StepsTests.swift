import GannetTensor
import TestSupport
import Testing

@Suite struct StepsTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let views = try Fixture("views")
    views.check("flip") { $0[0].flipped(along: 1) }
    views.check("slice_stepped") { $0[0].strided(by: 2, along: 1) }
    try Fixture("joins").check("tile") { $0[0].tiled([2, 3]) }
  }

  @Test(arguments: 0..<4) func stepsPartitionAnAxis(axis: Int) {
    let x = Tensor(hash: 1, [2, 3, 4, 7])
    expectIdentical(x.flipped(along: axis).flipped(along: axis), x)
    for step in 1...4 {
      let even = x.strided(by: step, along: axis)
      #expect(even.shape[axis] == (x.shape[axis] + step - 1) / step)
      let indices = IntTensor((0..<even.shape[axis]).map { $0 * step })
      expectIdentical(even, x.slices(at: indices, along: axis))
    }
  }

  @Test func backwardAndWideStepsEnterOperations() {
    let x = Tensor(hash: 1, [6, 6])
    let mirror = x.slices(at: [5, 4, 3, 2, 1, 0])
    expectIdentical(x.flipped(along: 0) + 1, mirror + 1)
    expectClose(
      matmul(x.flipped(along: 0), x.flipped(along: 1)), matmul(mirror, x.flipped(along: 1) + 0))
    expectIdentical(x.flipped(along: 0)[0], x[5])
    expectClose(x.strided(by: 2, along: 0).sum(along: 0), x[0] + x[2] + x[4])
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    let x = Tensor(hash: 1, [3, 4])
    expectSecondDerivatives([x]) { pow($0[0].flipped(along: 1), 3) }
    expectSecondDerivatives([x]) { pow($0[0].strided(by: 3, along: 1), 3) }
    expectSecondDerivatives([x]) { pow($0[0].tiled([2, 1]), 3) }
  }

  @Test func impossibleStepsAreNamed() async {
    let step = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2]).strided(by: 0, along: 0)
    }
    expectMessage(step, "strided: a step of 0")
    let repeats = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3]).tiled([2])
    }
    expectMessage(repeats, "tiled: [2] times shape [2, 3]")
  }
}
