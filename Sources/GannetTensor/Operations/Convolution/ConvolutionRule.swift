extension ConvolutionPaths {
  /// The fastest paths for `geometry`, by a rule fitted to `scripts/measure-convolutions`.
  package static func fastest(for geometry: ConvolutionGeometry) -> ConvolutionPaths {
    var paths = ConvolutionPaths.exact
    let form = WinogradForm.fastest(for: geometry)
    if let cost = UnfoldedConvolution.cost(of: geometry),
      cost < form?.cost(of: geometry) ?? ColumnConvolution(geometry).cost
    {
      paths = ConvolutionPaths(
        result: .unfolded, inputGradient: .unfolded, weightGradient: .unfolded)
    } else if let form {
      paths.result = .winograd(form)
      paths.weightGradient = .winograd(form)
      if geometry.hasMirror { paths.inputGradient = .winograd(form) }
    } else if geometry.kernel == 1 {
      // A strip of results wider than that of inputs leaves the cache; so do many kernels.
      if geometry.isPointwise, geometry.kernelElements <= Tuning.pointKernels {
        if geometry.outputChannels <= geometry.channels { paths.result = .direct }
        if geometry.channels <= geometry.outputChannels { paths.inputGradient = .direct }
      }
      if geometry.kernelElements <= Tuning.pointGradient { paths.weightGradient = .direct }
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
  /// Whether patches are so small that im2col costs more than the products.
  fileprivate var isNarrow: Bool { patchSize <= 512 && groupOutputs <= 128 }

  /// The elements of a group's kernels.
  fileprivate var kernelElements: Int { patchSize * groupOutputs }

  /// Whether an image has enough outputs to amortize reading the kernels for each image.
  fileprivate var hasLongStrips: Bool { outputHeight * outputWidth >= 36 }
}

extension WinogradForm {
  /// The form with the fewest operations; nil where none is possible or direct products need fewer.
  fileprivate static func fastest(for geometry: ConvolutionGeometry) -> WinogradForm? {
    guard geometry.stride == 1, geometry.dilation == 1,
      min(geometry.groupChannels, geometry.groupOutputs) >= 16
    else { return nil }
    let costs = allCases.filter { geometry.kernel == Size2D($0.kernelSize) }
      .map { (form: $0, cost: $0.cost(of: geometry)) }
    guard let best = costs.min(by: { $0.cost < $1.cost }),
      best.cost < ColumnConvolution(geometry).cost
    else {
      return nil
    }
    return best.form
  }

  /// The cost of products and of the transforms of tiles and kernels, in multiplications.
  fileprivate func cost(of geometry: ConvolutionGeometry) -> Int {
    let rows = (geometry.outputHeight + outputSize - 1) / outputSize
    let columns = (geometry.outputWidth + outputSize - 1) / outputSize
    let kernels = geometry.groupChannels * geometry.groupOutputs
    let transforms = 12 * (geometry.groupChannels + geometry.groupOutputs)
    // Transformed kernels that leave the cache are written to memory and read from it.
    let kernelCost = points * kernels > Tuning.cachedKernels ? 100 : kernelCost
    return points
      * (geometry.batch * rows * columns * (kernels + transforms) + kernelCost * kernels)
  }
}

extension UnfoldedConvolution {
  /// The cost of the product, of packing the weights once and of the copies of patches, in
  /// multiplications; nil where the path is not considered.
  fileprivate static func cost(of geometry: ConvolutionGeometry) -> Int? {
    let elements = geometry.outputPixels * geometry.patchSize
    guard supports(geometry), !geometry.isNarrow, elements <= Tuning.unfoldedColumns else {
      return nil
    }
    return geometry.kernelElements * (geometry.outputPixels + 24)
      + (geometry.isPointwise ? 0 : 64 * elements)
  }
}

extension ColumnConvolution {
  /// The cost of the products, in multiplications. Small problems are cut into four, of which each
  /// packs the weights; more blocks are so large that packing is cheap.
  fileprivate var cost: Int {
    let packing = kernelCost * min(4, blockCount)
    return geometry.kernelElements * (geometry.outputPixels + packing)
  }
}

/// The cost, in multiplications, of packing or transforming a kernel element, which matters for few
/// images.
private let kernelCost = 40
