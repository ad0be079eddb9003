import GannetTensor
import TestSupport
import Testing

/// Every operation gives the same result as on floats.
@Suite struct IntTensorShapingTests {
  private let x = IntTensor((0..<24).map { $0 * 7 % 24 - 5 }).reshaped(to: [2, 3, 4])
  private let empty = IntTensor([], shape: [0, 3, 4])

  private func expectSame(_ a: IntTensor, _ b: Tensor) { expectIdentical(Tensor(a), b) }

  private func expectSame(_ a: [IntTensor], _ b: [Tensor]) {
    #expect(a.count == b.count)
    for (a, b) in zip(a, b) { expectSame(a, b) }
  }

  @Test func shapesAreThoseOfFloats() {
    for x in [x, empty] {
      let y = Tensor(x)
      expectSame(x.flattened(from: 1), y.flattened(from: 1))
      expectSame(x.flattened(), y.flattened())
      expectSame(x.unsqueezed(at: -1), y.unsqueezed(at: -1))
      expectSame(x.unsqueezed(at: 1).squeezed(at: -3), y)
      expectSame(x.permuted([2, 0, 1]), y.permuted([2, 0, 1]))
      expectSame(x.permuted([-1, 1, 0]), y.permuted([-1, 1, 0]))
      expectSame(x.transposed(), y.transposed())
      expectSame(x.transposed(0, -1), y.transposed(0, -1))
    }
    expectSame(x.reshaped(to: [-1, 8]), Tensor(x).reshaped(to: [-1, 8]))
    #expect(IntTensor([3], shape: []).flattened() == [3])
  }

  @Test func partsAreThoseOfFloats() {
    let (y, indices) = (Tensor(x), [[1, 0], [0, 0]] as IntTensor)
    for axis in [-3, -2, -1, 0, 1, 2] {
      expectSame(x.sliced(1..<2, along: axis), y.sliced(1..<2, along: axis))
      expectSame(x.sliced(1..<1, along: axis), y.sliced(1..<1, along: axis))
      expectSame(x.slices(at: indices, along: axis), y.slices(at: indices, along: axis))
      expectSame(x.unstacked(along: axis), y.unstacked(along: axis))
      expectSame(x.split(into: 2, along: axis), y.split(into: 2, along: axis))
      expectSame(
        x.split(sizes: [0, 2, y.shape[axis < 0 ? axis + 3 : axis] - 2], along: axis),
        y.split(sizes: [0, 2, y.shape[axis < 0 ? axis + 3 : axis] - 2], along: axis))
      expectSame(
        concatenate([x, x.sliced(0..<1, along: axis)], along: axis),
        concatenate([y, y.sliced(0..<1, along: axis)], along: axis))
      expectSame(stack([x, x], along: axis), stack([y, y], along: axis))
      let positive = axis < 0 ? axis + 3 : axis
      for count in [0, 1, 5] {
        var sizes = Array(x.shape)
        sizes[positive] = count
        let table = IntTensor((0..<sizes.reduce(1, *)).map { $0 * 5 % x.shape[positive] })
          .reshaped(to: sizes)
        expectSame(x.gathered(at: table, along: axis), y.gathered(at: table, along: axis))
      }
    }
    #expect(concatenate([empty, x]) == x)
    #expect(empty.slices(at: IntTensor([] as [Int32]), along: 0) == empty)
  }

  /// Beyond 2^24 too, where floats are no oracle.
  @Test func integersAreCompared() {
    let a: IntTensor = [[16_777_216, 16_777_217], [-1, 5]]
    let b: IntTensor = [16_777_217, 5]
    #expect((a .< b).scalars == [1, 0, 1, 0])
    #expect((a .<= b).scalars == [1, 0, 1, 1])
    #expect((a .> b).scalars == [0, 1, 0, 0])
    #expect((a .>= b).scalars == [0, 1, 0, 1])
    #expect((a .== b).scalars == [0, 0, 0, 1])
    #expect((a .!= b).scalars == [1, 1, 1, 0])
    #expect((a .== 16_777_217).scalars == [0, 1, 0, 0])
    #expect((a .>= 5).scalars == [1, 1, 0, 1])
    #expect((a .< 5).scalars == [0, 0, 1, 0])
    #expect((a.unsqueezed(at: 1) .== b.unsqueezed(at: 1)).shape == [2, 2, 2])
    #expect((empty .== 0).shape == [0, 3, 4])
  }

  @Test func elementsAndArraysAreRead() {
    #expect(x[1, 2, 3] == x.scalars[23])
    #expect(x[-1, 0, -4] == x.scalars[12])
    var changed = x
    changed[0, 0, 1] = 99
    #expect(changed.scalars[1] == 99)
    #expect(x.scalars[1] != 99)
    let rows: [[Int32]] = [[1, 2], [3, 4], [5, 6]]
    #expect([[Int32]](IntTensor(rows)) == rows)
    #expect([[[Int32]]](IntTensor([rows, rows])) == [rows, rows])
    #expect([Int32](IntTensor([1, 2])) == [1, 2])
  }

  @Test func mistakesAreNamed() async {
    let slice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(IntTensor([1, 2]).sliced(1..<3, along: -1))
    }
    expectMessage(slice, "sliced: 1..<3 is not within axis 0 of [2]")
    let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(IntTensor([1, 2]).slices(at: [2]))
    }
    expectMessage(index, "slices: index 2 is not in 0..<2")
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(IntTensor([1, 2]) .< IntTensor([1, 2, 3]))
    }
    expectMessage(shapes, ".<: shapes [2] and [3] don't fit")
    let axis = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(IntTensor([1, 2]).transposed())
    }
    expectMessage(axis, "transposed: axis -2 is out of range for shape [2]")
  }
}
