import GannetTensor
import TestSupport
import Testing

@Suite struct TensorTests {
  @Test func shapesAreCollectionsOfSizes() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.rank == 3)
    #expect(shape.elementCount == 24)
    #expect(Array(shape) == [2, 3, 4])
    #expect(shape[1] == 3)
    #expect(shape.last == 4)
    #expect(Shape([]).elementCount == 1)
    #expect(([2, 0, 3] as Shape).elementCount == 0)
    #expect(shape == Shape([2, 3, 4]))
    #expect(shape != [2, 3])
    #expect(shape != [2, 3, 4, 0])
    #expect(shape.removing(1) == [2, 4])
    #expect(shape.inserting(7, at: 3) == [2, 3, 4, 7])
    #expect(shape.replacing(0, with: 9) == [9, 3, 4])
    #expect(Set([shape, [2, 3, 4], [4, 3, 2]]).count == 2)
    #expect(Shape([1, 2, 3, 4, 5, 6, 7, 8]).elementCount == 40_320)
  }

  @Test func shapesBroadcastByNumPysRule() {
    let cases: [(Shape, Shape, Shape?)] = [
      ([2, 3], [2, 3], [2, 3]), ([2, 3], [3], [2, 3]), ([], [2], [2]), ([2, 1], [1, 3], [2, 3]),
      ([4, 1, 3], [5, 1], [4, 5, 3]), ([0], [1], [0]), ([2, 3], [2], nil), ([0], [2], nil),
      ([2, 3], [4, 3], nil),
    ]
    for (a, b, expected) in cases {
      #expect(a.broadcast(with: b) == expected)
      #expect(b.broadcast(with: a) == expected)
    }
  }

  /// 480 ranges of decimal numbers, counted in whole hundredths.
  @Test func aRangeCountsInTheDecimalsItIsWrittenIn() {
    for step in [1, 2, 5, 7, 10, 25, -3, -10] {
      for start in [-100, -30, 0, 7, 10, 1_000] {
        for length in [0, 1, 10, 29, 30, 70, 100, 110, 3_300, -25] {
          let end = step > 0 ? start + length : start - length
          let count = max(0, (length + abs(step) - 1) / abs(step))
          func decimal(_ hundredths: Int) -> Double { Double("\(hundredths)e-2")! }
          let (first, last, by) = (decimal(start), decimal(end), decimal(step))
          let range = Tensor(rangeFrom: first, to: last, step: by)
          #expect(range.count == count, "from \(first) to \(last) by \(by)")
          let values = (0..<count).map { Float(decimal(start + $0 * step)) }
          expectClose(range, Tensor(values), tolerance: 1e-7)
          let floats = Tensor(rangeFrom: Float(first), to: Float(last), step: Float(by))
          #expect(floats.scalars == range.scalars)
        }
      }
    }
    #expect(Tensor(rangeFrom: 0, to: 1, step: 0.01).count == 100)
    #expect(Tensor(rangeFrom: 0, to: -1e20).count == 0)
    #expect(Tensor(rangeFrom: 1e308, to: -1e308).count == 0)
    #expect(Tensor(rangeFrom: 0, to: 0.3, step: 0.1).count == 3)
    // A difference that is more than rounding counts.
    #expect(Tensor(rangeFrom: 0, to: 0.300_000_1, step: 0.1).count == 4)
    #expect(Tensor(rangeFrom: 0, to: 1e7, step: 1).scalars.last == 9_999_999)
  }

  @Test func makingTensors() {
    #expect(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]).scalars == [1, 2, 3, 4, 5, 6])
    #expect(Tensor([1, 2]).shape == [2])
    #expect(Tensor(3).shape == [])
    #expect(Tensor(3).scalar == 3)
    #expect(Tensor([4], shape: [1, 1]).scalar == 4)
    #expect(Tensor(zeros: [2, 2]).scalars == [0, 0, 0, 0])
    #expect(Tensor(ones: [2]).scalars == [1, 1])
    #expect(Tensor(repeating: 7, shape: [3]).scalars == [7, 7, 7])
    #expect(Tensor(rangeFrom: 1, to: 2, step: 0.25).scalars == [1, 1.25, 1.5, 1.75])
    #expect(Tensor(rangeFrom: 3, to: 0, step: -1).scalars == [3, 2, 1])
    #expect(Tensor(rangeFrom: 3, to: 3).scalars == [])
    #expect(Tensor(rangeFrom: 0, to: -1).scalars == [])
    let made = Tensor(shape: [2, 2]) { buffer in
      for index in buffer.indices { buffer[index] = Float(index) }
    }
    #expect(made.scalars == [0, 1, 2, 3])
    #expect(made.rank == 2)
    #expect(made.count == 4)
  }

  @Test func errorsOfTheInitializerComeThrough() {
    struct Stop: Error {}
    #expect(throws: Stop.self) { try Tensor(shape: [3]) { _ in throw Stop() } }
    #expect(throws: Stop.self) { try Tensor([1]).withScalars { _ in throw Stop() } }
  }

  @Test func scalarsAreInLogicalOrderInEveryForm() {
    let x = Tensor(hash: 1, [2, 3, 4, 5])
    let total = x.scalars.reduce(0, +)
    for form in MemoryForm.allCases {
      #expect(form(x).scalars == x.scalars)
      #expect(form(x).withScalars { $0.reduce(0, +) } == total)
      #expect(form(x)[1][2][3][4].scalar == x.scalars[119])
    }
  }

  @Test func integerTensors() {
    let labels = IntTensor([3, 1, 2, 1], shape: [2, 2])
    #expect(labels.count == 4)
    #expect(labels.reshaped(to: [4]) == IntTensor([3, 1, 2, 1]))
    #expect(labels != IntTensor([3, 1, 2, 1]))
    let equal = labels .== IntTensor([3, 2, 2, 0], shape: [2, 2])
    expectIdentical(equal, Tensor([1, 0, 1, 0], shape: [2, 2]))
  }
}
