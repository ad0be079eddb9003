import GannetTensor
import TestSupport
import Testing

@Suite struct ChoicesTests {
  @Test func coinsFallAsOftenAsTheyShould() {
    var stream = RandomStream(seed: 1)
    for probability in [0, 0.1, 0.5, 1] as [Float] {
      let coins = Tensor(bernoulli: [100_000], probability: probability, using: &stream)
      #expect(coins.scalars.allSatisfy { $0 == 0 || $0 == 1 })
      #expect((coins.mean().scalar - probability).magnitude < 0.005)
    }
  }

  @Test func permutationsHoldEachNumberOnce() {
    var stream = RandomStream(seed: 2)
    for count in [0, 1, 2, 100] {
      let order = IntTensor(permutation: count, using: &stream)
      #expect(order.shape == [count])
      #expect(order.scalars.sorted() == (0..<Int32(count)).map { $0 })
    }
    // Each of the six orders of three comes as often, to four standard deviations.
    var counts: [[Int32]: Int] = [:]
    for _ in 0..<6_000 {
      counts[IntTensor(permutation: 3, using: &stream).scalars, default: 0] += 1
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { ($0 - 1_000).magnitude < 120 })
  }

  @Test func aSeedDeterminesAll() {
    let draw = {
      withRandomSeed(7) {
        (
          Tensor(bernoulli: [50], probability: 0.3), IntTensor(permutation: 50),
          Tensor(rangeFrom: 0, to: 50).shuffled()
        )
      }
    }
    let (first, second) = (draw(), draw())
    expectIdentical(first.0, second.0)
    #expect(first.1 == second.1)
    expectIdentical(first.2, second.2)
    #expect(first.1.scalars != (0..<50).map { Int32($0) })
  }

  @Test func rowsAreShuffledWhole() {
    let x = Tensor(rangeFrom: 0, to: 40).reshaped(to: [20, 2])
    var stream = RandomStream(seed: 3)
    let rows = [[Float]](x.shuffled(using: &stream))
    #expect(rows != [[Float]](x))
    #expect(rows.sorted { $0[0] < $1[0] } == [[Float]](x))
  }

  @Test func impossibleProbabilitiesAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(bernoulli: [2], probability: 1.5)
    }
    expectMessage(result, "Bernoulli draws with probability 1.5, expected 0 to 1")
  }
}
