import GannetTensor
import TestSupport
import Testing

/// Attention in blocks against the plain path, which stores the weights, and against algebra.
@Suite struct AttentionTests {
  struct Sizes: Sendable, CustomTestStringConvertible {
    var b = 2
    var h = 2
    var kv = 2
    var q = 5
    var k = 5
    var d = 4
    var v = 4

    var testDescription: String { "B \(b), H \(h)/\(kv), Q \(q), K \(k), D \(d), Dv \(v)" }

    var inputs: [Tensor] {
      [
        Tensor(hash: 1, [b, h, q, d], low: -2, high: 2),
        Tensor(hash: 2, [b, kv, k, d], low: -2, high: 2), Tensor(hash: 3, [b, kv, k, v]),
      ]
    }
  }

  static let sizes = [
    Sizes(), Sizes(b: 1, h: 1, kv: 1, q: 1, k: 1, d: 1, v: 1),
    Sizes(b: 2, h: 4, kv: 2, q: 7, k: 3, d: 5, v: 17), Sizes(h: 3, kv: 1, q: 3, k: 20, d: 16, v: 9),
    Sizes(b: 1, q: 65, k: 128, d: 8, v: 16), Sizes(b: 1, h: 2, kv: 1, q: 130, k: 129, d: 3, v: 2),
    Sizes(b: 1, h: 1, kv: 1, q: 66, k: 300, d: 7, v: 5),
    Sizes(b: 1, h: 2, kv: 1, q: 600, k: 140, d: 3, v: 2),
    Sizes(b: 1, h: 1, kv: 1, q: 3, k: 6, d: 270, v: 300), Sizes(b: 0), Sizes(q: 0),
  ]

  static func masks(_ sizes: Sizes) -> [AttentionMask] {
    let (b, q, k) = (sizes.b, sizes.q, sizes.k)
    let lengths = (0..<b).map { ($0 * 5 + k / 2 + 1) % (k + 1) }
    let each = (0..<b).map { example in (0..<q).map { ($0 * 3 + example * 7) % (k + 1) } }
    let allowed = Tensor(hash: 8, [b, 1, q, k]) .> -0.3
    return [
      .none, .causal, .validLengths(lengths), .validLengths(each),
      .causal.and(.validLengths(lengths)), .allowed(allowed),
      .bias(Tensor(hash: 9, [sizes.h, q, k])),
      .bias(Tensor(hash: 9, [k])).and(.causal).and(.allowed(allowed)),
    ]
  }

  private func mask(_ sizes: Sizes, _ probability: Float) -> DropoutMask? {
    guard probability > 0 else { return nil }
    var stream = RandomStream(seed: 3, stream: 1, position: 100)
    return DropoutMask(
      count: sizes.b * sizes.h * sizes.q * sizes.k, probability: probability, using: &stream)
  }

  private func attend(
    _ inputs: [Tensor], _ mask: AttentionMask, _ dropout: DropoutMask?, scale: Float? = nil
  ) -> Tensor {
    scaledDotProductAttention(
      query: inputs[0], key: inputs[1], value: inputs[2], mask: mask, scale: scale,
      dropout: dropout)
  }

  private func plain(
    _ inputs: [Tensor], _ mask: AttentionMask, _ dropout: DropoutMask?, scale: Float? = nil
  ) -> Tensor {
    scaledDotProductAttentionWithWeights(
      query: inputs[0], key: inputs[1], value: inputs[2], mask: mask, scale: scale,
      dropout: dropout
    ).output
  }

  /// The value and the gradients of `function` at `inputs`.
  private func results(_ inputs: [Tensor], _ function: ([Tensor]) -> Tensor) -> [Tensor] {
    let leaves = inputs.map { $0.requiringGradient() }
    let y = function(leaves)
    return [y.detached()]
      + gradients(of: y, withRespectTo: leaves, seed: Tensor(hash: upstreamSeed, y.shape))
  }

  @Test(arguments: sizes, [Float(0), 0.3])
  func agreesWithThePlainPath(_ sizes: Sizes, _ probability: Float) {
    for (number, mask) in Self.masks(sizes).enumerated() {
      let drops = self.mask(sizes, probability)
      let fused = results(sizes.inputs) { attend($0, mask, drops) }
      let expected = results(sizes.inputs) { plain($0, mask, drops) }
      for (index, pair) in zip(fused, expected).enumerated() {
        expectClose(pair.0, pair.1, "mask \(number), result \(index)")
      }
    }
  }

