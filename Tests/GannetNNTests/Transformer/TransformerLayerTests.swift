import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct TransformerLayerTests {
  private func settings(_ arguments: [String: Any]) -> TransformerSettings {
    TransformerSettings(
      arguments["size"] as! Int, heads: arguments["heads"] as! Int,
      feedForwardSize: arguments["hidden"] as! Int, dropout: 0,
      activation: arguments["activation"] as! String == "gelu" ? .gelu : .relu,
      normalization: arguments["pre"] as! Bool ? .pre : .post)
  }

  @Test func encodersGivePyTorchsValuesAndGradients() throws {
    let fixture = try Fixture("transformer_layers")
    for name in fixture.names where name.hasPrefix("encoder") {
      let arguments = fixture.arguments(name)
      let (settings, mask) = (settings(arguments), fixture.mask(name))
      let count = arguments["count"] as! Int
      if count > 0 {
        func make() -> TransformerEncoder {
          TransformerEncoder(count, settings, hasFinalNorm: true)
        }
        try fixture.check(name, of: make, tolerance: 2e-5) { $0($1[0], mask: mask) }
      } else {
        func make() -> TransformerEncoderLayer { TransformerEncoderLayer(settings) }
        try fixture.check(name, of: make, tolerance: 2e-5) {
          $0($1[0], mask: mask)
        }
      }
    }
  }

  @Test func decodersGivePyTorchsValuesAndGradients() throws {
    let fixture = try Fixture("transformer_layers")
    for name in fixture.names where name.hasPrefix("decoder") {
      let arguments = fixture.arguments(name)
      let (settings, mask) = (settings(arguments), fixture.mask(name))
      let count = arguments["count"] as! Int
      if count > 0 {
        func make() -> TransformerDecoder {
          TransformerDecoder(count, settings, hasFinalNorm: true)
        }
        try fixture.check(name, of: make, tolerance: 2e-5) {
          $0($1[0], memory: $1[1], memoryMask: mask)
        }
      } else {
        func make() -> TransformerDecoderLayer { TransformerDecoderLayer(settings) }
        try fixture.check(name, of: make, tolerance: 2e-5) {
          $0($1[0], memory: $1[1], memoryMask: mask)
        }
      }
    }
  }

  @Test func namesArePyTorchs() {
    let encoder = TransformerEncoderLayer(8, heads: 2, feedForwardSize: 4)
    #expect(
      encoder.stateDictionary.keys.sorted() == [
        "linear1.bias", "linear1.weight", "linear2.bias", "linear2.weight", "norm1.bias",
        "norm1.weight", "norm2.bias", "norm2.weight", "self_attn.in_proj_bias",
        "self_attn.in_proj_weight", "self_attn.out_proj.bias", "self_attn.out_proj.weight",
      ])
    let decoder = TransformerDecoder(1, TransformerSettings(8, heads: 2, normalization: .pre))
    #expect(decoder.stateDictionary["layers.0.multihead_attn.in_proj_weight"] != nil)
    #expect(decoder.stateDictionary["norm.weight"] != nil)
  }

  @Test func decodingTokenByTokenIsAllAtOnce() {
    for normalization in [TransformerSettings.Normalization.post, .pre] {
      let decoder = TransformerDecoder(
        2, TransformerSettings(12, heads: 3, feedForwardSize: 8, normalization: normalization))
      let (x, memory) = (Tensor(hash: 1, [2, 6, 12]), Tensor(hash: 2, [2, 4, 12]))
      let lengths = IntTensor([4, 2])
      decoder.evaluating {
        let whole = decoder(x, memory: memory, memoryMask: .validLengths(lengths))
        var state = decoder.state(of: memory, lengths: lengths)
        let steps = (0..<6).map { decoder(x.sliced($0..<$0 + 1, along: 1), state: &state) }
        expectClose(concatenate(steps, along: 1), whole, tolerance: 1e-5)
        #expect(state.count == 6)
        var again = decoder.state(of: memory, lengths: lengths)
        let (y, weights, memoryWeights) = decoder.withWeights(x, state: &again)
        expectClose(y, whole, tolerance: 1e-5)
        #expect(weights.map(\.shape) == [[2, 3, 6, 6], [2, 3, 6, 6]])
        #expect(memoryWeights.map(\.shape) == [[2, 3, 6, 4], [2, 3, 6, 4]])
        let future = weights[0].sliced(0..<1, along: 2).sliced(1..<6, along: 3)
        #expect(future.scalars.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test func theFirstStepsAloneAreThoseOfTheWhole() {
    for normalization in [TransformerSettings.Normalization.post, .pre] {
      let encoder = TransformerEncoder(
        2, TransformerSettings(8, heads: 2, feedForwardSize: 6, normalization: normalization))
      let x = Tensor(hash: 1, [3, 5, 8])
      encoder.evaluating {
        let whole = encoder(x, mask: .validLengths([5, 2, 1]))
        let first = encoder.first(2, of: x, mask: .validLengths([5, 2, 1]))
        expectClose(first, whole.sliced(0..<2, along: 1), tolerance: 1e-5)
        let (y, weights) = encoder.withWeights(x, mask: .validLengths([5, 2, 1]))
        expectClose(y, whole, tolerance: 1e-5)
        #expect(weights.count == 2)
      }
    }
  }

  /// A stack resolves a mask once for its layers.
  @Test func masksOfStacksAreThoseOfTheirLayers() {
    let settings = TransformerSettings(8, heads: 2, feedForwardSize: 6, dropout: 0)
    let encoder = withRandomSeed(1) { TransformerEncoder(3, settings) }
    let decoder = withRandomSeed(2) { TransformerDecoder(2, settings) }
    let (x, memory) = (Tensor(hash: 1, [3, 5, 8]), Tensor(hash: 2, [3, 4, 8]))
    let some = Tensor(hash: 3, [5, 5]) .> 0
    let bias = Tensor(hash: 4, [2, 1, 5])
    let masks: [AttentionMask] = [
      .none, .causal, .validLengths([5, 2, 0]), .causal.and(.validLengths([5, 2, 1])),
      .validLengths([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [0, 0, 1, 1, 1]]), .allowed(some),
      .causal.and(.bias(bias)), .allowed(some).and(.bias(bias)).and(.validLengths([3, 5, 4])),
    ]
    for mask in masks {
      let expected = encoder.layers.reduce(x) { $1($0, mask: mask) }
      expectIdentical(encoder(x, mask: mask), expected)
      expectIdentical(
        encoder.first(2, of: x, mask: .causal),
        encoder.layers[2].first(
          2, of: encoder.layers[..<2].reduce(x) { $1($0, mask: .causal) }, mask: .causal))
      expectClose(encoder.withWeights(x, mask: mask).output, expected, tolerance: 1e-5)
      let lengths = AttentionMask.validLengths([4, 0, 2])
      expectIdentical(
        decoder(x, memory: memory, mask: mask, memoryMask: lengths),
        decoder.layers.reduce(x) { $1($0, memory: memory, mask: mask, memoryMask: lengths) })
    }
    // A bias's gradient is the sum over the layers.
    let (one, other) = (bias.requiringGradient(), bias.requiringGradient())
    (encoder(x, mask: .causal.and(.bias(one))) * x).sum().backward()
    (encoder.layers.reduce(x) { $1($0, mask: .causal.and(.bias(other))) } * x).sum().backward()
    expectIdentical(one.gradient!, other.gradient!)
  }

  @Test func dropoutIsAppliedInTrainingAlone() {
    let layer = withRandomSeed(1) { TransformerEncoderLayer(16, heads: 2, dropout: 0.5) }
    let x = Tensor(hash: 1, [2, 4, 16])
    let differs = zip(layer(x).scalars, layer(x).scalars).contains { $0 != $1 }
    #expect(differs)
    layer.eval()
    expectIdentical(layer(x), layer(x))
  }

  @Test func identicalStepsHaveIdenticalResultsOfTheFeedForwardNetwork() {
    let network = FeedForward(4, hiddenSize: 4)
    let y = network(Tensor(ones: [2, 3, 4]))
    expectIdentical(y[0], y[1])
    #expect(y.shape == [2, 3, 4])
  }

  @Test func theBooksBlockKeepsTheShape() {
    let layer = TransformerEncoderLayer(24, heads: 8, feedForwardSize: 48, dropout: 0.5)
    layer.eval()
    let x = Tensor(ones: [2, 100, 24])
    #expect(layer(x, mask: .validLengths([3, 2])).shape == [2, 100, 24])
  }
}
