/// What one step of a recurrent layer makes of its input x and the state h before it.
///
/// Weights hold the gates one below the other, `[gates · H, ...]`, in PyTorch's order.
package enum RecurrentCell: Hashable, Sendable {
  /// h' = tanh(W x + b + U h + c) (the book's section 9.4).
  case tanh
  /// h' = max(W x + b + U h + c, 0).
  case relu
  /// Gates i, f, g, o and a cell: c' = f c + i g, h' = o tanh(c') (the book's section 10.1).
  case lstm
  /// Gates r, z, n: h' = (1 - z) n + z h with n = tanh(W x + b + r (U h + c)), as in PyTorch.
  case gru
  /// The same with n = tanh(W x + b + U (r h) + c), as in the book's section 10.2.
  case gruResetBeforeProduct

  /// How many gates the weights hold.
  package var gateCount: Int {
    switch self {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru, .gruResetBeforeProduct: 3
    }
  }

  /// What messages call it.
  package var name: StaticString {
    switch self {
    case .tanh, .relu: "RNN"
    case .lstm: "LSTM"
    case .gru, .gruResetBeforeProduct: "GRU"
    }
  }

  /// How many parts of H floats a step keeps for each example, besides the state; the simple cells
  /// compute in the state's place. Those of a GRU are r, z, n and what r multiplies, or r h.
  var partCount: Int {
    switch self {
    case .tanh, .relu: 0
    case .lstm, .gru, .gruResetBeforeProduct: 4
    }
  }

  /// Gates whose product with the state goes to neighbouring parts.
  struct Block {
    /// The gates, by their place in the weight.
    let gates: Range<Int>
    /// Where the first one's product goes.
    let part: Int
  }

  /// All products with the state before a step.
  var stateBlocks: [Block] {
    switch self {
    case .tanh, .relu: [Block(gates: 0..<1, part: 0)]
    case .lstm: [Block(gates: 0..<4, part: 0)]
    case .gru: [Block(gates: 0..<2, part: 0), Block(gates: 2..<3, part: 3)]
    case .gruResetBeforeProduct: [Block(gates: 0..<2, part: 0)]
    }
  }

  /// The gates whose product with the state goes to a part that reads no input; the last ones.
  var blockOfState: Block? { stateBlocks.first { $0.part != $0.gates.lowerBound } }

  /// The product with r h.
  static let resetBlock = Block(gates: 2..<3, part: 2)
}
