import GannetTensor
import TestSupport
import Testing

/// Sums so long that single precision loses digits. Comments give the relative error of PyTorch
/// 2.15; four times as much is allowed.
@Suite struct LongSumTests {
  private let tenth = Double(Float(0.1))
  private static let cases: [(Shape, [Int])] = [
    ([3, 7], [0]), ([31, 5], [0]), ([1_000, 3], [0]), ([70_001, 2], [0]), ([517, 300], [0]),
    ([3, 1_000, 2], [1]), ([300, 3, 301], [0, 2]), ([2, 517, 3], [0, 2]), ([3, 70_001], [1]),
    ([3, 20_001], [0]), ([70, 1_001], [0]),
  ]
  private static let softmaxShapes: [Shape] = [[1, 1_000_000], [1_000_000, 1], [1_000_000, 3]]

  /// PyTorch: 1.5e-7 up to 10,000 rows, 6.0e-7 at a million, 8.9e-7 at ten million.
  @Test(arguments: [10, 100, 1_000, 10_000, 1_000_000, 10_000_000])
  func theNumberOfRowsCostsNoDigits(_ rows: Int) {
    let x = Tensor(repeating: 0.1, shape: [rows, 2])
    for mean in x.mean(along: 0).scalars { #expect(error(mean, tenth) < 3e-7) }
    for sum in x.sum(along: 0).scalars { #expect(error(sum, tenth * Double(rows)) < 4e-7) }
    #expect(error(x.sum().scalar, tenth * Double(2 * rows)) < 4e-7)
    #expect(error(x.mean().scalar, tenth) < 4e-7)
    #expect(error(x.norm().scalar, tenth * Double(2 * rows).squareRoot()) < 4e-7)
    for norm in x.norm(along: 0).scalars {
      #expect(error(norm, tenth * Double(rows).squareRoot()) < 4e-7)
    }
  }

  /// PyTorch: 5e-8 to 1.4e-7 on the same kind of numbers, whatever the number of rows; of the variance 3e-8.
  @Test(arguments: cases)
  func sumsAreThoseInDoublePrecision(_ shape: Shape, _ axes: [Int]) {
    let x = Tensor(hash: 1, shape, low: 0.5, high: 1.5)
    let rest = (0..<shape.rank).filter { !axes.contains($0) }
    let rows = x.permuted(rest + axes).reshaped(
      to: [rest.reduce(1) { $0 * shape[$1] }, axes.reduce(1) { $0 * shape[$1] }])
    let reduced = Axes(axes)
    let (sums, means) = (x.sum(along: reduced).scalars, x.mean(along: reduced).scalars)
    let variances = x.variance(along: reduced).scalars
    for row in sums.indices {
      let values = rows[row].scalars.map(Double.init)
      let sum = values.reduce(0, +)
      let mean = sum / Double(values.count)
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      #expect(error(sums[row], sum) < 2.5e-7)
      #expect(error(means[row], mean) < 2.5e-7)
      #expect(error(variances[row], square / Double(values.count - 1)) < 1.2e-7)
    }
  }

  @Test func onesBeyondTheDigitsOfAFloatAreCounted() {
    let ones = Tensor(ones: [2, 17_000_000, 2])
    #expect(ones.sum(along: 1).scalars == [17e6, 17e6, 17e6, 17e6])
    #expect(ones.sum(along: [0, 1]).scalars == [34e6, 34e6])
    #expect(ones.mean().scalar == 1)
    #expect(Tensor(ones: [2, 9_000_000, 2]).sum(along: [0, 2]).sum().scalar == 36e6)
  }

  @Test func gradientsOfBroadcastsAreExact() {
    let bias = Tensor(zeros: [1]).requiringGradient()
    linear(Tensor(zeros: [4_000_000, 1]), weight: Tensor(zeros: [1, 1]), bias: bias).mean()
      .backward()
    #expect(error(bias.gradient!.scalar, 1) < 2e-7)
    let row = Tensor(zeros: [2]).requiringGradient()
    (Tensor(zeros: [3_000_000, 2]) + row).backward(
      seed: Tensor(repeating: 0.1, shape: [3_000_000, 2]))
    for sum in row.gradient!.scalars { #expect(error(sum, tenth * 3e6) < 4e-7) }
    let ofChannels = Tensor(zeros: [2]).requiringGradient()
    conv2D(
      Tensor(zeros: [1, 1, 1_500, 1_000]), weight: Tensor(zeros: [2, 1, 1, 1]), bias: ofChannels
    ).backward(seed: Tensor(repeating: 0.1, shape: [1, 2, 1_500, 1_000]))
    for sum in ofChannels.gradient!.scalars { #expect(error(sum, tenth * 1.5e6) < 4e-7) }
  }

  /// PyTorch's layer norm is off by 1e-2 here.
  @Test func gradientsOfScalesAndShiftsAreExact() {
    let rows = 1_000_000
    let x = Tensor(hash: 1, [1, 4]).expanded(to: [rows, 4]).contiguous()
    let seed = Tensor(repeating: 0.1, shape: [rows, 4])
    let (weight, bias) = (Tensor(ones: [4]), Tensor(zeros: [4]))
    let normalized = layerNorm(x[0..<1], weight: weight, bias: bias).scalars
    func check(_ norm: (Tensor, Tensor) -> Tensor, _ expected: [Float]? = nil) {
      let (weight, bias) = (weight.requiringGradient(), bias.requiringGradient())
      norm(weight, bias).backward(seed: seed)
      for sum in bias.gradient!.scalars { #expect(error(sum, tenth * Double(rows)) < 4e-7) }
      for (sum, value) in zip(weight.gradient!.scalars, expected ?? []) {
        #expect(abs(Double(sum) - Double(value) * tenth * Double(rows)) < 0.1)
      }
    }
    check({ layerNorm(x, weight: $0, bias: $1) }, normalized)
    check({ batchNorm(x, weight: $0, bias: $1).result })
  }

  /// PyTorch: 2.5e-9, and 1.9e-7 of the logarithm.
  @Test(arguments: softmaxShapes)
  func softmaxOfManyAddsUpToOne(_ shape: Shape) {
    let axis = shape[0] == 1 ? 1 : 0
    let x = Tensor(repeating: 0.1, shape: shape)
    let y = softmax(x, along: axis)
    expectClose(y, Tensor(repeating: 1e-6, shape: shape), tolerance: 2e-7)
    let logarithm = logSumExp(x, along: [axis])
    expectClose(logarithm, Tensor(repeating: 13.915511, shape: logarithm.shape), tolerance: 2e-7)
    let logarithms = logSoftmax(x, along: axis)
    expectClose(logarithms, Tensor(repeating: -13.815511, shape: shape), tolerance: 2e-7)
    guard shape[0] == 1 else { return }
    let logits = x.requiringGradient()
    let loss = crossEntropy(logits, IntTensor([3]))
    #expect(error(loss.scalar, 13.815510557964274) < 2e-7)
    loss.backward()
    #expect(error(logits.gradient!.scalars[7], 1e-6) < 4e-7)
  }

  /// PyTorch: 1e-2.
  @Test func aLargeWindowHasItsMean() {
    for channels in [1, 3, 8] {
      let x = Tensor(repeating: 0.1, shape: [1, channels, 700, 900])
      let y = averagePool2D(x, kernelSize: Size2D(700, 900))
      for mean in y.scalars + globalAveragePool2D(x).scalars { #expect(error(mean, tenth) < 4e-7) }
    }
  }

  /// PyTorch: 1e-2.
  @Test func aRowThatIsReadOftenGetsItsWholeGradient() {
    let table = Tensor(zeros: [3, 2]).requiringGradient()
    let indices = IntTensor([2] + [Int32](repeating: 1, count: 200_000))
    table.slices(at: indices).backward(seed: Tensor(repeating: 0.1, shape: [200_001, 2]))
    let gradient = table.gradient!.scalars
    #expect(gradient[0] == 0 && gradient[4] == 0.1)
    #expect(error(gradient[2], tenth * 200_000) < 2e-7)
    #expect(error(gradient[3], tenth * 200_000) < 2e-7)
  }

  @Test func sumsHaveTheSameBitsOnAnyNumberOfThreads() {
    let x = Tensor(hash: 1, [60_001, 7])
    let images = Tensor(hash: 2, [3, 5, 61, 67])
    func results() -> [Tensor] {
      let (weight, bias) = (Tensor(ones: [7]), Tensor(zeros: [7]))
      let parameters = [weight.requiringGradient(), bias.requiringGradient()]
      layerNorm(x, weight: parameters[0], bias: parameters[1]).backward(seed: x)
      return [
        x.sum(along: 0), x.mean(), x.variance(along: 0), x.standardDeviation(), x.norm(along: 1),
        images.mean(along: [0, 2, 3]), images.variance(along: [1]), softmax(x, along: 0),
        globalAveragePool2D(images),
      ] + parameters.map { $0.gradient! }
    }
    let expected = onThreads(1, results)
    for threads in [2, 3] {
      for (result, one) in zip(onThreads(threads, results), expected) {
        expectIdentical(result, one, "\(threads) threads")
      }
    }
  }
}

/// Relative to what is expected.
private func error(_ actual: Float, _ expected: Double) -> Double {
  abs(Double(actual) - expected) / abs(expected)
}
