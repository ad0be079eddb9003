import CGannetKernels

/// A form of Winograd convolution, F(m, r), which computes tiles of m by m outputs by one product
/// for each of (m + r - 1)² points instead of m² r² (Lavin and Gray, 2016).
package enum WinogradForm: CaseIterable, Sendable {
  /// F(2, 3): 16 products instead of 36.
  case two3
  /// F(3, 3): 25 products instead of 81.
  case three3
  /// F(4, 3): 36 products instead of 144.
  case four3
  /// F(2, 5): 36 products instead of 100.
  case two5

  /// The output size m of a tile along an axis.
  var outputSize: Int {
    switch self {
    case .two3, .two5: 2
    case .three3: 3
    case .four3: 4
    }
  }

  /// The kernel size r along an axis.
  var kernelSize: Int { self == .two5 ? 5 : 3 }

  var kernelElements: Int { kernelSize * kernelSize }

  /// The input size of a tile along an axis, m + r - 1.
  var inputSize: Int { outputSize + kernelSize - 1 }

  /// The number of points, each of which is a matrix product over all tiles.
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

  /// Whether a bias is added at `point`: added at all such points, it is added to each output of a
  /// tile.
  ///
  /// That is point (1, 1) where the second point of an axis is 1. For F(2, 5), one output is from
  /// point 0 and the other from infinity, each with factor 1.
  func isConstant(_ point: Int) -> Bool {
    let (row, column) = (point / inputSize, point % inputSize)
    guard self == .two5 else { return row == 1 && column == 1 }
    return row % (inputSize - 1) == 0 && column % (inputSize - 1) == 0
  }
}
