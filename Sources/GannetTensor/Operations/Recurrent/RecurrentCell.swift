/// The cell of a recurrent layer: the step from input x and state h to the next state h'.
///
/// Weights hold the gates' rows in PyTorch's order, `[gates · H, ...]`.
package enum RecurrentCell: Hashable, Sendable {
  /// h' = tanh(W x + b + U h + c) (the book's section 9.4).
  case tanh
  /// h' = max(W x + b + U h + c, 0).
  case relu
  /// Gates i, f, g, o and a cell: c' = f c + i g, h' = o tanh(c') (the book's section 10.1).
  case lstm
  /// Gates r, z, n: h' = (1 - z) n + z h with n = tanh(W x + b + r (U h + c)), as in PyTorch.
  case gru
  /// A GRU with n = tanh(W x + b + U (r h) + c), as in the book's section 10.2.
  case gruResetBeforeProduct

  /// The number of gates in the weights.
  package var gateCount: Int {
    switch self {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru, .gruResetBeforeProduct: 3
    }
  }

  /// The cell's name in messages.
  package var name: StaticString {
    switch self {
    case .tanh, .relu: "RNN"
    case .lstm: "LSTM"
    case .gru, .gruResetBeforeProduct: "GRU"
    }
  }

  /// The number of parts of H floats that a step saves for each example besides the state; the
  /// simple cells compute in place of the state. A GRU's are r, z, n and r's factor, or r h.
  var partCount: Int {
    switch self {
    case .tanh, .relu: 0
    case .lstm, .gru, .gruResetBeforeProduct: 4
    }
  }

  /// Gates whose products with the state are written to consecutive parts.
  struct Block {
    /// The gates by index in the weight.
    let gates: Range<Int>
    /// The part of the first gate's product.
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

  /// The last gates, if their product with the state has a part without input.
  var blockOfState: Block? { stateBlocks.first { $0.part != $0.gates.lowerBound } }

  /// The product with r h.
  static let resetBlock = Block(gates: 2..<3, part: 2)
}
