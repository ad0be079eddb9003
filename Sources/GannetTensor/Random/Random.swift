import CGannetKernels

/// A stream of random numbers in which draw i is a pure function of (seed, stream, i).
///
/// The generator is Philox 4x32 with ten rounds (Salmon et al., "Parallel random numbers: as easy
/// as 1, 2, 3", 2011). A part of a stream can be drawn anywhere, on any thread, with the same bits.
/// Its state is two numbers: the stream's and the position.
///
/// A stream that a ``RandomSource`` has made follows it: at the first draw after the source was
/// seeded anew it becomes a new stream of the new seed, and within ``withRandomSeed(_:_:)`` it is
/// one of that seed, until the body ends. A stream of stated numbers, such as one from a
/// checkpoint, stays.
public struct RandomStream: Hashable, Sendable, Codable, RandomNumberGenerator {
  /// The seed of all streams of a source.
  public private(set) var seed: UInt64
  /// The number of this stream among those of its seed.
  public private(set) var stream: UInt64
  /// How many 32-bit draws have been taken.
  public private(set) var position: UInt64
  /// The source that the stream follows.
  private var origin: Origin?

  private struct Origin: Sendable {
    let source: RandomSource
    /// How often the source had been seeded when it made the stream.
    let generation: Int
    /// The stream outside of the body of ``withRandomSeed(_:_:)`` under way.
    var outside: Box?
  }

  private final class Box: Sendable {
    let stream: RandomStream
    init(_ stream: RandomStream) { self.stream = stream }
  }

  private enum CodingKeys: CodingKey { case seed, stream, position }

  /// A stream that goes on at `position` and follows no source.
  public init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
    self.position = position
  }

  fileprivate init(of source: RandomSource, _ generation: Int, seed: UInt64, stream: UInt64) {
    self.init(seed: seed, stream: stream)
    origin = Origin(source: source, generation: generation)
  }

  /// Streams are equal whose next draws are, whatever they follow.
  public static func == (a: RandomStream, b: RandomStream) -> Bool {
    (a.seed, a.stream, a.position) == (b.seed, b.stream, b.position)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(seed)
    hasher.combine(stream)
    hasher.combine(position)
  }

  /// A stream of the same numbers that follows no source.
  package var fixed: RandomStream { RandomStream(seed: seed, stream: stream, position: position) }

  /// Becomes the stream that the next draw is taken from.
  package mutating func follow() {
    guard let first = origin else { return }
    let current = RandomSource.current
    // The body of a source ends before that of an older one goes on.
    if current.serial < first.source.serial, let outside = first.outside { self = outside.stream }
    guard let origin else { return }
    if current === origin.source {
      guard current.generation != origin.generation else { return }
      self = current.makeStream(like: self)
      self.origin?.outside = origin.outside
    } else if current.serial > origin.source.serial {
      let outside = origin.outside ?? Box(self)
      self = current.makeStream(like: self)
      self.origin?.outside = outside
    }
  }

  var raw: gannet_stream { gannet_stream(key: seed, stream: stream) }

  /// Takes `count` draws, to the next whole group of 64, and returns the position of the first.
  package mutating func reserve(_ count: Int) -> UInt64 {
    follow()
    let first = (position + 63) & ~63
    position = (first + UInt64(count) + 63) & ~63
    return first
  }

  /// 64 random bits, as the standard library's shuffles and ranges take them.
  public mutating func next() -> UInt64 {
    follow()
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
/// The source is task-local: ``withRandomSeed(_:_:)`` gives a task its own, and code outside of it
/// takes from one for the whole process, seeded by ``seedRandom(_:)``.
public final class RandomSource: Sendable {
  private struct State {
    var seed: UInt64
    var generation = 0
    var nextStream: UInt64 = 0
    var nextDataStream: UInt64 = firstDataStream
  }

  private let state: Locked<State>
  /// The younger of two sources has the larger.
  fileprivate let serial: Int
  private static let firstDataStream: UInt64 = 1 << 63
  private static let serials = Locked(0)

  /// A source of streams of `seed`, which no other seed changes.
  public convenience init(seed: UInt64) { self.init(seed: seed, serial: .max) }

  private init(seed: UInt64, serial: Int) {
    state = Locked(State(seed: seed))
    self.serial = serial
  }

  /// The source of a body.
  fileprivate static func nested(seed: UInt64) -> RandomSource {
    RandomSource(
      seed: seed,
      serial: serials.withLock {
        $0 += 1
        return $0
      })
  }

  private static let shared = RandomSource(seed: .random(in: 0...UInt64.max), serial: 0)
  @TaskLocal fileprivate static var own: RandomSource?

  /// The source of this task.
  public static var current: RandomSource { own ?? shared }

  fileprivate var generation: Int { state.withLock { $0.generation } }

  /// A stream that nobody else has.
  public func makeStream() -> RandomStream {
    state.withLock { state in
      defer { state.nextStream += 1 }
      return RandomStream(of: self, state.generation, seed: state.seed, stream: state.nextStream)
    }
  }

  /// A stream that nobody else has, which leaves the numbers of those of ``makeStream()`` as they
  /// are.
  package func makeDataStream() -> RandomStream {
    state.withLock { state in
      defer { state.nextDataStream += 1 }
      return RandomStream(
        of: self, state.generation, seed: state.seed, stream: state.nextDataStream)
    }
  }

  fileprivate func makeStream(like other: RandomStream) -> RandomStream {
    other.stream < Self.firstDataStream ? makeStream() : makeDataStream()
  }

  fileprivate func reseed(_ seed: UInt64) {
    state.withLock { $0 = State(seed: seed, generation: $0.generation + 1) }
  }
}

/// Makes all randomness from here on a function of `seed`, that of layers and loaders made before
/// included; unseeded, every run differs.
public func seedRandom(_ seed: UInt64) { RandomSource.current.reseed(seed) }

/// Runs `body` with randomness that is a function of `seed`, apart from everything outside.
///
/// Layers and loaders made before draw from `seed` within the body, and go on outside as if it had
/// not been. Those made in the body draw from `seed` after it, too.
public func withRandomSeed<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
  try RandomSource.$own.withValue(.nested(seed: seed), operation: body)
}

extension Tensor {
  /// Uniform draws from `low` up to but not including `high`.
  public init(
    uniform shape: Shape, low: Float = 0, high: Float = 1, using stream: inout RandomStream
  ) {
    guard low < high else { fail("Tensor: uniform draws from \(low)..<\(high)") }
    let first = stream.reserve(shape.elementCount)
    let raw = stream.raw
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
    let first = stream.reserve(shape.elementCount)
    let raw = stream.raw
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