  @Test func aScaleReplacesTheDefault() {
    let inputs = Sizes().inputs
    for scale in [1, 0, -0.5] as [Float] {
      let fused = results(inputs) { attend($0, .causal, nil, scale: scale) }
      let expected = results(inputs) { plain($0, .causal, nil, scale: scale) }
      for (a, b) in zip(fused, expected) { expectClose(a, b) }
    }
  }

  @Test func viewsAreReadInPlace() {
    let sizes = Sizes(b: 2, h: 3, kv: 3, q: 6, k: 6, d: 5, v: 5)
    let packed = Tensor(hash: 1, [2, 6, 3 * 3 * 5])
    func split(_ x: Tensor) -> [Tensor] {
      x.reshaped(to: [2, 6, 3, 3, 5]).permuted([2, 0, 3, 1, 4]).unstacked()
    }
    let drops = mask(sizes, 0.2)
    func merged(_ y: Tensor) -> Tensor { y.transposed(1, 2).reshaped(to: [2, 6, 15]) }
    let expected = results([packed]) { merged(plain(split($0[0]), .causal, drops)) }
    let views = results([packed]) { merged(attend(split($0[0]), .causal, drops)) }
    let whole = results([packed]) {
      scaledDotProductAttention(packed: $0[0], heads: 3, mask: .causal, dropout: drops)
    }
    for (index, each) in expected.enumerated() {
      expectClose(views[index], each)
      expectIdentical(whole[index], views[index])
    }
    let inputs = split(packed)
    let contiguous = inputs.map { $0.contiguous() }
    for form in MemoryForm.allCases {
      let views = contiguous.map { form($0) }
      let outputs = results(views) { attend($0, .causal, drops) }
      for (a, b) in zip(outputs, results(contiguous) { attend($0, .causal, drops) }) {
        expectIdentical(a, b, "\(form)")
      }
    }
  }

  @Test func mergingHeadsCopiesNothing() {
    let inputs = Sizes(b: 2, h: 3, kv: 3).inputs
    let y = attend(inputs, .none, nil)
    #expect(y.transposed(1, 2).isContiguous)
    #expect(y.transposed(1, 2).reshaped(to: [2, 5, 12]).storage === y.storage)
    let one = scaledDotProductAttention(
      query: Tensor(hash: 1, [2, 5, 4]), key: Tensor(hash: 1, [2, 5, 4]),
      value: Tensor(hash: 1, [2, 5, 4]))
    #expect(one.reshaped(to: [10, 4]).storage === one.storage)
  }

  @Test func packedHeadsOfKeysAreShared() {
    let packed = Tensor(hash: 1, [2, 7, (6 + 2 * 2) * 3])
    let whole = results([packed]) {
      scaledDotProductAttention(packed: $0[0], heads: 6, keyHeads: 2, mask: .causal)
    }
    let expected = results([packed]) { inputs in
      let heads = inputs[0].reshaped(to: [2, 7, 10, 3]).transposed(1, 2)
      let parts = heads.split(sizes: [6, 2, 2], along: 1)
      return plain(parts, .causal, nil).transposed(1, 2).reshaped(to: [2, 7, 18])
    }
    for (a, b) in zip(whole, expected) { expectClose(a, b) }
    let bias = Tensor(hash: 2, [7, 7])
    let biased = results([packed, bias]) {
      scaledDotProductAttention(packed: $0[0], heads: 6, keyHeads: 2, mask: .bias($0[1]))
    }
    let constant = results([packed]) {
      scaledDotProductAttention(packed: $0[0], heads: 6, keyHeads: 2, mask: .bias(bias))
    }
    for (a, b) in zip(constant, biased) { expectClose(a, b) }
  }

  @Test func oneHeadNeedsNoAxis() {
    let inputs = [
      Tensor(hash: 1, [2, 3, 4]), Tensor(hash: 2, [2, 6, 4]), Tensor(hash: 3, [2, 6, 5]),
    ]
    let allowed = Tensor(hash: 4, [2, 3, 6]) .> -0.5
    for mask in [.validLengths([2, 6]), .allowed(allowed)] as [AttentionMask] {
      let (y, weights) = scaledDotProductAttentionWithWeights(
        query: inputs[0], key: inputs[1], value: inputs[2], mask: mask)
      expectClose(
        weights, maskedSoftmax(matmul(inputs[0], inputs[1], transposingB: true) / 2, mask))
      expectClose(y, matmul(weights, inputs[2]))
      expectClose(attend(inputs, mask, nil), y)
    }
  }

  // MARK: Algebra

