import GannetNN
import GannetTensor

/// The state of a model that a forward pass changes: its buffers, such as running statistics, and
/// the positions of its random streams. A step that is not taken restores them.
///
/// The parts are those of one walk. Random numbers from the task's source, and what a closure keeps
/// between batches, are out of reach.
struct ForwardState {
  private let buffers: [Buffer]
  private let stochastic: [any StochasticModule]

  init(of model: any Module) {
    buffers = model.namedBuffers.map(\.buffer)
    stochastic = model.namedModules.compactMap { $0.module as? any StochasticModule }
  }

  /// The present values.
  struct Values {
    fileprivate let buffers: [Tensor]
    fileprivate let streams: [RandomStream]
  }

  var values: Values {
    Values(buffers: buffers.map(\.value), streams: stochastic.map(\.stream))
  }

  func restore(_ values: Values) {
    for (buffer, value) in zip(buffers, values.buffers) { buffer.value = value }
    for (part, stream) in zip(stochastic, values.streams) { part.stream = stream }
  }
}
