import GannetTensor
import TestSupport
import Testing

@Suite struct IndexingTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("indexing")
    for axis in 0..<3 {
      fixture.check("gather_\(axis)") { $0[0].gathered(at: $1[0], along: axis) }
    }
    fixture.check("rows") { $0[0].slices(at: $1[0], along: 0) }
    fixture.check("columns") { $0[0].slices(at: $1[0], along: 1) }
    fixture.check("embedding") { $0[0].slices(at: $1[0]) }
    fixture.check("element_of_each_row") {
      $0[0].gathered(at: $1[0].reshaped(to: [6, 1]), along: 1).flattened()
    }
    for axis in 0..<2 {
      fixture.check("scatter_add_\(axis)") { $0[0].scatterAdding($0[1], at: $1[0], along: axis) }
    }
    fixture.check("add_rows") { $0[0].addingSlices($0[1], at: $1[0], along: 0) }
  }

  @Test(arguments: 0..<3) func addingSlicesInvertsReadingAPermutation(axis: Int) {
    let x = Tensor(hash: 1, [4, 5, 6])
    let size = x.shape[axis]
    let permutation = IntTensor((0..<size).map { Int32(($0 * 7 + 2) % size) })
    #expect(Set(permutation.scalars).count == (size == 4 || size == 5 || size == 6 ? size : 0))
    let shuffled = x.slices(at: permutation, along: axis)
    expectIdentical(
      Tensor(zeros: x.shape).addingSlices(shuffled, at: permutation, along: axis), x)
    let (values, indices) = x.topK(size, along: axis)
    expectIdentical(Tensor(zeros: x.shape).scatterAdding(values, at: indices, along: axis), x)
  }

  /// <gather(x), y> = <x, scatter(y)>: each is the other's transpose, with repeated indices too.
  @Test(arguments: 0..<3) func readingAndAddingAreTransposes(axis: Int) {
    let x = Tensor(hash: 1, [4, 5, 6])
    let table = indices(2, x.shape.replacing(axis, with: 9), below: x.shape[axis])
    let y = Tensor(hash: 3, table.shape)
    expectClose(
      (x.gathered(at: table, along: axis) * y).sum(),
      (x * Tensor(zeros: x.shape).scatterAdding(y, at: table, along: axis)).sum())
    let few = indices(4, [2, 3], below: x.shape[axis])
    let slices = x.slices(at: few, along: axis)
    let z = Tensor(hash: 5, slices.shape)
    expectClose(
      (slices * z).sum(),
      (x * Tensor(zeros: x.shape).addingSlices(z, at: few, along: axis)).sum())
  }

  private func indices(_ seed: UInt32, _ shape: Shape, below limit: Int) -> IntTensor {
    HashSequence.labels(shape.elementCount, classes: limit, seed: seed).reshaped(to: shape)
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    let x = Tensor(hash: 1, [3, 4])
    let rows = IntTensor([2, 0, 2])
    let table = indices(2, [3, 2], below: 4)
    expectSecondDerivatives([x]) { pow($0[0].slices(at: rows), 3) }
    expectSecondDerivatives([x]) { pow($0[0].gathered(at: table, along: 1), 3) }
    expectSecondDerivatives([x, Tensor(hash: 3, [3, 4])]) {
      pow($0[0].addingSlices($0[1], at: rows), 3)
    }
    expectSecondDerivatives([x, Tensor(hash: 3, [3, 2])]) {
      pow($0[0].scatterAdding($0[1], at: table, along: 1), 3)
    }
  }

  @Test func threadsDoNotChangeASum() {
    let values = Tensor(hash: 1, [5000, 200])
    let rows = indices(2, [5000], below: 30)
    let base = Tensor(zeros: [30, 200])
    let wanted = onThreads(1) { base.addingSlices(values, at: rows) }
    for count in 2...3 {
      expectIdentical(onThreads(count) { base.addingSlices(values, at: rows) }, wanted)
    }
  }

  @Test func emptyTablesGiveEmptyResults() {
    let x = Tensor(hash: 1, [3, 4])
    #expect(x.slices(at: IntTensor([], shape: [0])).shape == [0, 4])
    #expect(x.gathered(at: IntTensor([], shape: [3, 0]), along: 1).shape == [3, 0])
    expectIdentical(x.addingSlices(Tensor(zeros: [0, 4]), at: IntTensor([], shape: [0])), x)
  }

  @Test func indicesOutsideAndShapesThatDoNotFitAreNamed() async {
    let outside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [3, 4]).slices(at: IntTensor([0, 3]))
    }
    expectMessage(outside, "slices: index 3 is not in 0..<3")
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [3]).gathered(at: IntTensor([-1]), along: 0)
    }
    expectMessage(negative, "gathered: index -1 is not in 0..<3")
    let table = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [3, 4]).gathered(at: IntTensor([0, 0], shape: [2, 1]), along: 1)
    }
    expectMessage(table, "gathered: shapes [3, 4] and [2, 1] don't fit")
    let values = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor(zeros: [3, 4])
      _ = x.addingSlices(Tensor(zeros: [1, 3]), at: IntTensor([0]))
    }
    expectMessage(values, "addingSlices: shapes [1, 4] and [1, 3] don't fit")
  }
}
