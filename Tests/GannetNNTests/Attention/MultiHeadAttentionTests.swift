import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct MultiHeadAttentionTests {
  @Test func givesPyTorchsValuesAndGradients() throws {
    let fixture = try Fixture("multi_head_attention")
    for name in fixture.names {
      let arguments = fixture.arguments(name)
      let mask = fixture.mask(name)
      func make() -> MultiHeadAttention {
        MultiHeadAttention(
          arguments["size"] as! Int, heads: arguments["heads"] as! Int,
          keyValueHeads: arguments["shared"] as? Int, hasBias: arguments["bias"] as! Bool,
          rotaryPositions: fixture.rotaryPositions(name))
      }
      try fixture.check(name, of: make) { attention, sequences in
        switch sequences.count {
        case 1: attention(sequences[0], mask: mask)
        case 2: attention(sequences[0], key: sequences[1], mask: mask)
        default:
          attention(sequences[0], key: sequences[1], value: sequences[2], mask: mask)
        }
      }
    }
  }

  @Test func theBooksLayerHasFourProjections() {
    let attention = MultiHeadAttention(100, heads: 5, dropout: 0.5, hasBias: false)
    #expect(attention.parameters.scalarCount == 4 * 100 * 100)
    #expect(attention.stateDictionary.keys.sorted() == ["in_proj_weight", "out_proj.weight"])
    attention.eval()
    let y = attention(
      Tensor(ones: [2, 4, 100]), key: Tensor(ones: [2, 6, 100]), mask: .validLengths([3, 2]))
    #expect(y.shape == [2, 4, 100])
  }

  @Test func beginsAsPyTorchs() {
    let attention = withRandomSeed(1) { MultiHeadAttention(64, heads: 4) }
    let bound = (6 / Float(64 + 3 * 64)).squareRoot()
    let weights = attention.inProjWeight.value.scalars
    #expect(weights.allSatisfy { abs($0) <= bound })
    #expect(weights.max()! > 0.95 * bound)
    #expect(attention.inProjBias!.value.scalars.allSatisfy { $0 == 0 })
    #expect(attention.outProj.bias!.value.scalars.allSatisfy { $0 == 0 })
  }

  @Test func tokenByTokenWithACacheIsAllAtOnce() {
    for shared in [6, 2] {
      let attention = MultiHeadAttention(12, heads: 6, keyValueHeads: shared)
      let x = Tensor(hash: 1, [3, 7, 12])
      withoutGradients {
        let whole = attention(x, mask: .causal)
        var cache = KeyValueCache()
        expectClose(attention.inParts(x, &cache), whole, tolerance: 1e-6)
        #expect(cache.count == 7)
      }
    }
  }

  @Test func aCacheIsAValue() {
    let attention = MultiHeadAttention(6, heads: 2)
    let x = Tensor(hash: 1, [2, 3, 6])
    withoutGradients {
      var first = KeyValueCache()
      _ = attention(x, cache: &first)
      var second = first
      let next = Tensor(hash: 2, [2, 1, 6])
      let other = Tensor(hash: 3, [2, 1, 6])
      _ = attention(other, cache: &second)
      let y = attention(next, cache: &first)
      let whole = attention(concatenate([x, next], along: 1), mask: .causal)
      expectClose(y, whole.sliced(3..<4, along: 1), tolerance: 1e-6)
      let selected = first.selectingBatch([1, 1, 0])
      var copy = selected
      let again = attention(concatenate([other, other])[0..<3], cache: &copy)
      #expect(again.shape == [3, 1, 6])
      #expect(copy.count == 5)
      #expect(selected.count == 4)
    }
  }

  @Test func aCacheCanForget() {
    let attention = MultiHeadAttention(6, heads: 2)
    let x = Tensor(hash: 1, [1, 40, 6])
    withoutGradients {
      var cache = KeyValueCache()
      var last = Tensor(0)
      for step in 0..<40 {
        cache.keepLast(4)
        last = attention(x.sliced(step..<step + 1, along: 1), cache: &cache)
      }
      let window = attention(x.sliced(35..<40, along: 1), mask: .causal)
      expectClose(last, window.sliced(4..<5, along: 1), tolerance: 1e-6)
    }
  }

  @Test func gradientsPassThroughACache() {
    let attention = MultiHeadAttention(6, heads: 2)
    let x = Tensor(hash: 1, [2, 5, 6])
    attention(x, mask: .causal).sum().backward()
    let whole = attention.parameters.map { $0.gradient! }
    for parameter in attention.parameters { parameter.gradient = nil }
    var cache = KeyValueCache()
    let first = attention(x.sliced(0..<3, along: 1), cache: &cache)
    let second = attention(x.sliced(3..<5, along: 1), cache: &cache)
    (first.sum() + second.sum()).backward()
    for (own, other) in zip(attention.parameters, whole) {
      expectClose(own.gradient!, other, tolerance: 1e-5)
    }
  }

  @Test func weightsOnRequestAreThoseOfThePlainResult() {
    let attention = MultiHeadAttention(10, heads: 5)
    let (x, memory) = (Tensor(hash: 1, [2, 3, 10]), Tensor(hash: 2, [2, 6, 10]))
    let mask = AttentionMask.validLengths([6, 2])
    let (y, weights) = attention.withWeights(x, key: memory, mask: mask)
    #expect(weights.shape == [2, 5, 3, 6])
    expectClose(weights.sum(along: [-1]), Tensor(ones: [2, 5, 3]), tolerance: 1e-5)
    #expect(weights[1].sliced(2..<6, along: -1).scalars.allSatisfy { $0 == 0 })
    expectClose(y, attention(x, key: memory, mask: mask), tolerance: 1e-5)
    let projected = attention.memory(of: memory)
    expectIdentical(
      attention(x, memory: projected, mask: mask), attention(x, key: memory, mask: mask))
  }

  @Test func selfAttentionIsOneProduct() {
    let attention = MultiHeadAttention(8, heads: 2)
    let x = Tensor(hash: 1, [2, 3, 8])
    expectClose(attention(x), attention(x, key: x, value: x), tolerance: 1e-6)
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() {
    func run() -> [Tensor] {
      let attention = withRandomSeed(2) { MultiHeadAttention(32, heads: 4, dropout: 0.3) }
      let x = Tensor(hash: 1, [9, 33, 32])
      let y = attention(x, mask: .causal)
      y.backward(seed: Tensor(hash: 2, y.shape))
      return [y] + attention.parameters.map { $0.gradient! }
    }
    let one = onThreads(1, run)
    for threads in [2, 3] {
      for (own, other) in zip(onThreads(threads, run), one) { expectIdentical(own, other) }
    }
  }

  @Test func headsMustDivideTheFeatures() async {
    let heads = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = MultiHeadAttention(10, heads: 3)
    }
    expectMessage(heads, "10 features, 3 heads")
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = MultiHeadAttention(6, heads: 2)(Tensor(zeros: [2, 3, 5]))
    }
    expectMessage(shape, "[2, 3, 5]")
  }
}
