import GannetTensor
import TestSupport

/// Computations of every kind with their gradients, in several chunks, which must give the same
/// bits on any number of threads and with any uninitialized memory.
struct SampleComputation: Sendable {
  let name: String
  let results: @Sendable () -> [Tensor]

  /// `function` of tensors from the hash, of `shapes`: its value and its gradients.
  private init(
    _ name: String, _ shapes: [Shape], low: Float = -1,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.name = name
    results = {
      let inputs = shapes.enumerated().map {
        Tensor(hash: UInt32($0.offset) + 1, $0.element, low: low, high: 2).requiringGradient()
      }
      let y = function(inputs)
      let seed = Tensor(hash: upstreamSeed, y.shape)
      return [y.detached()] + gradients(of: y, withRespectTo: inputs, seed: seed)
    }
  }

  private init(_ name: String, results: @escaping @Sendable () -> [Tensor]) {
    self.name = name
    self.results = results
  }

  static let all: [SampleComputation] = [
    Self("arithmetic", [[50_001], [50_001]], low: 0.5) { $0[0] * $0[1] + $0[0] / $0[1] - $0[1] },
    Self("broadcast", [[301, 203], [203], [301, 1]]) { ($0[0] + $0[1]) * $0[2] },
    Self("images", [[16, 6, 20, 21], [6, 1, 1]]) {
      $0[0].channelsLast() * $0[1] + $0[0].channelsLast().sliced(0..<6, along: 1)
    },
    Self("channel buffer", [[16, 6, 20, 21], [6], [6], [40, 6, 3, 3], [46], [46]]) {
      let buffer = ChannelBuffer(channels: 52)
      let y = batchNorm($0[0], weight: $0[1], bias: $0[2], recomputesResult: true, into: buffer)
      _ = conv2D(y.result, weight: $0[3], padding: 1, into: buffer)
      let z = batchNorm(buffer.joined, weight: $0[4], bias: $0[5], activation: .relu).result
      _ = averagePool2D($0[0], kernelSize: 3, stride: 1, padding: 1, into: buffer)
      return concatenate([buffer.joined, z], along: 1)
    },
    Self("channel slices", [[16, 6, 20, 21]]) {
      relu($0[0].channelsLast().sliced(1..<5, along: 1)) * 2
    },
    Self("functions", [[40_001]], low: 0.5) {
      exp($0[0]) + log($0[0]) + sqrt($0[0]) + tanh($0[0]) + sigmoid($0[0]) + relu($0[0])
    },
    Self("packed product", [[300, 301], [257, 301], [257]]) {
      linear($0[0], weight: $0[1], bias: $0[2], activation: .tanh)
    },
    Self("sum of all", [[700_001]]) { $0[0].sum() },
    // Around 0, where another order of the parts shows.
    Self("sums of all") { (1...8).map { Tensor(hash: $0, [300_001]).sum() } },
    Self("sum of rows", [[700, 301]]) { $0[0].sum(along: 1) },
    Self("sum of columns", [[3_001, 205]]) { $0[0].sum(along: 0) },
    Self("sum of distant axes", [[60, 31, 70]]) { $0[0].mean(along: [0, 2]) },
    Self("sum in the middle", [[60, 31, 70]]) { $0[0].sum(along: 1) },
    Self("copies", [[501, 303]]) { $0[0].transposed().reshaped(to: [909, 167]) },
    Self("expanded", [[501, 1]]) { $0[0].expanded(to: [3, 501, 70]) },
    Self("padding", [[40, 50, 60]]) { $0[0].sliced(3..<33, along: 1) },
    Self("product", [[301, 203], [203, 257]]) { matmul($0[0], $0[1]) },
    Self("transposed product", [[203, 301], [257, 203]]) {
      matmul($0[0], $0[1], transposingA: true, transposingB: true)
    },
    Self("flat product", [[4_001, 31], [31, 7]]) { matmul($0[0], $0[1]) },
    Self("deep product", [[17, 20_001], [20_001, 13]]) { matmul($0[0], $0[1]) },
    Self("matrix times vector", [[5_001, 301], [301, 1]]) { matmul($0[0], $0[1]) },
    Self("turned matrix times vector", [[301, 5_001], [301, 1]]) {
      matmul($0[0], $0[1], transposingA: true)
    },
    Self("linear", [[300, 200], [130, 200], [130]]) {
      linear($0[0], weight: $0[1], bias: $0[2], activation: .relu)
    },
    Self("linear with dropout", [[300, 200], [130, 200], [130]]) {
      var stream = RandomStream(seed: 5)
      let mask = DropoutMask(count: 300 * 130, probability: 0.4, using: &stream)
      return linear($0[0], weight: $0[1], bias: $0[2], activation: .relu, dropout: mask)
    },
    Self("linear with GELU", [[300, 200], [130, 200], [130]]) {
      linear($0[0], weight: $0[1], bias: $0[2], activation: .gelu)
    },
    Self("convolution with SiLU", [[5, 16, 30, 29], [20, 16, 3, 3], [20]]) {
      conv2D($0[0], weight: $0[1], bias: $0[2], padding: 1, activation: .silu)
    },
    Self("batch norm with GELU", [[40, 6, 28, 29], [6], [6], [40, 6, 28, 29]]) {
      batchNorm($0[0], weight: $0[1], bias: $0[2], residual: $0[3], activation: .geluTanh).result
    },
    Self("convolution", [[5, 16, 30, 29], [20, 16, 3, 3], [20]]) {
      conv2D($0[0], weight: $0[1], bias: $0[2], padding: 1, activation: .relu)
    },
    Self("convolution at a stride", [[5, 64, 30, 29], [24, 64, 5, 5]]) {
      conv2D($0[0], weight: $0[1], stride: 2, padding: 2)
    },
    Self("convolution of few channels", [[9, 2, 60, 59], [6, 2, 5, 5], [6]]) {
      conv2D($0[0], weight: $0[1], bias: $0[2], padding: 2, activation: .sigmoid)
    },
    Self("transposed convolution", [[5, 20, 15, 14], [20, 16, 4, 4], [16]]) {
      transposedConv2D($0[0], weight: $0[1], bias: $0[2], stride: 2, padding: 1)
    },
    Self("dropout", [[50_001]]) {
      var stream = RandomStream(seed: 5)
      return dropout($0[0], mask: DropoutMask(count: 50_001, probability: 0.4, using: &stream))
    },
    Self("cross-entropy", [[3_001, 41]]) {
      crossEntropy($0[0], HashSequence.labels(3_001, classes: 41, seed: 2))
    },
    Self("softmax", [[301, 203], [40, 50, 60]]) {
      softmax($0[0]).sum() + softmax($0[1], along: 1).sum() + logSoftmax($0[1], along: 0).sum()
    },
    Self("attention", [[19, 6, 21, 16], [19, 2, 33, 16], [19, 2, 33, 24]]) {
      var stream = RandomStream(seed: 5)
      let mask = DropoutMask(count: 19 * 6 * 21 * 33, probability: 0.4, using: &stream)
      return scaledDotProductAttention(
        query: $0[0], key: $0[1], value: $0[2], mask: .validLengths((0..<19).map { $0 }),
        dropout: mask)
    },
    // In several blocks of keys and parts of queries.
    Self("long attention", [[1, 2, 1_100, 8], [1, 1, 1_100, 8], [1, 1, 1_100, 5]]) {
      var stream = RandomStream(seed: 5)
      let mask = DropoutMask(count: 2 * 1_100 * 1_100, probability: 0.1, using: &stream)
      return scaledDotProductAttention(
        query: $0[0], key: $0[1], value: $0[2], mask: .causal, dropout: mask)
    },
    Self("attention of packed heads", [[9, 50, 10 * 16]]) {
      scaledDotProductAttention(packed: $0[0], heads: 6, keyHeads: 2, mask: .causal)
    },
    Self("rotary positions", [[3, 5, 301, 34], [9, 301, 170]]) {
      let packed = rotaryPositions(packed: $0[1] * 2, heads: 3, headSize: 34, pairing: .halves)
      return rotaryPositions($0[0] * 2, from: 7, size: 30).sum() + (packed * $0[1]).sum()
    },
    Self("attention with weights", [[9, 4, 40, 16], [9, 4, 40, 16], [9, 4, 40, 16]]) {
      scaledDotProductAttentionWithWeights(
        query: $0[0], key: $0[1], value: $0[2], mask: .causal
      ).output
    },
    Self("additive scores", [[11, 7, 130], [11, 9, 130], [130]]) {
      additiveScores(query: $0[0], key: $0[1], weight: $0[2])
    },
    Self("extrema", [[301, 203], [40, 50, 60]]) {
      $0[0].max(along: 1).sum() + $0[1].min(along: [0, 2]).sum()
        + $0[1].cumulativeSum(along: 1).sum()
    },
    Self("pooling", [[16, 19, 30, 31]]) {
      maxPool2D($0[0], kernelSize: 3, stride: 2, padding: 1).sum()
        + averagePool2D($0[0].channelsLast(), kernelSize: 2).sum()
        + adaptiveAveragePool2D($0[0], outputSize: .init(7, 4)).sum()
    },
    Self("batch norm", [[40, 6, 28, 29], [6], [6], [40, 6, 28, 29]]) {
      batchNorm($0[0], weight: $0[1], bias: $0[2], residual: $0[3], activation: .relu).result
        + batchNorm($0[3], weight: $0[2], bias: $0[1], activation: .sigmoid).result
    },
    Self("RMS norm", [[4_001, 37], [37]]) { rmsNorm($0[0], weight: $0[1]) },
    Self("more activations", [[40_001]]) {
      mish($0[0]) + selu($0[0]) + softsign($0[0]) + hardSwish($0[0] * 3) + relu6($0[0] * 5)
    },
    Self("layer and group norm", [[60, 16, 15, 15], [16], [16]]) {
      groupNorm($0[0], groups: 4, weight: $0[1], bias: $0[2])
        + layerNorm($0[0].reshaped(to: [-1, 16]), weight: $0[1], bias: $0[2])
        .reshaped(to: $0[0].shape)
    },
    Self("random") {
      var stream = RandomStream(seed: 6)
      return [
        Tensor(uniform: [50_001], using: &stream), Tensor(normal: [301, 203], using: &stream),
      ]
    },
    Self("in place") {
      var x = Tensor(hash: 1, [301, 203])
      x += Tensor(hash: 2, [203])
      x *= 3
      x -= x.transposed().contiguous().transposed()
      x /= Tensor(hash: 3, [301, 1], low: 1, high: 2)
      return [x]
    },
    Self("training") { train() },
  ]

  /// Five steps of a perceptron with dropout.
  private static func train() -> [Tensor] {
    var stream = RandomStream(seed: 7)
    let x = Tensor(hash: 1, [256, 100])
    let labels = HashSequence.labels(256, classes: 10, seed: 2)
    var parameters = [
      Tensor(normal: [140, 100], standardDeviation: 0.1, using: &stream), Tensor(zeros: [140]),
      Tensor(normal: [10, 140], standardDeviation: 0.1, using: &stream), Tensor(zeros: [10]),
    ].map { $0.requiringGradient() }
    for _ in 0..<5 {
      let mask = DropoutMask(count: 256 * 140, probability: 0.5, using: &stream)
      let hidden = linear(
        x, weight: parameters[0], bias: parameters[1], activation: .relu, dropout: mask)
      crossEntropy(linear(hidden, weight: parameters[2], bias: parameters[3]), labels).backward()
      withoutGradients {
        for index in parameters.indices {
          parameters[index] -= 0.5 * parameters[index].gradient!
          parameters[index].gradient = nil
        }
      }
    }
    return parameters.map { $0.detached() }
  }
}