  @Test func theWeightsOfARowAddUpToOne() {
    for sizes in Self.sizes where sizes.b * sizes.q > 0 {
      for mask in Self.masks(sizes) {
        let inputs = Array(sizes.inputs[..<2]) + [Tensor(ones: [sizes.b, sizes.kv, sizes.k, 1])]
        let y = attend(inputs, mask, nil)
        expectClose(y, Tensor(ones: y.shape), tolerance: 2e-6)
      }
    }
  }

  @Test func theOrderOfKeysDoesNotMatter() {
    let sizes = Sizes(b: 1, h: 2, kv: 2, q: 9, k: 150, d: 6, v: 5)
    let order = IntTensor((0..<150).map { ($0 * 7) % 150 })
    let inputs = sizes.inputs
    let moved = [inputs[0]] + inputs[1...].map { $0.slices(at: order, along: 2) }
    expectClose(attend(moved, .none, nil), attend(inputs, .none, nil))
  }

  @Test(arguments: [8, 200]) func aCausalPrefixIsThatOfTheWhole(_ count: Int) {
    let sizes = Sizes(b: 2, h: 1, kv: 1, q: count, k: count, d: 4, v: 3)
    let inputs = sizes.inputs
    let whole = attend(inputs, .causal, nil)
    for prefix in [1, count / 2, count - 1] {
      let parts = inputs.map { $0.sliced(0..<prefix, along: 2) }
      expectClose(attend(parts, .causal, nil), whole.sliced(0..<prefix, along: 2))
      // The rest, with a cache of all keys.
      let rest = [inputs[0].sliced(prefix..<count, along: 2)] + inputs[1...]
      expectClose(attend(rest, .causal, nil), whole.sliced(prefix..<count, along: 2))
    }
  }

  @Test func aQueryThatSeesNothingTakesTheMean() {
    for count in [4, 140] {
      let sizes = Sizes(b: 2, h: 2, kv: 1, q: 3, k: count, d: 4, v: 3)
      let inputs = sizes.inputs.map { $0.requiringGradient() }
      let y = attend(inputs, .validLengths([0, count]), nil)
      let mean = inputs[2].detached().mean(along: 2, keepingAxes: true)
      expectClose(
        y.detached().sliced(0..<1, along: 0),
        mean.sliced(0..<1, along: 0).expanded(to: [1, 2, 3, 3]))
      y.backward(seed: Tensor(hash: 9, y.shape))
      #expect(inputs[0].gradient![0].scalars.allSatisfy { $0 == 0 })
      #expect(inputs[1].gradient![0].scalars.allSatisfy { $0 == 0 })
      #expect(inputs[2].gradient![0].scalars.allSatisfy { $0 != 0 })
    }
  }

