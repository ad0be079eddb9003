/// The sums of the shares that have arrived, in one backward pass, of the gradients of nodes that the
/// pass has not visited yet.
///
/// A pass runs on one thread.
final class ArrivedShares: @unchecked Sendable {
  private var sums: [ObjectIdentifier: Tensor] = [:]

  /// Removes and returns the sum of the shares of `node`.
  func take(of node: Node) -> Tensor? { sums.removeValue(forKey: ObjectIdentifier(node)) }

  /// Adds a share of the gradient of `node`.
  func add(_ share: Tensor, to node: Node) {
    let before = take(of: node)
    sums[ObjectIdentifier(node)] = before.map { $0.sum(withShare: share) } ?? share
  }
}

extension Tensor {
  /// The sum of two shares of a gradient. The first is overwritten if its storage is not shared,
  /// also where it is a range of channels: the gradients of a ``ChannelBuffer`` add up in one
  /// buffer.
  fileprivate consuming func sum(withShare share: Tensor) -> Tensor {
    guard layout == .channelSlice, !Recording.isOn, ownsStorage() else {
      return self + share
    }
    add(share)
    return self
  }
}
