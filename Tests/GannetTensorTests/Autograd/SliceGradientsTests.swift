import GannetTensor
import TestSupport
import Testing

@Suite struct SliceGradientsTests {
  @Test func slicesOfAllKindsAddUp() {
    let x = Tensor(hash: 1, [4, 5]).requiringGradient()
    let y = x[1] * 2 + x[1] + x[-1] * 3 + x[0..<2].sum(along: 0) + x.sliced(1..<3, along: 1).sum()
    y.sum().backward()
    var wanted = Tensor(zeros: [4, 5])
    wanted[1] = Tensor(4)
    wanted[3] = Tensor(3)
    wanted[0] = Tensor(1)
    expectIdentical(x.gradient!, wanted + Tensor([0, 5, 5, 0, 0]))
  }

  @Test func otherUsesOfASlicedTensorAddUp() {
    let x = Tensor(hash: 1, [3, 2]).requiringGradient()
    (x * x).sum().backward()
    let square = x.gradient!
    x.gradient = nil
    ((x * x).sum() + x[1].sum() + x[2].sum()).backward()
    expectClose(x.gradient!, square + Tensor([0, 0, 1, 1, 1, 1], shape: [3, 2]))
  }

  @Test func aKeptTapeGivesTheSameAgain() {
    let x = Tensor(hash: 1, [3, 2]).requiringGradient()
    let h = x * 3
    let y = (h[0] * h[2]).sum()
    y.backward(keepingTape: true)
    let once = x.gradient!
    y.backward()
    expectClose(x.gradient!, once * 2)
  }

  @Test func aSliceThatOutlivesItsPassDoesNotSpoilTheNext() {
    let x = Tensor(hash: 1, [3, 2]).requiringGradient()
    let first = x[0]
    first.sum().backward()
    x[1].sum().backward()
    expectIdentical(x.gradient!, Tensor([1, 1, 1, 1, 0, 0], shape: [3, 2]))
    let h = x * 2
    let kept = h[0]
    let y = h[1].sum()
    y.backward()  // h's own step is freed; its slice `kept` is not on the way
    #expect(kept.requiresGradient)
  }

  @Test func overlappingSlicesOfImagesAddUp() {
    let x = Tensor(hash: 1, [2, 6, 3, 4])
    for form in MemoryForm.allCases {
      let leaf = form(x).requiringGradient()
      let y = leaf.sliced(0..<4, along: 1) + leaf.sliced(2..<6, along: 1) * 2
      let seed = Tensor(hash: 2, y.shape)
      y.backward(seed: form(seed))
      let wanted =
        seed.padded(before: [0, 0, 0, 0], after: [0, 2, 0, 0])
        + seed.padded(before: [0, 2, 0, 0], after: [0, 0, 0, 0]) * 2
      expectIdentical(leaf.gradient!, wanted)
    }
  }

  /// The time of a backward pass grows with the number of slices, not with its square: 4,000 whole
  /// gradients of 4,000 rows would be 6 GB of additions for each column. In a process of its own, since all
  /// tests share the pool.
  @Test func manySlicesAreCheap() async {
    await #expect(processExitsWith: .success) {
      let steps = 4_000
      let x = Tensor(hash: 1, [steps, 50]).requiringGradient()
      var sum = Tensor(zeros: [50])
      for step in 0..<steps { sum = sum + x[step] * Float(step % 7) }
      BufferPool.resetPeak()
      let before = BufferPool.statistics.liveBytes
      sum.sum().backward()
      #expect(BufferPool.statistics.peakBytes - before < 20 * steps * 50 * 4)
      let wanted = Tensor((0..<steps).map { Float($0 % 7) }).unsqueezed(at: 1)
      expectIdentical(x.gradient!, wanted.expanded(to: [steps, 50]))
    }
  }
}
