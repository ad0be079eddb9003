import CGannetKernels

/// A profile of the forward and backward times of a tape's steps, while it is the task's `current`
/// one.
package final class TapeProfile: Sendable {
  /// A step: the work from the previous recorded operation to this one.
  package struct Step: Sendable {
    package let operation: String
    /// The path of the module whose parameters it uses; nil if it uses none.
    package let layer: String?
    package let shape: Shape
    /// The multiply-adds of its products, as if computed plainly.
    package let multiplyAdds: Products
    package fileprivate(set) var forwardMicroseconds: Int64
    package fileprivate(set) var backwardMicroseconds: Int64 = 0
  }

  private struct State {
    var steps: [Step] = []
    var indices: [UInt64: Int] = [:]
    var last = gannet_microseconds()
  }

  @TaskLocal package static var current: TapeProfile?

  private let state = Locked(State())

  package init() {}

  /// The steps in the order of recording.
  package var steps: [Step] { state.withLock { $0.steps } }

  func noteForward(_ node: Node) {
    let now = gannet_microseconds()
    state.withLock { state in
      state.indices[node.order] = state.steps.count
      // A step of several results is noted once, with the first of them.
      let common = node.commonStep
      let isFirst = common.map { state.indices[$0.order] == nil } ?? true
      if let common, isFirst { state.indices[common.order] = state.steps.count }
      state.steps.append(
        Step(
          operation: "\(node.operation)", layer: (common ?? node).layerPath(), shape: node.shape,
          multiplyAdds: isFirst ? (common ?? node).multiplyAdds : .none,
          forwardMicroseconds: now - state.last))
      state.last = gannet_microseconds()
    }
  }

  /// Measures the backward step of `node`.
  func backward(
    _ node: Node, _ gradient: consuming Tensor, _ step: BackwardStep
  ) -> [Tensor?] {
    let start = gannet_microseconds()
    let result = step(gradient, node)
    let duration = gannet_microseconds() - start
    state.withLock { state in
      if let index = state.indices[node.order] {
        state.steps[index].backwardMicroseconds += duration
      }
    }
    return result
  }
}

extension Node {
  /// The parameters that the step uses directly.
  package var parameters: [Node] { inputs.compactMap { $0 }.filter { $0.isLeaf && $0.name != nil } }

  /// The path of the parameters' module: `features.0` for `features.0.weight`.
  package func layerPath(namedBy name: (Node) -> String? = \.name) -> String? {
    guard let name = parameters.first.flatMap(name) else { return nil }
    return name.split(separator: ".").dropLast().joined(separator: ".")
  }
}
