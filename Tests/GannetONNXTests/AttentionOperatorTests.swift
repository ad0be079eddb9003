#if ONNX
import Foundation
import GannetData
import GannetONNX
import GannetTensor
import TestSupport
import Testing

/// Attention, rotary positions and losses that are read, beside the library's.
@Suite("ONNX attention and losses")
struct AttentionOperatorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("attention of grouped heads sees its cache, a window, and gives its scores")
  func attention() throws {
    let (q, k) = (Tensor(hash: 1, [2, 4, 3, 4]), Tensor(hash: 2, [2, 2, 3, 4]))
    let (v, bias) = (Tensor(hash: 3, [2, 2, 3, 5]), Tensor(hash: 4, [3, 5]))
    let cache = (Tensor(hash: 5, [2, 2, 2, 4]), Tensor(hash: 6, [2, 2, 2, 5]))
    let (keys, values) = (
      concatenate([cache.0, k], along: 2), concatenate([cache.1, v], along: 2)
    )
    let found = try results(
      "Attention", [q, k, v, bias, cache.0, cache.1], ["is_causal": .int(1)], count: 3)
    let wanted = scaledDotProductAttention(
      query: q, key: keys, value: values, mask: .causal.and(.bias(bias)))
    expectClose(found[0], wanted)
    expectIdentical(found[1], keys)
    expectIdentical(found[2], values)
    // Each query sees its own key and the one before, and scores are capped.
    let scores =
      matmul(
        q.reshaped(to: [2, 2, 6, 4]), k, transposingB: true
      ).reshaped(to: [2, 4, 3, 3]) / 2
    let band = Tensor(ones: [3, 3]).lowerTriangle().upperTriangle(offset: -1)
    let weights = softmax((tanh(scores / 3) * 3).replacing(with: -1e30, where: band .== 0))
    let windowed = try results(
      "Attention", [q, k, v],
      ["is_causal": .int(1), "left_window_size": .int(1), "softcap": .float(3)])
    expectClose(
      windowed[0],
      matmul(weights.reshaped(to: [2, 2, 6, 3]), v).reshaped(to: [2, 4, 3, 5]))
    expectFault("queries, keys and values that fit") {
      _ = try results("Attention", [q, k, Tensor(hash: 3, [2, 2, 4, 5])])
    }
  }

  @Test("a mask of truth values hides keys, and a query that sees none has the result 0")
  func hiddenKeys() throws {
    let x = Tensor(hash: 1, [1, 1, 2, 3])
    var model = NodeModel(opset: 23, inputs: ["x", "limit", "mask"], outputs: ["y"])
    model.add("Greater", ["mask", "limit"], ["seen"])
    model.add("Attention", ["x", "x", "x", "seen"], ["y"])
    let mask = Tensor([[1, 0], [0, 0]])
    let y = try #require(
      try model.read(folder)(["x": x, "limit": Tensor(0.5), "mask": mask])["y"])
    expectClose(y[0][0][0], x[0][0][0])
    #expect(y[0][0][1].scalars == [0, 0, 0])
  }

  @Test("rotary positions by a table are those of the library")
  func rotaryPositions() throws {
    let x = Tensor(hash: 1, [2, 3, 4, 6])
    let angles = Tensor(
      (0..<8).flatMap { step in [Float(step), Float(step) / 100] }, shape: [8, 2])
    let places = IntTensor([2, 3, 4, 5, 2, 3, 4, 5], shape: [2, 4])
    for (isInterleaved, pairing) in [(1, RotaryPairing.interleaved), (0, .halves)] {
      let found = try results(
        "RotaryEmbedding", [x, cos(angles), sin(angles)], integers: [places],
        ["rotary_embedding_dim": .int(4), "interleaved": .int(Int64(isInterleaved))])
      expectClose(
        found[0], GannetTensor.rotaryPositions(x, from: 2, size: 4, pairing: pairing))
    }
    expectFault("an index beyond an axis of size 8") {
      _ = try results(
        "RotaryEmbedding", [x, cos(angles), sin(angles)],
        integers: [IntTensor(places.scalars.map { $0 + 4 }, shape: [2, 4])],
        ["rotary_embedding_dim": .int(4)])
    }
  }

  @Test("losses of labels are the library's, and other labels are an error")
  func losses() throws {
    let (x, labels) = (Tensor(hash: 1, [4, 3]), IntTensor([0, 2, 1, 2]))
    let loss = try results(
      "SoftmaxCrossEntropyLoss", [x], integers: [labels], ["ignore_index": .int(1)], count: 2)
    expectClose(loss[0], crossEntropy(x, labels, ignoring: 1))
    expectClose(loss[1], logSoftmax(x))
    let sum = try results(
      "NegativeLogLikelihoodLoss", [x], integers: [labels], ["reduction": .string("sum")])
    expectClose(sum[0], -(x[0][0] + x[1][2] + x[2][1] + x[3][2]))
    expectFault("labels of 3 classes") {
      _ = try results("NegativeLogLikelihoodLoss", [x], integers: [IntTensor([0, 3, 1, 2])])
    }
  }
}
#endif
