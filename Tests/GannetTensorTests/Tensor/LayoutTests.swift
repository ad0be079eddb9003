import GannetTensor
import TestSupport
import Testing

@Suite struct LayoutTests {
  @Test func channelsLastIsAnOrderInMemoryOnly() {
    let x = Tensor(hash: 1, [2, 3, 4, 5])
    let y = x.channelsLast()
    #expect(y.shape == x.shape)
    #expect(y.scalars == x.scalars)
    // In memory, the elements are those of the tensor with its axes N, H, W, C.
    let memory = withExtendedLifetime(y) {
      Array(UnsafeBufferPointer(start: y.pointer, count: y.count))
    }
    #expect(memory == x.permuted([0, 2, 3, 1]).scalars)
    expectIdentical(y.contiguous(), x)
    #expect(y.channelsLast().storage === y.storage)
  }

  /// Where C = 1 or H = W = 1, the strides of the two layouts are those of one another.
  @Test(
    arguments: [
      [2, 1, 4, 5], [2, 3, 1, 1], [1, 1, 1, 1], [2, 1, 1, 5], [0, 3, 2, 2], [2, 0, 2, 2],
    ] as [Shape])
  func layoutIsATag(_ shape: Shape) {
    let x = Tensor(hash: 1, shape)
    #expect(x.channelsLast().layout == .channelsLast)
    #expect(x.channelsLast().contiguous().layout == .rowMajor)
    #expect((x.channelsLast() * 2 + x).layout == .channelsLast)
    expectIdentical(x.channelsLast() * 2 + x, x * 2 + x)
  }

  @Test func rangesOfChannelsAreMatricesWithALeadingDimension() {
    let x = Tensor(hash: 1, [2, 6, 3, 4]).channelsLast()
    let slice = x.sliced(1..<5, along: 1)
    #expect(slice.layout == .channelSlice)
    #expect(slice.storage === x.storage)
    #expect(slice.strides[3] == 6)
    #expect(slice.sliced(1..<3, along: 1).layout == .channelSlice)
    #expect(slice.sliced(1..<2, along: 0).layout == .channelSlice)
    #expect(slice.dense().layout == .channelsLast)
    expectIdentical(slice, x.contiguous().sliced(1..<5, along: 1))
    #expect(x.sliced(1..<2, along: 0).layout == .channelsLast)
    #expect(x.sliced(1..<2, along: 2).layout == .strided)
  }

  @Test func changesOfLayoutKeepTheLeaf() {
    let x = Tensor(hash: 1, [2, 3, 4, 5]).requiringGradient()
    let weights = Tensor(hash: 2, [2, 3, 4, 5])
    (x.channelsLast() * weights).sum().backward()
    expectIdentical(x.gradient!, weights)
    (x.permuted([3, 2, 1, 0]).contiguous() * weights.permuted([3, 2, 1, 0])).sum().backward()
    expectIdentical(x.gradient!, weights * 2)
  }

  /// Sizes around the tiles and blocks of the copying loops.
  @Test(
    arguments: [
      [17, 33], [1, 40_000], [40_000, 1], [300, 301], [3, 16, 5_000], [5_000, 16, 3],
      [2, 3, 129, 131], [65, 2, 2, 65],
    ] as [Shape])
  func copiesOfAnyOrderAreExact(_ shape: Shape) {
    let x = Tensor(hash: 1, shape)
    let values = x.scalars
    let rank = shape.rank
    for shift in 1..<max(2, rank) {
      let order = (0..<rank).map { ($0 + shift) % rank }
      let turned = x.permuted(order)
      let copy = turned.contiguous().scalars
      // Element by element through the strides.
      var strides = [Int](repeating: 1, count: rank)
      for axis in (0..<rank - 1).reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
      let expected = (0..<x.count).map { element -> Float in
        var (rest, offset) = (element, 0)
        for axis in (0..<rank).reversed() {
          offset += rest % turned.shape[axis] * strides[order[axis]]
          rest /= turned.shape[axis]
        }
        return values[offset]
      }
      #expect(copy == expected, "\(shape) \(order)")
    }
  }
}
