import GannetTensor
import TestSupport
import Testing

@Suite struct ChannelBufferTests {
  /// Convolutions by every path, groups, strides and kinds of activation, which write side by side.
  private static let forms: [Form] = [
    Form(3, kernel: 1, .relu), Form(3, kernel: 3, .relu), Form(5, kernel: 1, .identity),
    Form(5, kernel: 3, .gelu), Form(4, kernel: 3, groups: 2, .relu),
    Form(40, inputs: 20, kernel: 3, .relu), Form(20, inputs: 20, kernel: 5, .identity),
    Form(40, inputs: 40, kernel: 3, groups: 2, .tanh), Form(16, inputs: 200, kernel: 3, .relu),
  ]

  private struct Form: CustomStringConvertible {
    let outputs: Int
    let inputs: Int
    let kernel: Int
    let groups: Int
    let activation: Activation

    init(
      _ outputs: Int, inputs: Int = 6, kernel: Int, groups: Int = 1, _ activation: Activation
    ) {
      (self.outputs, self.inputs, self.kernel) = (outputs, inputs, kernel)
      (self.groups, self.activation) = (groups, activation)
    }

    var description: String { "\(inputs) to \(outputs), \(kernel)x\(kernel), \(activation)" }

    /// Weight and bias of two such convolutions.
    var parameters: [Tensor] {
      let shape: Shape = [outputs, inputs / groups, kernel, kernel]
      return [
        Tensor(hash: 2, shape) * 0.2, Tensor(hash: 3, [outputs]), Tensor(hash: 4, shape) * 0.2,
        Tensor(hash: 5, [outputs]),
      ]
    }

    /// x itself and two convolutions of it, joined.
    func joined(_ tensors: [Tensor], in buffer: ChannelBuffer?) -> Tensor {
      let x = tensors[0]
      let parts =
        [buffer?.append(x) ?? x]
        + [1, 3].map { index in
          conv2D(
            x, weight: tensors[index], bias: tensors[index + 1], padding: Padding2D(kernel / 2),
            groups: groups, activation: activation, into: buffer)
        }
      return buffer?.joined ?? concatenate(parts, along: 1)
    }
  }

  @Test(arguments: forms.indices, MemoryForm.allCases)
  func convolutionsInABufferAreThoseConcatenated(index: Int, memory: MemoryForm) {
    let form = Self.forms[index]
    let inputs = [memory(Tensor(hash: 1, [2, form.inputs, 6, 7]))] + form.parameters
    let results = [true, false].map { isBuffered in
      let leaves = inputs.map { $0.requiringGradient() }
      let y = form.joined(
        leaves, in: isBuffered ? ChannelBuffer(channels: form.inputs + 2 * form.outputs) : nil)
      y.backward(seed: Tensor(hash: 6, y.shape).channelsLast())
      return [y] + leaves.map { $0.gradient! }
    }
    for number in results[0].indices {
      if number == 3 || number == 5 {  // the biases, whose sums fold rows of few channels
        expectClose(results[0][number], results[1][number], "\(form), \(number)")
      } else {
        expectIdentical(results[0][number], results[1][number], "\(form), \(number)")
      }
    }
  }

  // MARK: dense blocks and branches

  /// x, then for each layer the norm's weight and bias, the convolution's weight.
  private static func denseBlock(_ tensors: [Tensor], recomputes: Bool) -> Tensor {
    let layers = stride(from: 1, to: tensors.count, by: 3).map { Array(tensors[$0..<$0 + 3]) }
    let channels = layers.reduce(tensors[0].shape[1]) { $0 + $1[2].shape[0] }
    let buffer = ChannelBuffer(channels: channels)
    buffer.append(tensors[0])
    for layer in layers {
      let y = batchNorm(
        buffer.joined, weight: layer[0], bias: layer[1], activation: .relu,
        recomputesResult: recomputes)
      _ = conv2D(y.result, weight: layer[2], padding: 1, into: buffer)
    }
    return buffer.joined
  }

  /// Pooling and norms of one image side by side, in a buffer or concatenated.
  private static func branches(_ tensors: [Tensor], in buffer: ChannelBuffer?) -> Tensor {
    let x = tensors[0]
    func normalized(_ activation: Activation) -> Tensor {
      batchNorm(
        x, weight: tensors[1], bias: tensors[2], activation: activation, into: buffer
      ).result
    }
    let parts = [
      maxPool2D(x, kernelSize: 3, stride: 1, padding: 1, into: buffer), normalized(.relu),
      averagePool2D(x, kernelSize: 3, stride: 1, padding: 1, into: buffer), normalized(.tanh),
    ]
    return buffer?.joined ?? concatenate(parts, along: 1)
  }

  @Test func resultsSideBySideArePyTorchs() throws {
    let fixture = try Fixture("joined")
    for recomputes in [false, true] {
      fixture.check("dense_block") { Self.denseBlock($0, recomputes: recomputes) }
    }
    fixture.check("branches") { Self.branches($0, in: ChannelBuffer(channels: 44)) }
  }

