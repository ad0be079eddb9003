import GannetTensor
import TestSupport
import Testing

/// Packed and transformed forms of weights, which are kept while the weights do not change.
@Suite struct WeightFormsTests {
  /// The result with a weight that was used before has the bits of that with a copy.
  private func expectFresh(_ weight: Tensor, _ location: SourceLocation = #_sourceLocation) {
    let x = Tensor(hash: 1, [8, 200])
    for _ in 0..<3 {
      withoutGradients {
        let fresh = linear(x, weight: Tensor(weight.scalars, shape: weight.shape))
        expectIdentical(linear(x, weight: weight), fresh, sourceLocation: location)
      }
    }
  }

  /// After each way to change a weight in place, products read its new values.
  @Test func changesAreSeen() {
    var weight = Tensor(hash: 2, [160, 200])
    expectFresh(weight)
    weight += 1
    expectFresh(weight)
    weight *= Tensor(hash: 3, [160, 200])
    expectFresh(weight)
    weight.add(Tensor(hash: 4, [160, 200]), scaledBy: 0.5)
    expectFresh(weight)
    weight[3] = Tensor(hash: 5, [200])
    expectFresh(weight)
    weight[4..<9] = Tensor(zeros: [5, 200])
    expectFresh(weight)
    weight.blend(with: Tensor(hash: 6, [160, 200]), share: 0.3)
    expectFresh(weight)
    weight.shrink(by: 0.1)
    expectFresh(weight)
    weight = relu(weight)
    expectFresh(weight)
  }

  /// An element that is consumed by an operation in place does not keep the forms of what it was.
  @Test func consumedWeightsAreSeen() {
    func used(_ weight: consuming Tensor) -> Tensor {
      let x = Tensor(hash: 1, [8, 200])
      withoutGradients { for _ in 0..<2 { _ = linear(x, weight: weight) } }
      return weight
    }
    expectFresh(exp(used(Tensor(hash: 2, [160, 200]))))
    expectFresh(used(Tensor(hash: 2, [160, 200])) * Tensor(hash: 3, [160, 200]))
    expectFresh(used(Tensor(hash: 2, [160, 200])).clipped(to: 0.1))
  }

  /// Shapes of images and kernels, and groups: Winograd, two groups, few channels, few pixels, 1x1.
  private static let convolutions: [(Shape, Shape, Int)] = [
    ([2, 32, 12, 12], [32, 32, 3, 3], 1), ([2, 32, 12, 12], [32, 16, 3, 3], 2),
    ([2, 3, 20, 20], [8, 3, 5, 5], 1), ([1, 256, 3, 3], [256, 256, 3, 3], 1),
    ([4, 40, 14, 14], [24, 40, 1, 1], 1),
  ]

  /// Each path of a convolution, forward and of the input's gradient, reads a weight's new values.
  @Test(arguments: convolutions)
  func convolutionsSeeChanges(_ images: Shape, _ kernels: Shape, _ groups: Int) {
    let x = Tensor(hash: 1, images)
    var weight = Tensor(hash: 2, kernels)
    func results(_ weight: Tensor) -> [Tensor] {
      let input = x.requiringGradient()
      let y = conv2D(input, weight: weight, padding: 1, groups: groups)
      return [
        withoutGradients { conv2D(x, weight: weight, padding: 1, groups: groups) },
        gradients(of: (y * y).sum(), withRespectTo: [input])[0],
      ]
    }
    for _ in 0..<2 {
      let fresh = results(Tensor(weight.scalars, shape: kernels))
      for _ in 0..<3 {
        for (found, expected) in zip(results(weight), fresh) { expectIdentical(found, expected) }
      }
      weight *= 0.5
      weight += 0.1
    }
  }

  /// Two views of one storage have forms of their own.
  @Test func viewsAreApart() {
    let both = Tensor(hash: 2, [320, 200])
    for _ in 0..<2 {
      expectFresh(both[0..<160])
      expectFresh(both[160..<320])
      expectFresh(both[1..<161])
    }
  }

  /// In a process of its own: a weight is packed at the second use, not at the first.
  @Test func aFormIsKeptFromTheSecondUseOn() async {
    await #expect(processExitsWith: .success) {
      let (x, weight) = (Tensor(hash: 1, [8, 200]), Tensor(hash: 2, [160, 200]))
      func kept() -> Int {
        let before = BufferPool.statistics.liveBytes
        withoutGradients { _ = linear(x, weight: weight) }
        return BufferPool.statistics.liveBytes - before
      }
      #expect(kept() == 0)
      #expect(kept() >= weight.count * 4)
      #expect(kept() == 0)
    }
  }
}
