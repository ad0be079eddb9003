import GannetTensor
import TestSupport
import Testing

@Suite struct ReductionTests {
  /// Every shape with every kind of axes: none, one, neighbours, not neighbours, all, from the back.
  private static let cases: [(Shape, [Int])] = [
    ([3, 4, 5], []), ([3, 4, 5], [0]), ([3, 4, 5], [1]), ([3, 4, 5], [2]), ([3, 4, 5], [0, 1]),
    ([3, 4, 5], [1, 2]), ([3, 4, 5], [0, 2]), ([3, 4, 5], [-1, 0]), ([3, 4, 5], [0, 1, 2]),
    ([2, 3, 4, 5], [0, 2, 3]), ([2, 3, 4, 5], [1, 3]), ([2, 3, 4, 5], [0, 2]),
    ([2, 3, 4, 5], [1]), ([2, 3, 4, 5], [2, 3]), ([], []), ([7], [0]), ([1], [0]),
    ([3, 0, 5], [1]), ([3, 0, 5], [0]), ([0], [0]), ([1, 1, 3], [0, 2]),
    ([2, 2, 2, 2, 2, 2, 2, 2], [0, 2, 4, 6]), ([700_001], [0]), ([5, 40_001], [1]),
    ([40_001, 5], [0]), ([300_001, 3], [0]), ([3, 5_000, 7], [1]), ([3, 5_000, 7], [0, 2]),
  ]

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("reductions")
    for name in fixture.names where name.hasPrefix("sum_") || name.hasPrefix("mean_") {
      let arguments = fixture.arguments(name)
      let axes = Axes(arguments["axes"] as! [Int])
      let keeping = arguments["keepingAxes"] as? Bool ?? false
      fixture.check(name) {
        name.hasPrefix("sum_")
          ? $0[0].sum(along: axes, keepingAxes: keeping)
          : $0[0].mean(along: axes, keepingAxes: keeping)
      }
    }
    fixture.check("sum_all") { $0[0].sum() }
    fixture.check("mean_all") { $0[0].mean() }
    fixture.check("sum_1") { $0[0].sum(along: 1) }
    fixture.check("mean_1_kept") { $0[0].mean(along: -2, keepingAxes: true) }
  }

  @Test(arguments: cases) func valuesAreThoseOfTheDefinition(_ shape: Shape, _ axes: [Int]) {
    // Around 1, so that every rounding goes the same way: the hardest case of a sum.
    let x = Tensor(hash: 1, shape, low: 0.5, high: 1.5)
    let expected = sums(x, axes)
    let count = Float(expected.count == 0 ? 1 : x.count / expected.count)
    for form in MemoryForm.allCases where x.count < 10_000 || form == .contiguous {
      let tensor = form(x)
      expectClose(
        tensor.sum(along: Axes(axes), keepingAxes: true), expected, tolerance: 2e-6, "\(form)")
      let gone = tensor.sum(along: Axes(axes))
      expectClose(gone, expected.reshaped(to: gone.shape), tolerance: 2e-6, "\(form)")
      #expect(gone.rank == shape.rank - axes.count)
      if count > 0 {
        expectClose(
          tensor.mean(along: Axes(axes), keepingAxes: true), expected / count, tolerance: 2e-6,
          "\(form)")
      }
    }
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    for (shape, axes) in Self.cases where shape.elementCount < 200 && shape.elementCount > 0 {
      let x = Tensor(hash: 1, shape)
      expectGradients([x]) { $0[0].sum(along: Axes(axes)) }
      expectGradients([x]) { $0[0].sum(along: Axes(axes), keepingAxes: true) }
      expectGradients([x]) { $0[0].mean(along: Axes(axes)) }
    }
  }

  @Test func axesAreLiterals() {
    let x = Tensor(hash: 1, [2, 3, 4])
    let (one, several): (Axes, Axes) = (1, [0, 2])
    expectIdentical(x.sum(along: one), x.sum(along: [1]))
    expectIdentical(x.sum(along: several), x.sum(along: Axes([0, 2])))
    expectIdentical(x.sum(), x.sum(along: .all))
    expectIdentical(x.sum(along: .all), x.sum(along: [0, 1, 2]))
    // An axis counts once.
    expectIdentical(x.mean(along: [1, -2]), x.mean(along: 1))
    expectIdentical(x.sum(along: []), x)
  }

  @Test func anAxisOutOfRangeIsNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3]).sum(along: [0, 2])
    }
    expectMessage(result, "sum: axis 2 is out of range for shape [2, 3]")
  }

  @Test func sumOfNothingIsZeroAndItsMeanNoNumber() {
    #expect(Tensor(zeros: [0]).sum().scalar == 0)
    #expect(Tensor(zeros: [0]).mean().scalar.isNaN)
    #expect(Tensor(zeros: [3, 0]).sum(along: 1).scalars == [0, 0, 0])
    #expect(Tensor(zeros: [3, 0]).mean(along: 1).scalars.allSatisfy { $0.isNaN })
    #expect(Tensor(zeros: [0, 3]).sum(along: 1).shape == [0])
  }

  @Test func notANumberAndInfinityComeThrough() {
    let x = Tensor([1, .nan, 2, .infinity, 3, 4], shape: [3, 2])
    #expect(x.sum().scalar.isNaN)
    #expect(x.sum(along: 1).scalars.map(\.isNaN) == [true, false, false])
    #expect(x.sum(along: 0).scalars[1].isNaN)
    #expect(x.sum(along: 1).scalars[1] == .infinity)
  }

  @Test func expandedRepeats() throws {
    try Fixture("views").check("expand") { $0[0].expanded(to: [2, 3, 4, 5]) }
    let x = Tensor(hash: 1, [3, 1])
    expectIdentical(x.expanded(to: [2, 3, 4]), x + Tensor(zeros: [2, 3, 4]))
    expectIdentical(Tensor(5).expanded(to: [2, 2]), Tensor(repeating: 5, shape: [2, 2]))
    expectIdentical(Tensor(5).expanded(to: [0, 2]), Tensor(zeros: [0, 2]))
    for form in MemoryForm.allCases {
      let image = Tensor(hash: 1, [2, 3, 1, 4])
      expectIdentical(form(image).expanded(to: [2, 3, 5, 4]), image + Tensor(zeros: [5, 1]))
    }
    expectGradients([x]) { $0[0].expanded(to: [2, 3, 4]) }
  }
}

/// Sums in double precision along `axes`, which stay with the size 1.
private func sums(_ x: Tensor, _ axes: [Int]) -> Tensor {
  let summed = Set(axes.map { $0 < 0 ? $0 + x.rank : $0 })
  let shape = Shape(x.shape.enumerated().map { summed.contains($0.offset) ? 1 : $0.element })
  var totals = [Double](repeating: 0, count: shape.elementCount)
  for (offset, value) in x.scalars.enumerated() {
    var (rest, target, step) = (offset, 0, 1)
    for axis in (0..<x.rank).reversed() {
      if !summed.contains(axis) {
        target += rest % x.shape[axis] * step
        step *= x.shape[axis]
      }
      rest /= x.shape[axis]
    }
    totals[target] += Double(value)
  }
  return Tensor(totals.map { Float($0) }, shape: shape)
}
