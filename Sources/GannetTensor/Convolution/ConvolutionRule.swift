extension ConvolutionPaths {
  /// What is fastest, as `scripts/measure-convolutions` finds it.
  package static func fastest(for geometry: ConvolutionGeometry) -> ConvolutionPaths {
    var paths = ConvolutionPaths.exact
    if let form = WinogradForm.fastest(for: geometry) {
      paths.result = .winograd(form)
      paths.weightGradient = .winograd(form)
      if geometry.hasMirror { paths.inputGradient = .winograd(form) }
    } else if geometry.isNarrow {
      paths.result = .direct
      paths.weightGradient = .direct
      if geometry.hasMirror || geometry.canScatter { paths.inputGradient = .direct }
    } else if geometry.hasLongStrips {
      paths.result = .direct
    }
    return paths
  }
}

extension ConvolutionGeometry {
  /// Whether patches are so small that making columns of them costs more than their products.
  fileprivate var isNarrow: Bool { kernel != 1 && patchSize <= 512 && groupOutputs <= 128 }

  /// Whether an image has results enough for the kernels that are read for each image.
  fileprivate var hasLongStrips: Bool { outputHeight * outputWidth >= 36 }
}

extension WinogradForm {
  /// The form that needs the fewest operations; nil where none fits, or too few channels pay for the
  /// transforms.
  fileprivate static func fastest(for geometry: ConvolutionGeometry) -> WinogradForm? {
    guard geometry.stride == 1, geometry.dilation == 1,
      min(geometry.groupChannels, geometry.groupOutputs) >= 16
    else { return nil }
    return allCases.filter { geometry.kernel == Size2D($0.kernelSize) }
      .min { $0.cost(of: geometry) < $1.cost(of: geometry) }
  }

  /// Products, and the transforms at what they cost in products.
  private func cost(of geometry: ConvolutionGeometry) -> Int {
    let rows = (geometry.outputHeight + outputSize - 1) / outputSize
    let columns = (geometry.outputWidth + outputSize - 1) / outputSize
    let transforms = 12 * (geometry.groupChannels + geometry.groupOutputs)
    return rows * columns * points
      * (geometry.groupChannels * geometry.groupOutputs + transforms)
  }
}
