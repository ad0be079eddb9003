import GannetTensor
import TestSupport
import Testing

@Suite struct RotaryPositionsTests {
  @Test func givesPyTorchsValuesAndGradients() throws {
    let fixture = try Fixture("rotary_positions")
    #expect(fixture.names.count == 11)
    for name in fixture.names {
      let arguments = fixture.arguments(name)
      fixture.check(name) { inputs in
        rotaryPositions(
          inputs[0], from: arguments["start"] as? Int ?? 0, size: arguments["size"] as? Int,
          base: (arguments["base"] as? Double).map { Float($0) } ?? 10_000,
          pairing: arguments["pairing"] as? String == "halves" ? .halves : .interleaved)
      }
    }
  }

  @Test(arguments: [RotaryPairing.interleaved, .halves])
  func gradientsAreThoseOfDifferences(_ pairing: RotaryPairing) {
    let x = Tensor(hash: 1, [2, 3, 6])
    expectGradients([x]) { rotaryPositions($0[0], from: 2, size: 4, pairing: pairing) }
    // The rotation is linear, so that only a product with it has second derivatives.
    expectSecondDerivatives([x, Tensor(hash: 2, [2, 3, 6])]) {
      rotaryPositions($0[0] * $0[1], from: 2, size: 4, pairing: pairing)
    }
    expectGradients([Tensor(hash: 1, [2, 3, 10])]) {
      rotaryPositions(packed: $0[0], heads: 2, headSize: 2, from: 1, pairing: pairing)
    }
  }

  // MARK: Algebra

  @Test(arguments: [RotaryPairing.interleaved, .halves])
  func scoresDependOnTheDifferenceOfPositionsAlone(_ pairing: RotaryPairing) {
    let (query, key) = (Tensor(hash: 1, [2, 9, 16]), Tensor(hash: 2, [2, 9, 16]))
    func scores(from start: Int) -> Tensor {
      matmul(
        rotaryPositions(query, from: start, pairing: pairing),
        rotaryPositions(key, from: start, pairing: pairing), transposingB: true)
    }
    let first = scores(from: 0)
    for start in [1, 100, 100_000] { expectClose(scores(from: start), first) }
    // Otherwise they would do so without rotation.
    let plain = matmul(query, key, transposingB: true)
    #expect(abs(plain - first).max().scalar > 0.1)
  }

  @Test(arguments: [RotaryPairing.interleaved, .halves])
  func rotationsKeepTheNorm(_ pairing: RotaryPairing) {
    let x = Tensor(hash: 1, [3, 50, 12])
    let y = rotaryPositions(x, from: 7, pairing: pairing)
    expectClose((y * y).sum(along: 2), (x * x).sum(along: 2), tolerance: 2e-6)
    // Position 0 is not rotated, nor are the features behind `size`.
    let part = rotaryPositions(x, size: 8, pairing: pairing)
    expectIdentical(part.sliced(0..<1, along: 1), x.sliced(0..<1, along: 1))
    expectIdentical(part.sliced(8..<12, along: 2), x.sliced(8..<12, along: 2))
    expectClose(
      part.sliced(0..<8, along: 2),
      rotaryPositions(x.sliced(0..<8, along: 2), pairing: pairing), tolerance: 1e-6)
  }

  @Test func theTwoPairingsAreOneRotationOfFeaturesInAnotherOrder() {
    let x = Tensor(hash: 1, [2, 5, 12])
    func split(_ x: Tensor) -> Tensor {
      x.reshaped(to: [2, 5, 6, 2]).transposed().reshaped(to: [2, 5, 12])
    }
    expectClose(
      rotaryPositions(split(x), from: 3, pairing: .halves), split(rotaryPositions(x, from: 3)),
      tolerance: 1e-6)
  }

  @Test func packedHeadsAreRotatedEachAndTheOthersStay() {
    let (heads, size) = (3, 10)
    let packed = Tensor(hash: 1, [2, 7, 5 * size])
    for form in MemoryForm.allCases {
      let x = form(packed).requiringGradient()
      let y = rotaryPositions(packed: x, heads: heads, headSize: size, from: 4, size: 6)
      let byHead = packed.reshaped(to: [2, 7, 5, size]).transposed(1, 2)
      let expected = concatenate(
        [
          rotaryPositions(byHead.sliced(0..<heads, along: 1), from: 4, size: 6),
          byHead.sliced(heads..<5, along: 1),
        ], along: 1
      ).transposed(1, 2).reshaped(to: packed.shape)
      expectIdentical(y, expected, "\(form)")
      // The gradient of the square of a rotation's norm is that of the vector's own.
      (y * y).sum().backward()
      expectClose(x.gradient!, 2 * packed, "\(form)")
    }
  }

  @Test func theCallersTensorStays() {
    let x = Tensor(hash: 1, [4, 6])
    let copy = x
    let y = rotaryPositions(x)
    expectIdentical(copy, Tensor(hash: 1, [4, 6]))
    #expect(y.scalars != x.scalars)
    #expect(rotaryPositions(Tensor(zeros: [2, 0, 4])).shape == [2, 0, 4])
    #expect(rotaryPositions(Tensor(zeros: [0, 3, 4])).shape == [0, 3, 4])
    // A position's own NaN stays its own.
    let broken = rotaryPositions(Tensor([.nan, 1, 2, 3], shape: [2, 2]))
    #expect(broken[0].scalars.allSatisfy { $0.isNaN } && broken[1].scalars.allSatisfy(\.isFinite))
  }

  @Test func mistakesStop() async {
    let odd = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = rotaryPositions(Tensor(zeros: [2, 3, 5]))
    }
    expectMessage(odd, "rotaryPositions: 5 of 5 features, expected an even number of them")
    let large = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = rotaryPositions(Tensor(zeros: [2, 3, 4]), size: 6)
    }
    expectMessage(large, "rotaryPositions: 6 of 4 features")
    let vector = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = rotaryPositions(Tensor(zeros: [4]))
    }
    expectMessage(vector, "rotaryPositions: shape [4], expected [..., T, D]")
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = rotaryPositions(Tensor(zeros: [3, 4]), from: -1)
    }
    expectMessage(negative, "rotaryPositions: from position -1")
    let packed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = rotaryPositions(packed: Tensor(zeros: [1, 3, 8]), heads: 3, headSize: 4)
    }
    expectMessage(packed, "rotaryPositions: shape [1, 3, 8], expected [B, T, H · 4] with 3 heads")
  }
}
