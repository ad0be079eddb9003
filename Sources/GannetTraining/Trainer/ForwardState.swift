import GannetNN
import GannetTensor

/// The state that a forward pass changes, which a failed step restores: the model's buffers, such
/// as running statistics, and the positions of its random streams.
///
/// It holds the parts that one walk finds. The current random source and state in closures are not
/// restored.
struct ForwardState {
  let buffers: [Buffer]
  private let stochastic: [any StochasticModule]
  private let norms: [BatchNorm]

  init(of model: any Module) {
    let modules = model.namedModules.map(\.module)
    buffers = model.namedBuffers.map(\.buffer)
    stochastic = modules.compactMap { $0 as? any StochasticModule }
    norms = modules.compactMap { $0 as? BatchNorm }
  }

  /// Whether a part of a batch needs numbers of the others in its forward pass.
  var hasSynchronizedNorms: Bool { norms.contains(where: \.isSynchronized) }

  /// Saved values.
  struct Values {
    let buffers: [Tensor]
    fileprivate let streams: [RandomStream]
  }

  var values: Values {
    Values(buffers: buffers.map(\.value), streams: stochastic.map(\.stream))
  }

  func restore(_ values: Values) {
    restoreBuffers(values)
    for (part, stream) in zip(stochastic, values.streams) { part.stream = stream }
  }

  func restoreBuffers(_ values: Values) {
    for (buffer, value) in zip(buffers, values.buffers) { buffer.value = value }
  }

  /// The largest number of draws of one stream in a part of a step.
  private static let drawsOfPart = 1 << 34

  /// Moves the streams past the draws of a step of `count` parts; returns those of each part, which
  /// follow from the streams' positions before, so that any process may compute any part.
  func takeStreams(ofParts count: Int) -> [PartStreams] {
    let firsts = stochastic.map { part in
      let first = part.stream.reserve(count * Self.drawsOfPart)
      return RandomStream(seed: part.stream.seed, stream: part.stream.stream, position: first)
    }
    return (0..<count).map { number in
      PartStreams(
        streams: firsts.map {
          RandomStream(
            seed: $0.seed, stream: $0.stream,
            position: $0.position + UInt64(number * Self.drawsOfPart))
        })
    }
  }

  /// The streams of one part of a step.
  struct PartStreams {
    fileprivate let streams: [RandomStream]
  }

  /// The values with which a part begins: the present buffers, and streams of its own.
  func values(drawingFrom part: PartStreams) -> Values {
    Values(buffers: buffers.map(\.value), streams: part.streams)
  }

  /// Runs `body`, whose draws are a part's; then the streams are those before.
  func drawing<Result>(from part: PartStreams, _ body: () throws -> Result) rethrows -> Result {
    let before = stochastic.map(\.stream)
    for (part, stream) in zip(stochastic, part.streams) { part.stream = stream }
    defer { for (part, stream) in zip(stochastic, before) { part.stream = stream } }
    return try body()
  }
}
