import GannetTensor
import TestSupport
import Testing

@Suite struct CumulativeSumTests {
  @Test(arguments: 0..<3) func valuesAndGradientsArePyTorchs(axis: Int) throws {
    try Fixture("reductions").check("cumulative_sum_\(axis)") {
      $0[0].cumulativeSum(along: axis)
    }
  }

  @Test func theLastIsTheSumFromEitherEnd() {
    let x = Tensor(hash: 1, [4, 70, 90])
    for axis in 0..<3 {
      let size = x.shape[axis]
      let up = x.cumulativeSum(along: axis)
      expectClose(up.sliced(size - 1..<size, along: axis), x.sum(along: [axis], keepingAxes: true))
      let down = x.cumulativeSum(along: axis, reversed: true)
      expectClose(down.sliced(0..<1, along: axis), x.sum(along: [axis], keepingAxes: true))
      expectClose(up + down - x, x.sum(along: [axis], keepingAxes: true).expanded(to: x.shape))
    }
    #expect(Tensor([1, 2, 3]).cumulativeSum(along: 0, reversed: true).scalars == [6, 5, 3])
  }

  @Test func gradientsOfBothDirectionsAreThoseOfDifferences() {
    let x = Tensor(hash: 1, [3, 4])
    for reversed in [false, true] {
      expectSecondDerivatives([x]) { pow($0[0].cumulativeSum(along: 1, reversed: reversed), 3) }
    }
  }
}