  @Test func largeScoresStayFinite() {
    for count in [5, 200] {
      let sizes = Sizes(b: 1, h: 1, kv: 1, q: 5, k: count, d: 4, v: 3)
      let inputs = [sizes.inputs[0] * 1e4, sizes.inputs[1] * 1e4, sizes.inputs[2]]
      let fused = results(inputs) { attend($0, .none, nil) }
      for result in fused { #expect(result.scalars.allSatisfy { $0.isFinite }) }
      expectClose(fused[0], plain(inputs, .none, nil))
    }
  }

  @Test func aNumberThatIsNoneStays() {
    let inputs = Sizes(b: 1, h: 1, kv: 1, q: 2, k: 3, d: 2, v: 1).inputs
    let query = Tensor([.nan, 1, 1, 1], shape: [1, 1, 2, 2])
    let y = attend([query] + inputs[1...], .validLengths([2]), nil)
    #expect(y.scalars[0].isNaN && y.scalars[1].isFinite)
  }

  @Test func gradientsAreThoseOfDifferences() {
    let inputs = Sizes(b: 1, h: 2, kv: 1, q: 3, k: 4, d: 3, v: 2).inputs
    let drops = mask(Sizes(b: 1, h: 2, kv: 1, q: 3, k: 4), 0.3)
    for mask in [.none, .causal, .validLengths([[1, 0, 4]])] as [AttentionMask] {
      expectGradients(inputs) { attend($0, mask, nil) }
      expectGradients(inputs) { attend($0, mask, drops) }
      expectSecondDerivatives(inputs) { plain($0, mask, drops) }
    }
    expectGradients(inputs + [Tensor(hash: 5, [2, 1, 4])]) { inputs in
      attend(inputs, .bias(inputs[3]).and(.causal), drops)
    }
  }

  @Test func theSameBitsOnAnyNumberOfThreads() {
    for sizes in [
      Sizes(b: 37, h: 4, kv: 2, q: 9, k: 9, d: 16, v: 16),
      Sizes(b: 1, h: 3, kv: 3, q: 600, k: 300, d: 16, v: 8),
    ] {
      let drops = mask(sizes, 0.1)
      let one = onThreads(1) { results(sizes.inputs) { attend($0, .causal, drops) } }
      for threads in [2, 3] {
        let more = onThreads(threads) { results(sizes.inputs) { attend($0, .causal, drops) } }
        for (result, expected) in zip(more, one) { expectIdentical(result, expected) }
      }
    }
  }

  /// In a process of its own, since the pool's peak is that of all tests.
  @Test func memoryGrowsLinearly() async {
    await #expect(processExitsWith: .success) {
      let peaks = [512, 1_024, 2_048, 4_096].map { count in
        let tests = AttentionTests()
        let inputs = Sizes(b: 1, h: 1, kv: 1, q: count, k: count, d: 4, v: 4).inputs
        let before = BufferPool.statistics.liveBytes
        BufferPool.resetPeak()
        _ = onThreads(1) { tests.results(inputs) { tests.attend($0, .causal, nil) } }
        return BufferPool.statistics.peakBytes - before
      }
      // Weights would take 1, 4, 16 and 64 MB.
      for (count, peak) in zip([1, 2, 4, 8], peaks) { #expect(peak < count << 19, "\(peaks)") }
      #expect(peaks[3] < 10 * peaks[0], "\(peaks)")
    }
  }

  // MARK: Errors

  @Test func otherShapesStop() async {
    let depth = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = scaledDotProductAttention(
        query: Tensor(zeros: [2, 2, 3, 4]), key: Tensor(zeros: [2, 2, 3, 5]),
        value: Tensor(zeros: [2, 2, 3, 5]))
    }
    expectMessage(
      depth, "scaledDotProductAttention: shapes [2, 2, 3, 4] and [2, 2, 3, 5] don't fit")
    let heads = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = scaledDotProductAttention(
        query: Tensor(zeros: [2, 3, 3, 4]), key: Tensor(zeros: [2, 2, 3, 4]),
        value: Tensor(zeros: [2, 2, 3, 4]))
    }
    expectMessage(heads, "shapes [2, 3, 3, 4] and [2, 2, 3, 4] don't fit")
    let values = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = scaledDotProductAttention(
        query: Tensor(zeros: [2, 2, 3, 4]), key: Tensor(zeros: [2, 2, 3, 4]),
        value: Tensor(zeros: [2, 2, 4, 4]))
    }
    expectMessage(values, "shapes [2, 2, 3, 4] and [2, 2, 4, 4] don't fit")
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = scaledDotProductAttention(
        query: Tensor(zeros: [3, 4]), key: Tensor(zeros: [3, 4]), value: Tensor(zeros: [3, 4]))
    }
    expectMessage(rank, "shape [3, 4], expected queries [B, H, Q, D] or [B, Q, D]")
    let mask = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = scaledDotProductAttention(
        query: Tensor(zeros: [2, 2, 3, 4]), key: Tensor(zeros: [2, 2, 3, 4]),
        value: Tensor(zeros: [2, 2, 3, 4]), mask: .allowed(Tensor(ones: [4, 3])))
    }
    expectMessage(mask, "a mask of shape [4, 3] for scores of shape [2, 2, 3, 3]")
    let packed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = scaledDotProductAttention(packed: Tensor(zeros: [2, 3, 12]), heads: 3)
    }
    expectMessage(packed, "shape [2, 3, 12], expected [B, T, (H + 2 Hkv) D] for 3 heads and 3")
    let drops = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var stream = RandomStream(seed: 1)
      _ = scaledDotProductAttention(
        query: Tensor(zeros: [2, 2, 3, 4]), key: Tensor(zeros: [2, 2, 3, 4]),
        value: Tensor(zeros: [2, 2, 3, 4]),
        dropout: DropoutMask(count: 35, probability: 0.1, using: &stream))
    }
    expectMessage(drops, "a mask of 35 elements for the shape [2, 2, 3, 3]")
  }

  @Test func secondDerivativesAreRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor(ones: [1, 2, 3]).requiringGradient()
      let y = scaledDotProductAttention(query: x, key: x, value: x).sum()
      _ = gradients(of: y, withRespectTo: [x], recording: true)
    }
    expectMessage(result, "scaledDotProductAttention: second derivatives are not available")
  }
}
