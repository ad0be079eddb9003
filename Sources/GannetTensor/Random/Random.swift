import CGannetKernels

/// A counter-based random number stream: draw i is a pure function of (seed, stream, i).
///
/// The generator is Philox 4x32 with ten rounds (Salmon et al., "Parallel random numbers: as easy
/// as 1, 2, 3", 2011). Any part of a stream can be drawn on any thread with the same bits. Its
/// state is the seed, the stream's number and the position.
///
/// A stream made by a ``RandomSource`` follows it: when the source is reseeded, the next draw comes
/// from a new stream of the new seed, and within ``withRandomSeed(_:_:)`` from one of that seed. A
/// stream made from numbers, such as a checkpoint's, follows no source.
public struct RandomStream: Hashable, Sendable, Codable, RandomNumberGenerator {
  /// The seed of all streams of a source.
  public private(set) var seed: UInt64
  /// The number of this stream among those of its seed.
  public private(set) var stream: UInt64
  /// The number of 32-bit draws taken so far.
  public private(set) var position: UInt64
  /// The source that the stream follows.
  private var origin: Origin?

  private struct Origin: Sendable {
    let source: RandomSource
    /// The number of reseedings of the source when it made the stream.
    let generation: Int
    /// The stream outside of the current body of ``withRandomSeed(_:_:)``.
    var outside: Box?
  }

  private final class Box: Sendable {
    let stream: RandomStream
    init(_ stream: RandomStream) { self.stream = stream }
  }

  private enum CodingKeys: CodingKey { case seed, stream, position }

  /// Makes a stream at `position` that follows no source.
  public init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
    self.position = position
  }

  fileprivate init(of source: RandomSource, _ generation: Int, seed: UInt64, stream: UInt64) {
    self.init(seed: seed, stream: stream)
    origin = Origin(source: source, generation: generation)
  }

  /// Whether the streams' next draws are equal, independent of their sources.
  public static func == (a: RandomStream, b: RandomStream) -> Bool {
    (a.seed, a.stream, a.position) == (b.seed, b.stream, b.position)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(seed)
    hasher.combine(stream)
    hasher.combine(position)
  }

  /// A copy of the stream that follows no source.
  package var fixed: RandomStream { RandomStream(seed: seed, stream: stream, position: position) }

  /// Updates to the stream of the next draw, as the source's seed requires.
  package mutating func follow() {
    guard let first = origin else { return }
    let current = RandomSource.current
    // A nested source's body ends before an older one's continues.
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

  /// Reserves `count` draws, rounded up to a multiple of 64, and returns the position of the first;
  /// for a part of a batch, those of the whole batch, and the first of the part's.
  package mutating func reserve(_ count: Int) -> UInt64 {
    follow()
    let (offset, total) = BatchPart.current?.draws(count) ?? (0, count)
    let first = (position + 63) & ~63
    position = (first + UInt64(total) + 63) & ~63
    return first + UInt64(offset)
  }

  /// Passes over `count` draws.
  package mutating func advance(by count: UInt64) { position += count }

  /// The next 64 random bits, as the standard library's shuffles and ranges need them.
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

/// A source of random streams for layers and initializers: streams 0, 1, 2, … of one seed.
///
/// The current source is task-local: ``withRandomSeed(_:_:)`` sets one for its body; otherwise it
/// is that of the process, seeded by ``seedRandom(_:)``.
public final class RandomSource: Sendable {
  private struct State {
    var seed: UInt64
    var generation = 0
    var nextStream: UInt64 = 0
    var nextDataStream: UInt64 = firstDataStream
  }

  private let state: Locked<State>
  /// Order of creation; larger for younger sources.
  fileprivate let serial: Int
  private static let firstDataStream: UInt64 = 1 << 63
  private static let serials = Locked(0)

  /// Makes a source of streams of `seed`, independent of other sources.
  public convenience init(seed: UInt64) { self.init(seed: seed, serial: .max) }

  private init(seed: UInt64, serial: Int) {
    state = Locked(State(seed: seed))
    self.serial = serial
  }

  /// A source for a body of ``withRandomSeed(_:_:)``.
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

  /// The current source of the task.
  public static var current: RandomSource { own ?? shared }

  fileprivate var generation: Int { state.withLock { $0.generation } }

  /// Makes a new stream.
  public func makeStream() -> RandomStream {
    state.withLock { state in
      defer { state.nextStream += 1 }
      return RandomStream(of: self, state.generation, seed: state.seed, stream: state.nextStream)
    }
  }

  /// Makes a new stream with a separate numbering, which does not change the streams of
  /// ``makeStream()``.
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

/// Seeds all following random numbers, also those of layers and loaders made before; without it,
/// every run differs.
public func seedRandom(_ seed: UInt64) { RandomSource.current.reseed(seed) }

/// Runs `body` with random numbers of `seed`, independent of those outside.
///
/// Layers and loaders made before draw from `seed` within the body, and afterwards continue as
/// without it. Those made in the body draw from `seed` after it, too.
public func withRandomSeed<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
  try RandomSource.$own.withValue(.nested(seed: seed), operation: body)
}

extension Tensor {
  /// Makes a tensor of uniform draws from `low` up to, not including, `high`; [0, 1) by default.
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

  /// Makes a tensor of uniform draws with a stream of the current source.
  public init(uniform shape: Shape, low: Float = 0, high: Float = 1) {
    var stream = RandomSource.current.makeStream()
    self.init(uniform: shape, low: low, high: high, using: &stream)
  }

  /// Makes a tensor of normal draws, of mean 0 and standard deviation 1 by default.
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

  /// Makes a tensor of normal draws with a stream of the current source.
  public init(normal shape: Shape, mean: Float = 0, standardDeviation: Float = 1) {
    var stream = RandomSource.current.makeStream()
    self.init(normal: shape, mean: mean, standardDeviation: standardDeviation, using: &stream)
  }

  /// Makes a tensor whose elements `fill(target, start, count)` sets in chunks.
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
