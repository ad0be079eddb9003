/// An algorithm for one pass of a convolution.
package enum ConvolutionPath: Hashable, Sendable {
  /// im2col with OpenBLAS, for all convolutions.
  case columns
  /// Direct convolution, which reads inputs in place: for all results and weight gradients, and for
  /// input gradients at stride 1 or of few channels.
  case direct
  /// im2col of the whole batch in the weights' order, for all convolutions of one group.
  case unfolded
  /// Winograd convolution, at stride 1, without dilation.
  case winograd(WinogradForm)
}

extension ConvolutionPath: CustomStringConvertible {
  package var description: String {
    switch self {
    case .columns: "columns"
    case .direct: "direct"
    case .unfolded: "unfolded"
    case .winograd(.two3): "F(2x2, 3x3)"
    case .winograd(.three3): "F(3x3, 3x3)"
    case .winograd(.four3): "F(4x4, 3x3)"
    case .winograd(.two5): "F(2x2, 5x5)"
    }
  }

  /// All paths that support each of the three passes of `geometry`.
  package static func all(
    for geometry: ConvolutionGeometry
  ) -> (result: [Self], inputGradient: [Self], weightGradient: [Self]) {
    let plain = geometry.stride == 1 && geometry.dilation == 1
    let forms: [Self] = WinogradForm.allCases.filter {
      plain && geometry.kernel == Size2D($0.kernelSize)
    }.map { .winograd($0) }
    let always: [Self] = [.columns] + (UnfoldedConvolution.supports(geometry) ? [.unfolded] : [])
    return (
      always + [.direct] + forms,
      always + (geometry.hasMirror || geometry.canScatter ? [.direct] : [])
        + (geometry.hasMirror ? forms : []),
      always + [.direct] + forms
    )
  }
}

/// The paths of the three passes.
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
