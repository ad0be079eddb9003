/// A value of a graph: an input, a constant or a result.
package enum GraphValue {
  case tensor(Tensor)
  case integers(IntTensor)

  package var shape: Shape {
    switch self {
    case .tensor(let tensor): tensor.shape
    case .integers(let integers): integers.shape
    }
  }

  /// The tensor; stops at integers.
  package var tensor: Tensor {
    guard case .tensor(let tensor) = self else { fail("GraphValue: integers, expected a tensor") }
    return tensor
  }

  /// The integers; stops at a tensor.
  package var integers: IntTensor {
    guard case .integers(let integers) = self else {
      fail("GraphValue: a tensor, expected integers")
    }
    return integers
  }
}

/// The identity of integers in a trace, as a node is that of a tensor.
final class TraceMark: Sendable {}

extension GraphValue {
  /// What identifies the value in a trace: copies share it.
  var identity: AnyObject? {
    switch self {
    case .tensor(let tensor): tensor.node
    case .integers(let integers): integers.mark
    }
  }

  /// This value with an identity of its own.
  func identified() -> GraphValue {
    switch self {
    case .tensor(let tensor): .tensor(tensor.attached(to: Node(leaf: tensor.shape)))
    case .integers(let integers): .integers(integers.marked(TraceMark()))
    }
  }

  /// This value without identity.
  var plain: GraphValue {
    switch self {
    case .tensor(let tensor): .tensor(tensor.attached(to: nil))
    case .integers(let integers): .integers(integers.marked(nil))
    }
  }
}
