import CGannetKernels

/// A stream of random numbers in which draw i is a pure function of (seed, stream, i).
///
/// The generator is Philox 4x32 with ten rounds (Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", 2011). A part of a stream can be drawn anywhere, on any thread, with the same bits. Its state
/// is two numbers: the stream's and the position.
public struct RandomStream: Hashable, Sendable, Codable, RandomNumberGenerator {
  /// The seed of all streams of a source.
  public let seed: UInt64
  /// The number of this stream among those of its seed.
  public let stream: UInt64
  /// How many 32-bit draws have been taken.
  public private(set) var position: UInt64

  /// A stream that goes on at `position`.
  public init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
    self.position = position
  }

  var raw: gannet_stream { gannet_stream(key: seed, stream: stream) }

  /// Takes `count` draws, to the next whole group of 64, and returns the position of the first.
  package mutating func reserve(_ count: Int) -> UInt64 {
    let first = (position + 63) & ~63
    position = (first + UInt64(count) + 63) & ~63
    return first
  }

  /// 64 random bits, as the standard library's shuffles and ranges take them.
  public mutating func next() -> UInt64 {
    var bits: (UInt32, UInt32) = (0, 0)
    withUnsafeMutableBytes(of: &bits) {
      gannet_random_bits(raw, position, $0.assumingMemoryBound(to: UInt32.self).baseAddress!, 2)
    }
    position += 2
    return UInt64(bits.0) | UInt64(bits.1) << 32
  }
}

/// Where layers and initializers take their streams from: stream 0, 1, 2, … of one seed.
///
/// The source is task-local: ``withRandomSeed(_:_:)`` gives a task its own, and code outside of it takes
/// from one for the whole process, seeded by ``seedRandom(_:)``.
public final class RandomSource: Sendable {
  private struct State {
    var seed: UInt64
    var nextStream: UInt64 = 0
  }

  private let state: Locked<State>

  /// A source of streams of `seed`.
  public init(seed: UInt64) { state = Locked(State(seed: seed)) }

  private static let shared = RandomSource(seed: .random(in: 0...UInt64.max))
  @TaskLocal fileprivate static var own: RandomSource?

  /// The source of this task.
  public static var current: RandomSource { own ?? shared }

  /// A stream that nobody else has.
  public func makeStream() -> RandomStream {
    state.withLock { state in
      defer { state.nextStream += 1 }
      return RandomStream(seed: state.seed, stream: state.nextStream)
    }
  }

  fileprivate func reseed(_ seed: UInt64) { state.withLock { $0 = State(seed: seed) } }
}

/// Makes all randomness from here on a function of `seed`; unseeded, every run differs.
public func seedRandom(_ seed: UInt64) { RandomSource.current.reseed(seed) }

/// Runs `body` with randomness that is a function of `seed`, apart from everything outside.
public func withRandomSeed<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
  try RandomSource.$own.withValue(RandomSource(seed: seed), operation: body)
}

extension Tensor {
  /// Uniform draws from `low` up to but not including `high`.
  public init(
    uniform shape: Shape, low: Float = 0, high: Float = 1, using stream: inout RandomStream
  ) {
    guard low < high else { fail("Tensor: uniform draws from \(low)..<\(high)") }
    let (raw, first) = (stream.raw, stream.reserve(shape.elementCount))
    self.init(filling: shape) { target, start, count in
      gannet_random_uniform(raw, first + UInt64(start), low, high, target, count)
    }
  }

  /// Uniform draws with a stream of the task's source.
  public init(uniform shape: Shape, low: Float = 0, high: Float = 1) {
    var stream = RandomSource.current.makeStream()
    self.init(uniform: shape, low: low, high: high, using: &stream)
  }

  /// Normal draws, of mean 0 and standard deviation 1 unless said otherwise.
  public init(
    normal shape: Shape, mean: Float = 0, standardDeviation: Float = 1,
    using stream: inout RandomStream
  ) {
    let (raw, first) = (stream.raw, stream.reserve(shape.elementCount))
    self.init(filling: shape) { target, start, count in
      gannet_random_normal(raw, first + UInt64(start), mean, standardDeviation, target, count)
    }
  }

  /// Normal draws with a stream of the task's source.
  public init(normal shape: Shape, mean: Float = 0, standardDeviation: Float = 1) {
    var stream = RandomSource.current.makeStream()
    self.init(normal: shape, mean: mean, standardDeviation: standardDeviation, using: &stream)
  }

  /// A tensor whose elements `fill(target, start, count)` sets in chunks.
  private init(
    filling shape: Shape, _ fill: (UnsafeMutablePointer<Float>, Int, Int) -> Void
  ) {
    self.init(uninitialized: shape)
    let target = pointer
    ThreadPool.shared.forEach(count, by: elementwiseChunk) { range in
      fill(target + range.lowerBound, range.lowerBound, range.count)
    }
  }
}
