/// A way to compute one pass of a convolution.
package enum ConvolutionPath: Hashable, Sendable {
  /// Matrix products with the patches under the kernel, by OpenBLAS: everything.
  case columns
  /// A kernel that reads inputs where they lie: results and gradients of weights of everything;
  /// gradients of inputs at stride 1, or of few channels.
  case direct
  /// Winograd convolution, at stride 1, without dilation.
  case winograd(WinogradForm)
}

extension ConvolutionPath: CustomStringConvertible {
  package var description: String {
    switch self {
    case .columns: "columns"
    case .direct: "direct"
    case .winograd(.two3): "F(2x2, 3x3)"
    case .winograd(.three3): "F(3x3, 3x3)"
    case .winograd(.four3): "F(4x4, 3x3)"
    case .winograd(.two5): "F(2x2, 5x5)"
    }
  }

  /// All paths that can do the three passes of the convolution of `geometry`.
  package static func all(
    for geometry: ConvolutionGeometry
  ) -> (result: [Self], inputGradient: [Self], weightGradient: [Self]) {
    let plain = geometry.stride == 1 && geometry.dilation == 1
    let forms: [Self] = WinogradForm.allCases.filter {
      plain && geometry.kernel == Size2D($0.kernelSize)
    }.map { .winograd($0) }
    return (
      [.columns, .direct] + forms,
      [.columns] + (geometry.hasMirror || geometry.canScatter ? [.direct] : [])
        + (geometry.hasMirror ? forms : []),
      [.columns, .direct] + forms
    )
  }
}

/// The ways of the three passes.
package struct ConvolutionPaths: Hashable, Sendable {
  package var result: ConvolutionPath
  package var inputGradient: ConvolutionPath
  package var weightGradient: ConvolutionPath

  package init(
    result: ConvolutionPath, inputGradient: ConvolutionPath, weightGradient: ConvolutionPath
  ) {
    self.result = result
    self.inputGradient = inputGradient
    self.weightGradient = weightGradient
  }

  static let exact = ConvolutionPaths(
    result: .columns, inputGradient: .columns, weightGradient: .columns)
}