  /// Few channels take several rows at a time beside one row at a time, many rows make lanes.
  @Test(
    arguments: [[40, 6, 28, 29], [3, 64, 9, 7], [2, 70, 5, 4], [2, 1, 3, 3]] as [Shape],
    MemoryForm.allCases)
  func branchesInABufferAreThoseConcatenated(shape: Shape, memory: MemoryForm) {
    let channels = shape[1]
    let inputs = [
      memory(Tensor(hash: 1, shape)), Tensor(hash: 2, [channels], low: 0.5, high: 2),
      Tensor(hash: 3, [channels]),
    ]
    let results = [ChannelBuffer(channels: 4 * channels), nil].map { buffer in
      let leaves = inputs.map { $0.requiringGradient() }
      let y = Self.branches(leaves, in: buffer)
      y.backward(seed: Tensor(hash: 4, y.shape).channelsLast())
      return [y] + leaves.map { $0.gradient! }
    }
    for (number, (buffered, joined)) in zip(results[0], results[1]).enumerated() {
      expectClose(buffered, joined, "\(shape), \(memory), \(number)")
    }
  }

  @Test func gradientsAreThoseOfDifferences() {
    // Biases keep the norms' results away from the kink of ReLU.
    let inputs = [
      Tensor(hash: 1, [2, 2, 3, 2]), Tensor([0.5, 1.5]), Tensor([4, -4]),
      Tensor(hash: 2, [2, 2, 3, 3]), Tensor([0.5, 1.5, 1, 2]), Tensor([4, 5, -8, 8]),
      Tensor(hash: 4, [1, 4, 3, 3]),
    ]
    expectGradients(inputs) { Self.denseBlock($0, recomputes: true) }
    expectSecondDerivatives(inputs) { Self.denseBlock($0, recomputes: true) }
  }

  @Test func whatIsComputedAnewIsWhatWasSaved() {
    let shape: Shape = [4, 6, 9, 8]
    let parameters = [
      Tensor(hash: 2, [6]), Tensor(hash: 3, [6]), Tensor(hash: 4, [70, 6, 3, 3]),
      Tensor(hash: 6, [76]), Tensor(hash: 7, [76]), Tensor(hash: 8, [5, 76, 3, 3]),
    ]
    let results = [true, false].map { recomputes in
      let leaves = ([Tensor(hash: 1, shape)] + parameters).map { $0.requiringGradient() }
      let y = Self.denseBlock(leaves, recomputes: recomputes)
      y.backward(seed: Tensor(hash: 10, y.shape))
      return [y] + leaves.map { $0.gradient! }
    }
    for (anew, saved) in zip(results[0], results[1]) { expectIdentical(anew, saved) }
  }

  /// Results lie side by side, and reading between them copies nothing and changes nothing.
  @Test func readingBetweenResultsIsAView() {
    let (x, weight) = (Tensor(hash: 1, [2, 3, 4, 4]), Tensor(hash: 2, [3, 3, 1, 1]))
    let buffer = ChannelBuffer(channels: 9)
    buffer.append(x)
    let first = buffer.joined
    let second = maxPool2D(x, kernelSize: 1, into: buffer)
    let both = buffer.joined
    let third = conv2D(both.sliced(0..<3, along: 1), weight: weight, into: buffer)
    #expect(first.pointer == both.pointer && both.pointer == buffer.joined.pointer)
    #expect(second.pointer == first.pointer + 3 && third.pointer == first.pointer + 6)
    #expect(buffer.filled == 9 && buffer.joined.layout == .channelsLast)
    expectIdentical(first, x)
    expectIdentical(both, concatenate([x, x], along: 1))
  }

  /// Parts of a buffer with and without a gradient.
  @Test func constantsGetNoGradient() {
    let x = Tensor(hash: 1, [2, 3, 4, 4]).requiringGradient()
    let buffer = ChannelBuffer(channels: 9)
    buffer.append(x.detached())
    buffer.append(x)
    withoutGradients { _ = averagePool2D(x, kernelSize: 1, into: buffer) }
    let y = buffer.joined
    let seed = Tensor(hash: 2, y.shape)
    y.backward(seed: seed)
    expectIdentical(x.gradient!, seed.sliced(3..<6, along: 1))
  }

  // MARK: mistakes

  @Test func aBufferWithoutResultsIsNotRead() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ChannelBuffer(channels: 3).joined
    }
    expectMessage(result, "ChannelBuffer: nothing was written yet")
  }

  @Test func noMoreIsWrittenThanThereIsRoomFor() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let buffer = ChannelBuffer(channels: 8)
      let x = Tensor(zeros: [2, 5, 4, 4])
      _ = maxPool2D(x, kernelSize: 2, into: buffer)
      _ = maxPool2D(x, kernelSize: 2, into: buffer)
    }
    expectMessage(result, "ChannelBuffer: no room for 5 channels, 5 of 8 are written")
  }

  @Test func imagesOfOtherSizesAreRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let buffer = ChannelBuffer(channels: 8)
      buffer.append(Tensor(zeros: [2, 3, 4, 4]))
      _ = batchNorm(
        Tensor(zeros: [2, 3, 4, 5]), weight: Tensor(ones: [3]), bias: Tensor(zeros: [3]),
        into: buffer)
    }
    expectMessage(result, "ChannelBuffer: shapes [2, 8, 4, 4] and [2, 3, 4, 5]")
  }

  @Test func vectorsAreRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let buffer = ChannelBuffer(channels: 8)
      _ = batchNorm(
        Tensor(zeros: [2, 3]), weight: Tensor(ones: [3]), bias: Tensor(zeros: [3]), into: buffer)
    }
    expectMessage(result, "ChannelBuffer: shape [2, 3], expected [N, C, H, W]")
  }
}
