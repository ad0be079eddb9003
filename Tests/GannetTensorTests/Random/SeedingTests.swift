import GannetTensor
import TestSupport
import Testing

/// Streams that were made before their source is seeded, or outside of a body with a seed of its own.
struct SeedingTests {
  private func draws(_ stream: inout RandomStream) -> [Float] {
    Tensor(uniform: [10], using: &stream).scalars
  }

  @Test func aStreamMadeBeforeFollowsTheSeed() {
    withRandomSeed(0) {
      var (early, other) = (RandomSource.current.makeStream(), RandomSource.current.makeStream())
      _ = draws(&other)
      seedRandom(7)
      let first = [draws(&early), draws(&other), Tensor(uniform: [10]).scalars]
      #expect(Set(first).count == 3)
      let second = draws(&early)
      #expect(second != first[0])
      seedRandom(7)
      #expect([draws(&early), draws(&other), Tensor(uniform: [10]).scalars] == first)
      #expect(draws(&early) == second)
      // A function of the seed from there on: of no matter which stream draws.
      seedRandom(7)
      #expect([draws(&other), draws(&early)] == Array(first.prefix(2)))
      var late = withRandomSeed(7) { RandomSource.current.makeStream() }
      #expect(draws(&late) == first[0])
      var explicit = RandomSource(seed: 7).makeStream()
      #expect(draws(&explicit) == first[0])
      var stated = RandomStream(seed: 7, position: 64)
      #expect(withRandomSeed(1) { draws(&explicit) } == draws(&stated))
      seedRandom(8)
      #expect(draws(&early) != first[0])
      seedRandom(7)
      #expect(Int.random(in: 0..<1_000_000, using: &other) != 0)
      #expect((other.seed, other.stream, other.position) == (7, 0, 2))
    }
  }

  @Test func aStreamOfTheSeedStaysAsItIs() {
    withRandomSeed(0) {
      seedRandom(7)
      var stream = RandomSource.current.makeStream()
      var stated = RandomStream(seed: 7)
      for _ in 0..<3 { #expect(draws(&stream) == draws(&stated)) }
      seedRandom(8)
      _ = draws(&stated)
      #expect((stated.seed, stated.position) == (7, 256))
    }
  }

  @Test func aBodyWithASeedLeavesTheOutsideAlone() {
    func run(bodies: Int) -> ([Float], [Float], [[Float]]) {
      withRandomSeed(1) {
        var stream = RandomSource.current.makeStream()
        let before = draws(&stream)
        let inner = (0..<bodies).map { body in
          withRandomSeed(5) { () -> [Float] in
            let first = draws(&stream)
            if body == 2 {
              withRandomSeed(6) { _ = draws(&stream) }
              #expect(stream.seed == 6)
              #expect(draws(&stream) != first)
            }
            return first
          }
        }
        return (before, draws(&stream), inner)
      }
    }
    let (plain, disturbed) = (run(bodies: 0), run(bodies: 4))
    #expect(plain.0 == disturbed.0)
    #expect(plain.1 == disturbed.1)
    #expect(Set(disturbed.2).count == 1)
    #expect(disturbed.2[0] == withRandomSeed(5) { Tensor(uniform: [10]).scalars })
  }

  /// In a process of its own, since all tests share the source of the process.
  @Test func theSourceOfTheProcess() async {
    await #expect(processExitsWith: .success) {
      func draws(_ stream: inout RandomStream) -> [Float] {
        Tensor(uniform: [10], using: &stream).scalars
      }
      var stream = RandomSource.current.makeStream()
      seedRandom(7)
      let first = draws(&stream)
      seedRandom(7)
      try #require(draws(&stream) == first)
      // A stream made in a body goes on after it.
      var inner = withRandomSeed(3) { RandomSource.current.makeStream() }
      var stated = RandomStream(seed: 3)
      for _ in 0..<2 { try #require(draws(&inner) == draws(&stated)) }
      seedRandom(9)
      try #require(draws(&inner) == draws(&stated))
      // Outside and within in turn.
      let next = draws(&stream)
      seedRandom(9)
      _ = withRandomSeed(3) { draws(&stream) }
      try #require(draws(&stream) == next)
      seedRandom(9)
      _ = withRandomSeed(3) { draws(&inner) }
      try #require(inner.seed == 3 && inner.position == 64)
      try #require(draws(&inner) == draws(&stated))
    }
  }
}
