extension ConvolutionPaths {
  /// The fastest paths for `geometry`, by a rule fitted to `scripts/measure-convolutions`.
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
  /// The form that needs the fewest operations; nil where none fits, or where products with patches
  /// need fewer.
  fileprivate static func fastest(for geometry: ConvolutionGeometry) -> WinogradForm? {
    guard geometry.stride == 1, geometry.dilation == 1,
      min(geometry.groupChannels, geometry.groupOutputs) >= 16
    else { return nil }
    let costs = allCases.filter { geometry.kernel == Size2D($0.kernelSize) }
      .map { (form: $0, cost: $0.cost(of: geometry)) }
    guard let best = costs.min(by: { $0.cost < $1.cost }), best.cost < geometry.exactCost else {
      return nil
    }
    return best.form
  }

  /// Products, and the transforms of tiles and kernels at what they cost in products.
  private func cost(of geometry: ConvolutionGeometry) -> Int {
    let rows = (geometry.outputHeight + outputSize - 1) / outputSize
    let columns = (geometry.outputWidth + outputSize - 1) / outputSize
    let kernels = geometry.groupChannels * geometry.groupOutputs
    let transforms = 12 * (geometry.groupChannels + geometry.groupOutputs)
    return points
      * (geometry.batch * rows * columns * (kernels + transforms) + kernelCost * kernels)
  }
}

extension ConvolutionGeometry {
  /// The cost of products with patches, in multiplications.
  fileprivate var exactCost: Int {
    patchSize * groupOutputs * (outputPixels + kernelCost)
  }
}

/// The cost, in multiplications, of laying out or transforming an element of a kernel: few images
/// don't pay for much of that.
private let kernelCost = 40
