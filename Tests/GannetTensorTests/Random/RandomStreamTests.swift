import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct RandomStreamTests {
  /// The known answers that come with the authors' Random123 library.
  @Test func theReferenceHasTheKnownAnswers() {
    let all = UInt32.max
    let cases: [(counter: [UInt32], key: [UInt32], answer: [UInt32])] = [
      ([0, 0, 0, 0], [0, 0], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
      (
        [all, all, all, all], [all, all], [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
      ),
      (
        [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
        [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
      ),
    ]
    for (counter, key, answer) in cases { #expect(philox(counter, key) == answer) }
  }

  /// Sixteen blocks make a group of 64 draws: first all blocks' first words, then their second ones.
  @Test func drawsAreTheReferencesInTheirOrder() {
    let numbers: [UInt64] = [0, 1, 0x299F_31D0_A409_3822, .max, 0x8000_0000_0000_0000]
    let positions: [UInt64] = [0, 2, 14, 16, 62, 64, 1_000, 1 << 33, (1 << 40) + 30, .max - 3]
    for seed in numbers {
      for stream in numbers {
        for position in positions {
          var generator = RandomStream(seed: seed, stream: stream, position: position)
          // An even position and the next lie in neighbouring blocks.
          let (low, high) = (draw(position, seed, stream), draw(position + 1, seed, stream))
          #expect(generator.next() == UInt64(low) | UInt64(high) << 32)
        }
      }
    }
  }

  @Test func uniformNumbersAreTheDrawsUpper24Bits() {
    var stream = RandomStream(seed: 3, stream: 5, position: 7)
    let x = Tensor(uniform: [70_001], using: &stream).scalars
    for index in [0, 1, 63, 64, 16_383, 16_384, 70_000] {
      #expect(x[index] == Float(draw(64 + UInt64(index), 3, 5) >> 8) * 0x1p-24)
    }
  }

  @Test func aTensorsPartsAreThoseOfItsStream() {
    var stream = RandomStream(seed: 1)
    let (uniform, normal) = (
      Tensor(uniform: [40_000], using: &stream), Tensor(normal: [40_000], using: &stream)
    )
    #expect(stream.position == 80_000)
    for start in [64, 16_384, 20_032] {
      var part = RandomStream(seed: 1, position: UInt64(start))
      let other = Tensor(uniform: [19_968], using: &part)
      expectIdentical(other, uniform[start..<start + 19_968])
      part = RandomStream(seed: 1, position: UInt64(40_000 + start))
      expectIdentical(Tensor(normal: [19_968], using: &part), normal[start..<start + 19_968])
    }
  }

  @Test func takenDrawsAreNotTakenAgain() {
    var stream = RandomStream(seed: 1)
    #expect(stream.reserve(1) == 0)
    #expect(stream.reserve(64) == 64)
    #expect(stream.reserve(65) == 128)
    #expect(stream.reserve(0) == 256)
    _ = stream.next()
    #expect(stream.position == 258)
    #expect(stream.reserve(3) == 320)
    #expect(stream.position == 384)
    var copy = stream  // the state is the position
    #expect(copy.next() == stream.next())
  }

  @Test(arguments: [UInt64(1), 2, 3]) func uniformNumbersAreUniform(_ seed: UInt64) {
    var stream = RandomStream(seed: seed)
    let x = Tensor(uniform: [300_000], using: &stream).scalars.map(Double.init)
    #expect(x.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(mean(x) - 0.5) < 5 * (1.0 / 12 / 300_000).squareRoot())
    #expect(abs(mean(x.map { $0 * $0 }) - 1.0 / 3) < 5 * (4.0 / 45 / 300_000).squareRoot())
    #expect(kolmogorov(x) { $0 } < 1.95)  // one in a thousand
    // Neighbours, and draws that come from the same block, are independent.
    for lag in [1, 16, 64] {
      let products = zip(x, x.dropFirst(lag)).map { ($0 - 0.5) * ($1 - 0.5) * 12 }
      #expect(abs(mean(products)) * Double(products.count).squareRoot() < 5)
    }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func normalNumbersAreNormal(_ seed: UInt64) {
    var stream = RandomStream(seed: seed)
    let count = 300_001
    let x = Tensor(normal: [count], using: &stream).scalars.map(Double.init)
    let root = Double(count).squareRoot()
    #expect(abs(mean(x)) * root < 5)
    #expect(abs(mean(x.map { $0 * $0 }) - 1) * root < 5 * 2.0.squareRoot())
    #expect(abs(mean(x.map { $0 * $0 * $0 })) * root < 5 * 15.0.squareRoot())
    #expect(abs(mean(x.map { $0 * $0 * $0 * $0 }) - 3) * root < 5 * 96.0.squareRoot())
    #expect(kolmogorov(x) { 0.5 * erfc(-$0 / 2.0.squareRoot()) } < 1.95)
    let beyond3 = Double(x.count { abs($0) > 3 })
    #expect(abs(beyond3 - 0.0026998 * Double(count)) < 5 * (0.0026998 * Double(count)).squareRoot())
    #expect(x.allSatisfy { abs($0) < 5.8 })
    // The two of a pair share their radius, yet are independent, as are their squares.
    let pairs = (0..<count / 2).map { (x[2 * $0], x[2 * $0 + 1]) }
    let pairRoot = Double(pairs.count).squareRoot()
    #expect(abs(mean(pairs.map { $0 * $1 })) * pairRoot < 5)
    #expect(abs(mean(pairs.map { ($0 * $0 - 1) * ($1 * $1 - 1) })) * pairRoot < 5 * 2)
  }

  @Test func rangesMeansAndDeviations() {
    var stream = RandomStream(seed: 1)
    let x = Tensor(uniform: [100_000], low: -3, high: 5, using: &stream).scalars
    #expect(x.allSatisfy { $0 >= -3 && $0 < 5 })
    #expect(x.min()! < -2.99 && x.max()! > 4.99)
    let narrow = Tensor(uniform: [10_000], low: 1, high: Float(1).nextUp, using: &stream).scalars
    #expect(narrow.allSatisfy { $0 == 1 })
    var (first, second) = (RandomStream(seed: 2), RandomStream(seed: 2))
    let normal = Tensor(normal: [1_000], mean: 3, standardDeviation: 0.5, using: &first)
    expectClose(normal, 0.5 * Tensor(normal: [1_000], using: &second) + 3, tolerance: 1e-6)
    #expect(Tensor(normal: [0], using: &first).count == 0)
  }

  @Test func streamsAndSeedsAreIndependent() {
    func values(_ seed: UInt64, _ stream: UInt64) -> [Double] {
      var stream = RandomStream(seed: seed, stream: stream)
      return Tensor(uniform: [100_000], using: &stream).scalars.map { Double($0) - 0.5 }
    }
    let base = values(0, 0)
    for (seed, stream) in [(1, 0), (0, 1), (1, 1), (1 << 32, 0), (0, 1 << 32)] as [(UInt64, UInt64)]
    {
      let products = zip(base, values(seed, stream)).map { $0 * $1 * 12 }
      #expect(abs(mean(products)) * Double(products.count).squareRoot() < 5)
    }
  }

  @Test func isAGeneratorForTheStandardLibrary() {
    var (first, second) = (RandomStream(seed: 4), RandomStream(seed: 4))
    #expect((0..<100).shuffled(using: &first) == (0..<100).shuffled(using: &second))
    #expect(first == second)
    // Every number comes to every place equally often: chi squared of 81 degrees of freedom.
    var counts = [Int](repeating: 0, count: 100)
    for _ in 0..<10_000 {
      for (place, number) in (0..<10).shuffled(using: &first).enumerated() {
        counts[place * 10 + number] += 1
      }
    }
    let chi = counts.reduce(0.0) { $0 + (Double($1) - 1_000) * (Double($1) - 1_000) / 1_000 }
    #expect(chi < 81 + 5 * 162.0.squareRoot())
  }

  @Test func sourcesHandOutStreams() {
    let source = RandomSource(seed: 9)
    #expect(
      (0..<3).map { _ in source.makeStream() } == (0..<3).map { RandomStream(seed: 9, stream: $0) })
    let outer = withRandomSeed(1) { () -> [Tensor] in
      let first = Tensor(uniform: [10])
      let inner = withRandomSeed(2) { Tensor(uniform: [10]) }
      return [first, inner, Tensor(uniform: [10])]
    }
    let again = withRandomSeed(1) { [Tensor(uniform: [10]), Tensor(uniform: [10])] }
    expectIdentical(outer[0], again[0])
    expectIdentical(outer[2], again[1])
    #expect(outer[0].scalars != outer[2].scalars)
    expectIdentical(outer[1], withRandomSeed(2) { Tensor(uniform: [10]) })
    withRandomSeed(3) {
      let first = Tensor(normal: [10])
      seedRandom(3)
      expectIdentical(Tensor(normal: [10]), first)
    }
  }
}

/// Draw `position` of the stream by the reference.
private func draw(_ position: UInt64, _ seed: UInt64, _ stream: UInt64) -> UInt32 {
  let (group, rest) = (position / 64, Int(position % 64))
  let block = group * 16 + UInt64(rest % 16)
  let words = philox(
    [
      UInt32(truncatingIfNeeded: block), UInt32(block >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(stream >> 32),
    ],
    [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)])
  return words[rest / 16]
}

/// Philox 4x32 with ten rounds, as in the paper.
private func philox(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
  var (x, k) = (counter, key)
  for _ in 0..<10 {
    let (p, q) = (
      x[0].multipliedFullWidth(by: 0xD251_1F53), x[2].multipliedFullWidth(by: 0xCD9E_8D57)
    )
    x = [q.high ^ x[1] ^ k[0], q.low, p.high ^ x[3] ^ k[1], p.low]
    k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
  }
  return x
}

private func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

/// Kolmogorov's statistic: the largest distance of the empirical from the given distribution, times √n.
private func kolmogorov(_ x: [Double], _ distribution: (Double) -> Double) -> Double {
  let count = Double(x.count)
  var worst = 0.0
  for (rank, value) in x.sorted().enumerated() {
    let expected = distribution(value)
    worst = max(
      worst, abs(expected - Double(rank) / count), abs(expected - Double(rank + 1) / count))
  }
  return worst * count.squareRoot()
}
