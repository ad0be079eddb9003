import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct RotaryAttentionTests {
  private static let forms = [
    RotaryPositions(), RotaryPositions(base: 100, pairing: .halves), RotaryPositions(size: 4),
  ]

  /// Layers of six heads, with as many of keys and values and with two.
  private func layers(_ rotary: RotaryPositions) -> [MultiHeadAttention] {
    [6, 2].map { shared in
      withRandomSeed(1) {
        MultiHeadAttention(36, heads: 6, keyValueHeads: shared, rotaryPositions: rotary)
      }
    }
  }

  @Test func theLayerIsTheOperation() {
    let x = Tensor(hash: 1, [2, 3, 5, 6])
    let layer = RotaryPositions(size: 4, base: 500, pairing: .halves)
    expectIdentical(layer(x), rotaryPositions(x, size: 4, base: 500, pairing: .halves))
    expectIdentical(
      layer(x, from: 9), rotaryPositions(x, from: 9, size: 4, base: 500, pairing: .halves))
    #expect(layer.parameters.isEmpty && layer.stateDictionary.isEmpty)
    #expect(
      layers(layer)[0].stateDictionary.keys.sorted()
        == MultiHeadAttention(36, heads: 6).stateDictionary.keys.sorted())
  }

  /// The fused path is compared with PyTorch in `MultiHeadAttentionTests`.
  @Test func fusedPlainAndSeparateProjectionsAgree() {
    let x = Tensor(hash: 1, [2, 9, 36])
    let masks: [(AttentionMask, fitsSomeQueries: Bool)] = [
      (.none, true), (.causal, true), (.validLengths([9, 4]), true),
      (.causal.and(.bias(Tensor(hash: 2, [6, 9, 9]))), false),
    ]
    for attention in Self.forms.flatMap(layers) {
      for (mask, fitsSomeQueries) in masks {
        let y = attention(x, mask: mask)
        expectClose(attention.withWeights(x, mask: mask).output, y, tolerance: 1e-5)
        expectClose(attention(x, key: x, mask: mask), y, tolerance: 1e-5)
        expectClose(attention(x, memory: attention.memory(of: x), mask: mask), y, tolerance: 1e-5)
        guard fitsSomeQueries else { continue }
        let (end, last) = (x.sliced(6..<9, along: 1), y.sliced(6..<9, along: 1))
        expectClose(attention(end, key: x, mask: mask, from: 6), last, tolerance: 1e-5)
        let memory = attention.memory(of: x)
        expectClose(attention(end, memory: memory, mask: mask, from: 6), last, tolerance: 1e-5)
        expectClose(
          attention.withWeights(end, memory: memory, mask: mask, from: 6).output, last,
          tolerance: 1e-5)
      }
    }
  }

  @Test func weightsDependOnTheDifferenceOfPositionsAlone() {
    // Equal tokens get equal weights without positions; with them, weights by their distance.
    let x = Tensor(hash: 1, [1, 1, 36]).expanded(to: [1, 8, 36])
    for attention in Self.forms.flatMap(layers) {
      let (_, weights) = attention.withWeights(x, mask: .causal)
      for head in 0..<6 {
        let scores = log(weights[0][head])
        for (i, j) in [(3, 1), (5, 2), (7, 6)] {
          let difference = scores[i, j] - scores[i, i]
          let shifted = scores[i - 1, j - 1] - scores[i - 1, i - 1]
          #expect(abs(difference - shifted) < 1e-4)
        }
      }
      let last = weights[0][0][7].scalars
      #expect(last.max()! - last.min()! > 1e-4)
    }
  }

  @Test func tokenByTokenWithACacheIsAllAtOnce() {
    let x = Tensor(hash: 1, [3, 7, 36])
    for attention in Self.forms.flatMap(layers) {
      withoutGradients {
        let whole = attention(x, mask: .causal)
        var cache = KeyValueCache()
        expectClose(attention.inParts(x, &cache), whole, tolerance: 1e-5)
        #expect(cache.position == 7)
        var again = KeyValueCache()
        _ = attention(x.sliced(0..<4, along: 1), cache: &again)
        var selected = again.selectingBatch([2, 0])
        let rest = concatenate([x[2..<3], x[0..<1]]).sliced(4..<7, along: 1)
        let (y, _) = attention.withWeights(rest, cache: &selected)
        let expected = concatenate([whole[2..<3], whole[0..<1]]).sliced(4..<7, along: 1)
        expectClose(y, expected, tolerance: 1e-5)
      }
    }
  }

  /// A window over a long text has no end: positions go on, and their differences stay.
  @Test func aCacheThatForgetsCountsOn() {
    let x = Tensor(hash: 1, [1, 40, 36])
    for attention in Self.forms.flatMap(layers) {
      withoutGradients {
        var cache = KeyValueCache()
        var last = Tensor(0)
        for step in 0..<40 {
          cache.keepLast(4)
          last = attention(x.sliced(step..<step + 1, along: 1), cache: &cache)
        }
        #expect(cache.count == 5 && cache.position == 40)
        let window = attention(x.sliced(35..<40, along: 1), mask: .causal)
        expectClose(last, window.sliced(4..<5, along: 1), tolerance: 1e-5)
      }
    }
  }

  @Test func aDecodersAttentionToTheEncoderHasNoPositions() {
    var settings = TransformerSettings(12, heads: 2, feedForwardSize: 8, dropout: 0)
    settings.rotaryPositions = RotaryPositions()
    let decoder = withRandomSeed(1) { TransformerDecoder(2, settings) }
    #expect(decoder.layers.allSatisfy { $0.selfAttn.rotaryPositions != nil })
    #expect(decoder.layers.allSatisfy { $0.multiheadAttn.rotaryPositions == nil })
    let (x, memory) = (Tensor(hash: 1, [2, 6, 12]), Tensor(hash: 2, [2, 4, 12]))
    withoutGradients {
      let whole = decoder(x, memory: memory)
      var state = decoder.state(of: memory)
      let steps = (0..<6).map { decoder(x.sliced($0..<$0 + 1, along: 1), state: &state) }
      expectClose(concatenate(steps, along: 1), whole, tolerance: 1e-5)
      let encoder = TransformerEncoder(2, settings)
      expectClose(
        encoder.first(2, of: x), encoder(x).sliced(0..<2, along: 1), tolerance: 1e-5)
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() {
    func run() -> [Tensor] {
      let attention = withRandomSeed(2) {
        MultiHeadAttention(
          32, heads: 4, keyValueHeads: 2, dropout: 0.3, rotaryPositions: RotaryPositions())
      }
      let x = Tensor(hash: 1, [9, 130, 32])
      let y = attention(x, mask: .causal)
      y.backward(seed: Tensor(hash: 2, y.shape))
      return [y] + attention.parameters.map { $0.gradient! }
    }
    let one = onThreads(1, run)
    for threads in [2, 3] {
      for (own, other) in zip(onThreads(threads, run), one) { expectIdentical(own, other) }
    }
  }
}
