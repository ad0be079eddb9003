import GannetTensor
import TestSupport
import Testing

@Suite struct IntTensorTests {
  private let x: IntTensor = [[1, 2, 3], [4, 5, 6]]

  @Test func partsAreRead() {
    #expect(x[1] == [4, 5, 6])
    #expect(x[-1][0] == IntTensor([4], shape: []))
    #expect(x[1..<2] == [[4, 5, 6]])
    #expect(x[0..<0].shape == [0, 3])
    #expect(x.transposed() == [[1, 4], [2, 5], [3, 6]])
    #expect(x.transposed().transposed() == x)
    #expect(IntTensor([], shape: [0, 3]).transposed().shape == [3, 0])
  }

  @Test func integersBecomeFloats() {
    expectIdentical(Tensor(x), [[1, 2, 3], [4, 5, 6]])
  }

  @Test func indicesOutOfRangeAreNamed() async {
    let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(([1, 2] as IntTensor)[2])
    }
    expectMessage(index, "subscript: index 2 is out of range for axis 0 of shape [2]")
    let range = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(([1, 2] as IntTensor)[1..<3])
    }
    expectMessage(range, "sliced: 1..<3 is not within axis 0 of [2]")
  }
}
