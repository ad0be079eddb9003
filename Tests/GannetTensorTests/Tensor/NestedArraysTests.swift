import GannetTensor
import TestSupport
import Testing

@Suite struct NestedArraysTests {
  @Test func literalsNest() {
    let vector: Tensor = [1, 2.5, -3]
    #expect(vector.shape == [3])
    #expect(vector.scalars == [1, 2.5, -3])
    let matrix: Tensor = [[1, 2], [3, 4], [5, 6]]
    #expect(matrix.shape == [3, 2])
    #expect(matrix.scalars == [1, 2, 3, 4, 5, 6])
    let deep: Tensor = [[[[1], [2]]], [[[3], [4]]]]
    #expect(deep.shape == [2, 1, 2, 1])
    let nothing: Tensor = []
    #expect(nothing.shape == [0])
    expectIdentical(matrix + [10, 20], Tensor([11, 22, 13, 24, 15, 26], shape: [3, 2]))
    expectIdentical(matmul([[1, 1]], [[2], [3]]), Tensor([5], shape: [1, 1]))
  }

  @Test func arraysNest() {
    let rows: [[Float]] = [[1, 2], [3, 4]]
    let matrices: [[[Float]]] = [[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[9, 10], [11, 12]]]
    #expect(Tensor(rows).shape == [2, 2])
    #expect(Tensor(matrices).shape == [3, 2, 2])
    #expect([[Float]](Tensor(rows)) == rows)
    #expect([[[Float]]](Tensor(matrices)) == matrices)
    #expect([Float](Tensor([1, 2])) == [1, 2])
    #expect([[Float]](Tensor(rows).transposed()) == [[1, 3], [2, 4]])
    #expect(Tensor([[1, 2], [3, 4]]).scalars == [1, 2, 3, 4])
  }

  @Test func integersNest() {
    let labels: IntTensor = [1, -2, 3]
    #expect(labels == IntTensor([1, -2, 3], shape: [3]))
    let tokens: IntTensor = [[1, 2], [3, 4]]
    #expect(tokens == IntTensor([[1, 2], [3, 4]] as [[Int32]]))
    #expect(tokens.shape == [2, 2])
    #expect(IntTensor((0..<3).map { $0 }) == [0, 1, 2])
  }

  @Test func raggedArraysAreNamed() async {
    let literal = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x: Tensor = [[1, 2], [3]]
      print(x)
    }
    expectMessage(literal, "Tensor: nested parts of shapes [2] and [1]")
    let mixed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x: IntTensor = [1, [2]]
      print(x)
    }
    expectMessage(mixed, "IntTensor: nested parts of shapes [] and [1]")
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print([[Float]](Tensor(zeros: [2])))
    }
    expectMessage(rank, "Array: shape [2], expected 2 axes")
    let large = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(IntTensor([1 << 40]))
    }
    expectMessage(large, "IntTensor: 1099511627776 is out of the range of 32 bits")
  }
}
