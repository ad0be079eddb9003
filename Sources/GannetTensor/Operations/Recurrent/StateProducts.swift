import CGannetKernels

/// The products of one direction's steps with the state's weight, which is packed once.
struct StateProducts {
  /// The products with the state, or in the backward pass with the parts' gradients.
  let blocks: [Product]
  /// The product with a part that the step itself computes, such as r h of the book's GRU.
  let inner: Product?

  init(_ layer: RecurrentComputation, _ direction: Int, isForward: Bool) {
    func product(_ block: GateBlock) -> Product {
      Product(block, layer, direction, isForward: isForward)
    }
    blocks = layer.equations.stateBlocks.map(product)
    inner = layer.equations.innerBlock.map(product)
  }

  /// A product of rows with a block of the weight, transposed in the forward pass.
  struct Product {
    /// The column of the block's parts in a row.
    let column: Int
    /// The column of a row where the factor begins that takes the state's place; 0 for the state.
    let factorColumn: Int
    private let factor: Factor

    private enum Factor {
      case packed(PackedMatrix)
      /// Not packed: for few rows, packing costs more than it saves.
      case plain(BLAS.Operand, k: Int, n: Int)
    }

    fileprivate init(
      _ block: GateBlock, _ layer: RecurrentComputation, _ direction: Int, isForward: Bool
    ) {
      let units = layer.units
      let rows = block.gates.count * units
      let gates = layer.weights[direction].state.sliced(
        block.gates.lowerBound * units..<block.gates.upperBound * units, along: 0)
      let (k, n) = isForward ? (units, rows) : (rows, units)
      column = block.part * units
      factorColumn = (block.factor ?? 0) * units
      let pack = {
        PackedMatrix(gates.pointer, stride: units, transposed: isForward, k: k, n: n)
      }
      if isForward, Tensor.keepsForms {
        factor = .packed(gates.form(.packedTransposed, pack))
      } else if (layer.steps - 1) * layer.batch >= 64 {
        factor = .packed(pack())
      } else {
        factor = .plain(
          BLAS.Operand(gates.pointer, stride: units, transposed: isForward), k: k, n: n)
      }
    }

    /// result += rows · factor, for `count` rows, on this thread.
    func multiply(_ rows: gannet_matrix, addingTo result: gannet_matrix, count: Int) {
      switch factor {
      case .packed(let matrix): matrix.multiply(rows, addingTo: result, count: count)
      case .plain(let matrix, let k, let n):
        BLAS.gemm(
          BLAS.Operand(rows.start, stride: rows.ld), matrix, result.start, result.ld, count, n, k,
          start: .result)
      }
    }
  }
}
