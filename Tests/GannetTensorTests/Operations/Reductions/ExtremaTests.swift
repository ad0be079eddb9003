import GannetTensor
import TestSupport
import Testing

@Suite struct ExtremaTests {
  private static let axes: [(name: String, axes: Axes)] = [
    ("all", [0, 1, 2]), ("0", [0]), ("1", [1]), ("2", [2]), ("01", [0, 1]), ("02", [0, 2]),
    ("12", [1, 2]),
  ]

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("reductions")
    for (name, axes) in Self.axes {
      fixture.check("max_\(name)") { $0[0].max(along: axes) }
      fixture.check("min_\(name)") { $0[0].min(along: axes) }
    }
    fixture.check("max_all") { $0[0].max() }
    fixture.check("min_all") { $0[0].min() }
    fixture.check("max_1_kept") { $0[0].max(along: 1, keepingAxes: true) }
    fixture.check("min_02_kept") { $0[0].min(along: [0, 2], keepingAxes: true) }
    fixture.check("max_rows_long") { $0[0].max(along: 1) }
  }

  @Test(arguments: 0..<3) func theLargestTwoArePyTorchs(axis: Int) throws {
    try Fixture("reductions").check("top_two_\(axis)") { $0[0].topK(2, along: axis).values }
  }

  @Test(arguments: [1, 2, 31, 32, 33, 200]) func indicesPointAtTheValues(size: Int) {
    let x = Tensor(hash: UInt32(size), [3, size, 5])
    for axis in 0..<3 {
      let largest = x.argmax(along: [axis])
      let sizes = Shape((0..<3).map { $0 == axis ? 1 : x.shape[$0] })
      let picked = x.gathered(at: largest.reshaped(to: sizes), along: axis)
      expectIdentical(picked.squeezed(at: axis), x.max(along: [axis]))
      let smallest = (-x).argmin(along: [axis])
      #expect(smallest == largest)
    }
  }

  @Test func withoutAnAxisTheIndexIsThatOfAllElements() {
    let x = Tensor(hash: 1, [3, 4, 5])
    let scalars = x.scalars
    #expect(scalars[Int(x.argmax().scalars[0])] == scalars.max())
    #expect(scalars[Int(x.argmin().scalars[0])] == scalars.min())
    #expect(x.argmax().shape == [])
    #expect(x.argmax() == x.argmax(along: [0, 1, 2]))
    // Axes that are not neighbours count together, the last fastest.
    let planes = x.transposed(0, 1).reshaped(to: [4, 15])
    #expect(x.argmax(along: [0, 2]) == planes.argmax(along: 1))
    #expect(x.argmin(along: [-1, 0]) == planes.argmin(along: 1))
  }

  @Test func theFirstOfEqualsGetsTheGradient() {
    let x = Tensor([1, 3, 3, 2, 2, 2], shape: [2, 3]).requiringGradient()
    #expect(x.argmax(along: -1).scalars == [1, 0])
    #expect(x.argmin(along: 1).scalars == [0, 0])
    x.max(along: 1).backward(seed: Tensor([5, 7]))
    #expect(x.gradient!.scalars == [0, 5, 0, 7, 0, 0])
    x.gradient = nil
    x.max(along: 0).backward(seed: Tensor([1, 2, 4]))
    #expect(x.gradient!.scalars == [0, 2, 4, 1, 0, 0])
  }

  @Test func nansCountAsExtreme() {
    let x = Tensor([1, .nan, 3, .nan, -1, -2], shape: [2, 3])
    #expect(x.argmax(along: -1).scalars == [1, 0])
    #expect(x.argmin(along: -1).scalars == [1, 0])
    #expect(x.argmax(along: 0).scalars == [1, 0, 0])
    #expect(x.max(along: 1).scalars.allSatisfy { $0.isNaN })
    #expect(x.topK(3).indices.scalars == [1, 2, 0, 0, 1, 2])
    #expect(Tensor([-.infinity, -.infinity]).argmax().scalars == [0])
  }

  @Test func allOfAnAxisIsSorted() {
    let x = Tensor(hash: 1, [4, 100])
    let (values, indices) = x.topK(100)
    for row in 0..<4 {
      #expect(values[row].scalars == x[row].scalars.sorted(by: >))
    }
    expectIdentical(x.gathered(at: indices, along: 1), values)
    let columns = x.transposed().topK(100, along: 0)
    expectIdentical(columns.values.transposed(), values)
    // Equals stay in order.
    #expect(Tensor([1, 2, 1, 2, 1]).topK(4).indices.scalars == [1, 3, 0, 2])
    #expect(Tensor([1, 2]).topK(0).values.shape == [0])
  }

  @Test(arguments: MemoryForm.allCases) func layoutsDoNotMatter(form: MemoryForm) {
    let x = Tensor(hash: 1, [2, 3, 4, 5])
    for axis in 0..<4 {
      #expect(form(x).argmax(along: [axis]) == x.argmax(along: [axis]))
      expectIdentical(form(x).max(along: [axis]), x.max(along: [axis]))
      let (values, indices) = form(x).topK(2, along: axis)
      expectIdentical(values, x.topK(2, along: axis).values)
      #expect(indices == x.topK(2, along: axis).indices)
    }
    expectIdentical(form(x).min(along: [0, 2, 3]), x.min(along: [0, 2, 3]))
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    // No two so close that a step of the differences exchanges them.
    let x = Tensor((0..<18).map { Float($0 * 7 % 18) * 0.15 - 1.3 }, shape: [2, 3, 3])
    expectSecondDerivatives([x]) { pow($0[0].max(along: [0, 2]), 3) }
    expectSecondDerivatives([x]) { pow($0[0].min(along: 1), 3) }
    expectSecondDerivatives([x]) { pow($0[0].topK(2, along: 1).values, 3) }
  }

  @Test func anEmptyAxisHasNoExtremum() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 0]).max(along: 1)
    }
    expectMessage(result, "max: shape [2, 0], expected an element at least")
    let top = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [2, 3]).topK(4)
    }
    expectMessage(top, "topK: 4 elements of axis 1 of shape [2, 3]")
  }
}
