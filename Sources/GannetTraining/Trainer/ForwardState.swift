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

  /// The numbers of draws that each stream has taken since `values`.
  func draws(since values: Values) -> [UInt64] {
    zip(stochastic, values.streams).map { $0.stream.position - $1.position }
  }

  /// Passes over that many draws of each stream.
  func passOver(_ draws: [UInt64]) {
    for (part, count) in zip(stochastic, draws) { part.stream.advance(by: count) }
  }

  /// Brings the streams to their source's seed, as their next draws would.
  func followSources() { for part in stochastic { part.stream.follow() } }
}
