import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct MaskedSoftmaxTests {
  private let scores = Tensor(hash: 1, [2, 2, 4], low: -3, high: 3)

  /// The softmax of the elements for which `isVisible(b, q, k)`, in double precision.
  private func expected(_ scores: Tensor, _ isVisible: (Int, Int, Int) -> Bool) -> Tensor {
    let (queries, keys) = (scores.shape[scores.rank - 2], scores.shape[scores.rank - 1])
    let values = scores.scalars
    return Tensor(shape: scores.shape) { result in
      for row in 0..<values.count / keys {
        let (b, q) = (row / queries, row % queries)
        let seen = (0..<keys).map { isVisible(b, q, $0) }
        let none = !seen.contains(true)
        let powers = (0..<keys).map { key in
          none ? 1 : seen[key] ? Foundation.exp(Double(values[row * keys + key])) : 0
        }
        let sum = powers.reduce(0, +)
        for key in 0..<keys { result[row * keys + key] = Float(powers[key] / sum) }
      }
    }
  }

  @Test func theBooksLengthsGiveExactZeros() {
    let examples = maskedSoftmax(scores, .validLengths([2, 3]))
    expectClose(examples, expected(scores) { b, _, k in k < [2, 3][b] })
    let zeros = examples.scalars.enumerated().filter { $0.element == 0 }.map(\.offset)
    #expect(zeros == [2, 3, 6, 7, 11, 15])
    let lengths = [[1, 3], [2, 4]]
    let queries = maskedSoftmax(scores, .validLengths(lengths))
    expectClose(queries, expected(scores) { b, q, k in k < lengths[b][q] })
    #expect(
      queries.scalars.enumerated().filter { $0.element == 0 }.map(\.offset) == [1, 2, 3, 7, 10, 11])
    for row in 0..<4 {
      let sum = queries.scalars[4 * row..<4 * row + 4].reduce(0, +)
      #expect(abs(sum - 1) < 1e-6)
    }
  }

  @Test func withoutMaskItIsTheSoftmax() {
    expectIdentical(maskedSoftmax(scores), softmax(scores))
    expectClose(maskedSoftmax(scores, .validLengths([4, 4])), softmax(scores))
  }

  @Test func causalQueriesSeeKeysUpToTheirOwn() {
    let square = Tensor(hash: 2, [3, 5, 5])
    expectClose(maskedSoftmax(square, .causal), expected(square) { _, q, k in k <= q })
    // With three keys in a cache.
    let wide = Tensor(hash: 2, [3, 5, 8])
    expectClose(maskedSoftmax(wide, .causal), expected(wide) { _, q, k in k <= q + 3 })
    // The first three queries see none of the two keys.
    let narrow = Tensor(hash: 2, [3, 5, 2])
    let weights = maskedSoftmax(narrow, .causal)
    expectClose(weights, expected(narrow) { _, q, k in k <= q - 3 })
    #expect(weights[0, 0, 0] == 0.5 && weights[0, 2, 1] == 0.5)
  }

  @Test func masksCombine() {
    let x = Tensor(hash: 3, [2, 3, 6, 6])
    let lengths = [4, 6]
    let both = maskedSoftmax(x, .causal.and(.validLengths(lengths)))
    for head in 0..<3 {
      let one = x.sliced(head..<head + 1, along: 1).squeezed(at: 1)
      expectClose(
        both.sliced(head..<head + 1, along: 1).squeezed(at: 1),
        expected(one) { b, q, k in k <= q && k < lengths[b] })
    }
    let allowed = Tensor((0..<6).map { $0 % 2 == 0 ? 1 : 0 }, shape: [6])
    expectClose(
      maskedSoftmax(x, .allowed(allowed).and(.causal)),
      maskedSoftmax(x + (1 - allowed) * -1e9, .causal))
    let bias = Tensor(hash: 4, [3, 1, 6])
    expectClose(
      maskedSoftmax(x, .bias(bias).and(.allowed(allowed)).and(.bias(bias))),
      maskedSoftmax(x + 2 * bias, .allowed(allowed)))
  }

  /// A mask of each shape that broadcasts to the scores is that of the whole shape.
  @Test(arguments: [[], [1], [7], [5, 1], [3, 1, 1], [2, 3, 5, 7], [2, 1, 1, 7], [1, 3, 5, 1]])
  func masksBroadcast(_ sizes: [Int]) {
    let shape: Shape = [2, 3, 5, 7]
    let x = Tensor(hash: 3, shape)
    let bias = Tensor(hash: 4, Shape(sizes))
    for form in MemoryForm.allCases {
      expectClose(maskedSoftmax(x, .bias(form(bias))), softmax(x + bias), "\(form)")
    }
    let allowed = (bias .> -0.5).expanded(to: shape)
    expectClose(
      maskedSoftmax(x, .allowed(bias .> -0.5)), maskedSoftmax(x, .allowed(allowed)))
    let flat = x.reshaped(to: [2, 3 * 5, 7])
    expectClose(
      maskedSoftmax(flat, .allowed(allowed.reshaped(to: [2, 15, 7]))).reshaped(to: shape),
      maskedSoftmax(x, .allowed(allowed)))
    expectClose(
      maskedSoftmax(x.reshaped(to: [2, 1, 3, 5, 7]), .allowed(allowed.unsqueezed(at: 1))),
      maskedSoftmax(x, .allowed(allowed)).unsqueezed(at: 1))
  }

  @Test func aRowThatSeesNothingIsUniformAndGivesNoGradient() {
    let masks: [AttentionMask] = [
      .validLengths([0, 3]), .validLengths([[0, 0], [4, 4]]),
      .allowed(Tensor([0, 1], shape: [2, 1, 1])),
      .bias(Tensor([-.infinity, 0], shape: [2, 1, 1])),
      .validLengths([1, 4]).and(.allowed(Tensor([0, 1, 1, 1, 1, 1, 1, 1], shape: [2, 1, 4]))),
    ]
    for mask in masks {
      let x = scores.requiringGradient()
      let y = maskedSoftmax(x, mask)
      #expect(y.scalars[..<8].allSatisfy { $0 == 0.25 })
      y.backward(seed: Tensor(hash: 9, y.shape))
      #expect(x.gradient!.scalars[..<8].allSatisfy { $0 == 0 })
      #expect(x.gradient!.scalars[8...].contains { $0 != 0 })
      let again = scores.requiringGradient()
      let recorded = gradients(
        of: maskedSoftmax(again, mask), withRespectTo: [again], seed: Tensor(hash: 9, y.shape),
        recording: true)
      expectClose(recorded[0].detached(), x.gradient!)
    }
  }

  @Test func notANumberStays() {
    let x = Tensor([.nan, 0, 0, 0, 0, 0, .nan, 0], shape: [2, 4])
    let y = maskedSoftmax(x, .validLengths([[2, 2]]))
    #expect(y.scalars[0].isNaN && y.scalars[1].isNaN)
    #expect(Array(y.scalars[2...]) == [0, 0, 0.5, 0.5, 0, 0])
  }

  @Test func gradientsAreThoseOfDifferences() {
    let bias = Tensor(hash: 5, [2, 1, 4])
    for mask in [.causal, .validLengths([[1, 3], [0, 4]]), .bias(bias)] as [AttentionMask] {
      expectGradients([scores]) { maskedSoftmax($0[0], mask) }
      expectSecondDerivatives([scores]) { maskedSoftmax($0[0], mask) }
    }
    expectGradients([scores, bias]) { maskedSoftmax($0[0], .bias($0[1]).and(.causal)) }
    let hidden = Tensor([-.infinity, -.infinity, 0, 0], shape: [4])
    let leaf = (bias + hidden).requiringGradient()
    maskedSoftmax(scores, .bias(leaf)).backward(seed: Tensor(hash: 9, scores.shape))
    #expect(leaf.gradient!.scalars.allSatisfy { $0.isFinite })
    #expect(leaf.gradient![0, 0, 0] == 0)
  }

  @Test func theSameBitsOnAnyNumberOfThreads() {
    let x = Tensor(hash: 1, [5, 7, 33, 65])
    let lengths = (0..<5).map { $0 * 13 }
    func results(_ threads: Int) -> [Tensor] {
      onThreads(threads) {
        let leaf = x.requiringGradient()
        let y = maskedSoftmax(leaf, .causal.and(.validLengths(lengths)))
        y.backward(seed: Tensor(hash: 2, y.shape))
        return [y.detached(), leaf.gradient!]
      }
    }
    let one = results(1)
    for threads in [2, 3] {
      for (result, expected) in zip(results(threads), one) { expectIdentical(result, expected) }
    }
  }

  @Test func masksOfOtherShapesStop() async {
    let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = maskedSoftmax(Tensor(zeros: [2, 2, 4]), .validLengths([2, 3, 4]))
    }
    expectMessage(count, "maskedSoftmax: 3 valid lengths for scores of shape [2, 2, 4]")
    let long = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = maskedSoftmax(Tensor(zeros: [2, 2, 4]), .validLengths([2, 5]))
    }
    expectMessage(long, "a valid length of 5 for 4 keys")
    let queries = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = maskedSoftmax(Tensor(zeros: [2, 2, 4]), .validLengths([[2, 3], [1]]))
    }
    expectMessage(queries, "valid lengths of 2 examples with 1, 2 queries for scores of shape")
    let allowed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = maskedSoftmax(Tensor(zeros: [2, 2, 4]), .allowed(Tensor(ones: [3, 4])))
    }
    expectMessage(allowed, "a mask of shape [3, 4] for scores of shape [2, 2, 4]")
    let scores = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = maskedSoftmax(Tensor(zeros: [4]))
    }
    expectMessage(scores, "maskedSoftmax: shape [4], expected [..., Q, K] with keys")
  }
}
