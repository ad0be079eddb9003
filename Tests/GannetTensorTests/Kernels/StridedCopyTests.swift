import GannetTensor
import TestSupport
import Testing

@Suite struct StridedCopyTests {
  /// Sizes around those of the tiles in which a transposition is copied.
  @Test(arguments: [1, 3, 15, 16, 17, 33, 130]) func transposesHaveTheElementsOfTheirMirror(
    size: Int
  ) {
    for other in [1, 2, 16, 31, 200] {
      let x = Tensor(hash: 1, [size, other])
      let rows = [[Float]](x)
      let mirrored = (0..<other).map { column in rows.map { $0[column] } }
      #expect([[Float]](x.transposed().contiguous()) == mirrored)
      let batch = stack([x, x * 2])
      expectIdentical(batch.transposed().contiguous()[1], (x * 2).transposed().contiguous())
    }
  }

  @Test func imagesKeepTheirValuesThroughBothLayouts() {
    for shape in [[2, 3, 17, 19], [1, 40, 5, 33], [3, 16, 16, 16], [2, 1, 1, 5]] as [Shape] {
      let x = Tensor(hash: 1, shape)
      expectIdentical(x.channelsLast().contiguous(), x)
      #expect(x.channelsLast()[0, 0, 0, shape[3] - 1] == x[0, 0, 0, shape[3] - 1])
    }
  }

  @Test func threadsDoNotChangeACopy() {
    let x = Tensor(hash: 1, [300, 500])
    let wanted = onThreads(1) { x.transposed().contiguous() }
    for count in 2...3 { expectIdentical(onThreads(count) { x.transposed().contiguous() }, wanted) }
  }
}
