import GannetNN
import GannetTensor

/// The state that a forward pass changes, which a failed step restores: the model's buffers, such
/// as running statistics, and the positions of its random streams.
///
/// It holds the parts that one walk finds. The current random source and state in closures are not
/// restored.
struct ForwardState {
  private let buffers: [Buffer]
  private let stochastic: [any StochasticModule]

  init(of model: any Module) {
    buffers = model.namedBuffers.map(\.buffer)
    stochastic = model.namedModules.compactMap { $0.module as? any StochasticModule }
  }

  /// Saved values.
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
