import GannetTensor
import Testing

/// A function of tensors, which a graph must compute as the function itself does.
package struct TracedSample: Sendable, CustomTestStringConvertible {
  package let testDescription: String
  package let shapes: [Shape]
  package let function: @Sendable ([Tensor]) -> Tensor

  init(
    _ name: String, _ shapes: [Shape] = [[2, 3, 4]],
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    (testDescription, self.shapes, self.function) = (name, shapes, function)
  }

  package func inputs(seed: UInt32) -> [Tensor] {
    shapes.enumerated().map {
      Tensor(hash: seed + UInt32($0.offset), $0.element, low: 0.1, high: 2)
    }
  }

  package static let longShortTermMemory = Self("LSTM", [[3, 2, 4], [8, 4], [8, 2]]) { x in
    let weights = RecurrentWeights(input: x[1], state: x[2], inputBias: nil, stateBias: nil)
    let y = recurrent(.lstm, .features(x[0]), weights: [weights])
    return y.output + y.state + y.cell!
  }

  package static let all = elementwise + shaping + reductions + layers

  package static let elementwise: [TracedSample] = [
    Self("functions") { exp($0[0]) + log($0[0]) * sqrt($0[0]) - expm1($0[0]) / log1p($0[0]) },
    Self("periodic") { sin($0[0]) + cos($0[0]) + erf($0[0]) },
    Self("activations") {
      [relu, sigmoid, tanh, gelu, silu, softplus].reduce($0[0]) { $1($0 - 1) }
    },
    Self("rounding") { round($0[0]) + floor($0[0]) * ceil($0[0]) + tan($0[0] * 0.5) },
    Self("bounded activations") {
      [mish, selu, softsign, relu6, hardSigmoid, hardSwish].reduce($0[0]) { $1($0 * 2 - 1) }
    },
    Self("gates", [[3, 4]]) { glu(celu($0[0] - 1, alpha: 2)) },
    Self("leaky") { leakyReLU($0[0] - 1) + elu($0[0] - 1, alpha: 0.5) + logSigmoid($0[0]) },
    Self("prelu", [[2, 3, 4], [3]]) { prelu($0[0] - 1, slope: $0[1]) },
    Self("powers", [[2, 3], [3]]) { pow($0[0], 1.5) + pow($0[0], $0[1]) + pow(2, $0[0]) },
    Self("numbers") { 2 - ($0[0] + 1) * 3 / 4 + -$0[0] + 1 / $0[0] },
    Self("signs") { abs($0[0] - 1) + sign($0[0] - 1) },
    Self("selection", [[2, 3], [2, 3]]) {
      maximum($0[0], $0[1]) + minimum($0[0], 0.5) + $0[0].clamped(to: 0.5...1)
    },
    Self("in place", [[2, 3], [3]]) { x in
      var sum = x[0]
      sum += x[1]
      sum *= 2
      sum.add(x[0], scaledBy: 3)
      sum[0] = x[1]
      return sum
    },
    Self("detached") { $0[0].detached() * 2 },
  ]

  package static let shaping: [TracedSample] = [
    Self("views") { $0[0].permuted([2, 0, 1]).transposed().reshaped(to: [4, -1]).flattened() },
    Self("order") { $0[0].sorted(along: 1, descending: true).values + $0[0].quantile(0.3) },
    Self("einsum", [[3, 4], [4, 5]]) { einsum("ij,jk->ki", $0[0], $0[1]).product(along: 0) },
    Self("truth") { ($0[0] .> 0.5).any(along: 1) + ($0[0] .> 0.5).all(along: 1) },
    Self("pooling of sequences", [[2, 4, 6]]) {
      maxPool1D($0[0], kernelSize: 2) + adaptiveMaxPool1D($0[0], outputSize: 3)
    },
    Self("norms of sequences", [[2, 4, 6], [6]]) {
      instanceNorm($0[0]) + groupNorm($0[0], groups: 2) + rmsNorm($0[0], weight: $0[1])
    },
    Self("slices") { $0[0].sliced(1..<3, along: 2)[1].unsqueezed(at: 0).squeezed(at: 0) },
    Self("joining", [[2, 3], [2, 3]]) {
      stack([concatenate($0, along: 1), concatenate($0, along: 1)])
    },
    Self("striding") { $0[0].flipped(along: 1).strided(by: 2, along: 2).tiled([1, 2, 1]) },
    Self("padding", [[1, 2, 4, 4]]) { $0[0].padded(by: 1, mode: .reflect).padded(by: 1) },
    Self("matrices", [[4, 4]]) { $0[0].lowerTriangle() + $0[0].diagonal() },
    Self("indices") { $0[0].slices(at: [1, 0, 1], along: 1) },
    Self("gathered", [[2, 3]]) { $0[0].gathered(at: IntTensor([1, 0], shape: [2, 1]), along: 1) },
    Self("expanded", [[3]]) { $0[0].expanded(to: [2, 3]) },
    Self("interpolated", [[1, 2, 3, 3]]) { $0[0].interpolated(to: Size2D(5, 7)) },
    Self("channels", [[2, 3, 4, 4], [2, 3, 3, 3]]) { x in
      let buffer = ChannelBuffer(channels: 8)
      buffer.append(x[0])
      _ = conv2D(buffer.joined, weight: x[1], padding: 1, into: buffer)
      _ = maxPool2D(x[0], kernelSize: 3, stride: 1, padding: 1, into: buffer)
      return buffer.joined * 2
    },
  ]

  package static let reductions: [TracedSample] = [
    Self("sums") { $0[0].sum(along: 1) + $0[0].mean(along: [1]) },
    Self("extrema") { $0[0].max(along: 2) + $0[0].min(along: 2) },
    Self("argmax") { Tensor($0[0].argmax(along: 2)) + 0 * $0[0].sum(along: 2) },
    Self("spread") { $0[0].variance(along: 2) + $0[0].standardDeviation(along: 2) },
    Self("norms") {
      $0[0].norm(along: 2) + $0[0].norm(.l1, along: 2) + $0[0].norm(.infinity, along: 2)
    },
    Self("softmax") { softmax($0[0]) + logSoftmax($0[0], along: 1) },
    Self("cumulative") { $0[0].cumulativeSum(along: 1) + logSumExp($0[0]) },
  ]

  package static let layers: [TracedSample] = [
    Self("linear", [[2, 5, 3], [4, 3], [4]]) {
      linear($0[0], weight: $0[1], bias: $0[2], activation: .tanh)
    },
    Self("products", [[2, 3, 4], [4, 3], [3]]) { matmul(matmul($0[0], $0[1]), $0[2]) },
    Self("convolution", [[2, 3, 6, 6], [4, 3, 3, 3], [4]]) {
      conv2D(
        $0[0], weight: $0[1], bias: $0[2], padding: 1, paddingMode: .circular, activation: .relu)
    },
    Self("sequences", [[2, 3, 6], [4, 3, 3]]) { conv1D($0[0], weight: $0[1], padding: 1) },
    Self("transposed", [[2, 4, 3, 3], [4, 3, 2, 2], [3]]) {
      transposedConv2D($0[0], weight: $0[1], bias: $0[2], stride: 2)
    },
    Self("pooling", [[2, 3, 6, 6]]) {
      maxPool2D($0[0], kernelSize: 2) + averagePool2D($0[0], kernelSize: 2)
        + adaptiveAveragePool2D($0[0], outputSize: 3) + globalAveragePool2D($0[0])
    },
    Self("norms of images", [[2, 4, 3, 3], [4], [4]]) { x in
      let y = batchNorm(x[0], mean: x[1], variance: x[2], weight: x[2], bias: x[1], residual: x[0])
      return groupNorm(y, groups: 2, weight: x[1], bias: x[2])
    },
    Self("layer norm", [[2, 3, 4], [4], [4]]) { layerNorm($0[0], weight: $0[1], bias: $0[2]) },
    Self("attention", [[2, 3, 24]]) { x in
      let known = AttentionMask.validLengths(IntTensor([2, 2]))
      let causal = scaledDotProductAttention(packed: x[0], heads: 2, mask: .causal)
      let heads = x[0].splitHeads([2, 2, 2], size: 4)
      let other = scaledDotProductAttention(
        query: heads[0], key: rotaryPositions(heads[1]), value: heads[2], mask: known)
      return causal + other.transposed(1, 2).reshaped(to: [2, 3, 8])
    },
    Self("masked softmax", [[2, 3, 4], [2, 3, 4]]) {
      maskedSoftmax($0[0], .allowed($0[1] .> 1))
        + additiveScores(query: $0[0], key: $0[1], weight: Tensor([1, 2, 3, 4])).sum()
    },
  ]
}
