import CGannetKernels

/// A form of Winograd convolution: tiles of `outputSize` by `outputSize` results from one product
/// for each of their points, instead of one for each result and element of the kernel (Lavin and
/// Gray, 2016).
package enum WinogradForm: CaseIterable, Sendable {
  /// Tiles of 2 by 2 under kernels of 3 by 3: 16 products for 36.
  case two3
  /// Tiles of 3 by 3 under kernels of 3 by 3: 25 for 81.
  case three3
  /// Tiles of 4 by 4 under kernels of 3 by 3: 36 for 144.
  case four3
  /// Tiles of 2 by 2 under kernels of 5 by 5: 36 for 100.
  case two5

  /// The rows, and columns, of a tile's results.
  var outputSize: Int {
    switch self {
    case .two3, .two5: 2
    case .three3: 3
    case .four3: 4
    }
  }

  /// The rows, and columns, of a kernel.
  var kernelSize: Int { self == .two5 ? 5 : 3 }

  var kernelElements: Int { kernelSize * kernelSize }

  /// The rows, and columns, of the inputs of a tile.
  var inputSize: Int { outputSize + kernelSize - 1 }

  /// Products a tile, each of them a matrix product over all tiles.
  var points: Int { inputSize * inputSize }

  var input: gannet_transform {
    switch self {
    case .two3: GANNET_B4
    case .three3: GANNET_B5
    case .four3: GANNET_B6
    case .two5: GANNET_B65
    }
  }

  var output: gannet_transform {
    switch self {
    case .two3: GANNET_A23
    case .three3: GANNET_A33
    case .four3: GANNET_A43
    case .two5: GANNET_A25
    }
  }

  var kernel: gannet_transform {
    switch self {
    case .two3: GANNET_G23
    case .three3: GANNET_G33
    case .four3: GANNET_G43
    case .two5: GANNET_G25
    }
  }

  /// Whether `point` is one of those that make a constant of all results of a tile.
  ///
  /// Point (1, 1) where the second point of an axis is 1; of two results, one comes from the point
  /// 0 and the other from infinity, each with the factor 1.
  func isConstant(_ point: Int) -> Bool {
    let (row, column) = (point / inputSize, point % inputSize)
    guard self == .two5 else { return row == 1 && column == 1 }
    return row % (inputSize - 1) == 0 && column % (inputSize - 1) == 0
  }
}
