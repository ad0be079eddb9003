import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Dense blocks in one buffer beside ``concatenate(_:along:)`` of each layer's input and result.
@Suite struct DenseBlockTests {
  struct Form: Sendable, CustomStringConvertible {
    let channels: Int
    let growthRate: Int
    let bottleneck: Int?

    var description: String { "\(channels) + 3 * \(growthRate), bottleneck \(bottleneck ?? 0)" }

    /// Before the norm of a bottleneck a bias has no gradient but of rounding.
    func block() -> DenseBlock {
      withRandomSeed(5) {
        DenseBlock(
          channels, layerCount: 3, growthRate: growthRate, bottleneck: bottleneck,
          hasBias: bottleneck == nil)
      }
    }
  }

  private static let forms = [
    Form(channels: 3, growthRate: 5, bottleneck: nil),
    Form(channels: 3, growthRate: 5, bottleneck: 2),
    Form(channels: 64, growthRate: 32, bottleneck: nil),
  ]

  /// The block's layers one by one, none of whose tensors is computed anew.
  private static func concatenating(_ block: DenseBlock, _ x: Tensor) -> Tensor {
    for case let norm as BatchNorm in block.namedModules.map(\.module) {
      norm.recomputesResult = false
    }
    return block.layers.reduce(x) { concatenate([$0, $1($0)], along: 1) }
  }

  @Test(arguments: forms, MemoryForm.allCases)
  func valuesGradientsAndStatisticsAreThoseOfConcatenation(form: Form, memory: MemoryForm) {
    let (block, other) = (form.block(), form.block())
    let inputs = (0..<2).map { _ in
      memory(Tensor(hash: 1, [4, form.channels, 6, 5])).requiringGradient()
    }
    for isTraining in [true, false, true] {
      if isTraining { block.train() } else { block.eval() }
      if isTraining { other.train() } else { other.eval() }
      let (y, expected) = (block(inputs[0]), Self.concatenating(other, inputs[1]))
      expectClose(y, expected, "\(form), training \(isTraining)")
      for result in [y, expected] {
        result.backward(seed: Tensor(hash: 2, expected.shape).channelsLast())
      }
      expectClose(inputs[0].gradient!, inputs[1].gradient!, "\(form), training \(isTraining)")
      for (a, b) in zip(block.parameters, other.parameters) {
        expectClose(a.gradient!, b.gradient!, "\(form), \(a.name), training \(isTraining)")
      }
      let (states, others) = (block.stateDictionary, other.stateDictionary)
      for (name, value) in states { expectClose(value, others[name]!, "\(form), \(name)") }
      let predicted = withoutGradients { block(inputs[0]) }
      expectClose(predicted, withoutGradients { Self.concatenating(other, inputs[1]) })
    }
  }

  @Test func aGradientPenaltysGradientsAreThoseOfConcatenation() {
    let form = Self.forms[1]
    let results = [true, false].map { isBuffered in
      let block = form.block()
      let x = Tensor(hash: 1, [3, form.channels, 4, 4]).requiringGradient()
      let y = isBuffered ? block(x) : Self.concatenating(block, x)
      let first = gradients(
        of: (y * y * y).sum(), withRespectTo: [x], recording: true)[0]
      (first * first).sum().backward()
      return [x.gradient!] + block.parameters.map { $0.gradient! }
    }
    for (a, b) in zip(results[0], results[1]) { expectClose(a, b, tolerance: 1e-4) }
  }

  /// In a chain the layer before a block writes into the block's buffer.
  @Test(arguments: [nil, 2])
  func aNetworkIsItsLayersOneByOne(bottleneck: Int?) {
    let models = (0..<2).map { _ in
      withRandomSeed(3) {
        DenseNet(
          layerCounts: [2, 3, 1], growthRate: 6, stemChannels: 8, bottleneck: bottleneck)
      }
    }
    let images = Tensor(hash: 1, [4, 1, 34, 36], low: 0, high: 1)
    let labels = HashSequence.labels(4, classes: 10, seed: 2)
    for isTraining in [true, false, true] {
      for model in models { if isTraining { model.train() } else { model.eval() } }
      let whole = models[0](images)
      let features = models[1].features.reduce(images) { x, layer in
        (layer as? DenseBlock).map { Self.concatenating($0, x) } ?? layer(x)
      }
      let parts = models[1].classifier(globalAveragePool2D(features).flattened(from: 1))
      expectClose(whole, parts, "training \(isTraining)")
      for logits in [whole, parts] { crossEntropy(logits, labels).backward() }
      // Of the largest, since a norm takes away the bias and the scale of what is before it.
      let scale = models[1].parameters.map { $0.gradient!.norm().scalar }.max()!
      for (a, b) in zip(models[0].parameters, models[1].parameters) {
        #expect((a.gradient! - b.gradient!).norm().scalar < 1e-5 * scale, "\(a.name)")
      }
    }
  }

  /// In a process of its own: a block keeps its final width once, and what its layers normalize
  /// nowhere; the backward pass takes the gradient of that, and one layer's tensors. Concatenation would
  /// keep ten times as much. Convolutions are exact, whose blocks are small.
  @Test func aBlockKeepsItsFinalWidthOnce() async {
    await #expect(processExitsWith: .success) {
      let (channels, growthRate, count) = (64, 16, 8)
      let block = DenseBlock(channels, layerCount: count, growthRate: growthRate)
      let width = channels + count * growthRate
      let chain = Sequential([
        Conv2D(2, channels, kernelSize: 1), block, Conv2D(width, 1, kernelSize: 1),
      ])
      let x = Tensor(hash: 1, [48, 2, 24, 24])
      let whole = 48 * width * 24 * 24 * 4
      _ = withExactConvolutions { chain(x) }
      let before = BufferPool.statistics.liveBytes
      BufferPool.resetPeak()
      let y = withExactConvolutions { chain(x) }
      let kept = BufferPool.statistics.liveBytes - before
      #expect(kept >= whole && kept < whole + whole / 8, "\(kept) bytes of \(whole)")
      // With the last layer's normalized input.
      let peak = BufferPool.statistics.peakBytes - before
      #expect(peak < 2 * whole + whole / 2, "\(peak) bytes of \(whole)")
      BufferPool.resetPeak()
      y.sum().backward()
      let backwardPeak = BufferPool.statistics.peakBytes - before
      #expect(backwardPeak < 5 * whole, "\(backwardPeak) bytes of \(whole)")
    }
  }

  @Test func otherChannelsAreRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = DenseBlock(3, layerCount: 2, growthRate: 4)(Tensor(zeros: [2, 5, 8, 8]))
    }
    expectMessage(result, "DenseBlock: shape [2, 5, 8, 8], expected [N, 3, H, W]")
  }

  @Test func aLayerBeforeWithOtherChannelsIsRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let chain = Sequential {
        Conv2D(1, 2, kernelSize: 1)
        DenseBlock(3, layerCount: 2, growthRate: 4)
      }
      _ = chain(Tensor(zeros: [2, 1, 8, 8]))
    }
    expectMessage(result, "DenseBlock: shape [2, 2, 8, 8], expected [N, 3, H, W]")
  }
}
