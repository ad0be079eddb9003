import CGannetKernels

/// Winograd convolution with stride 1, for 3x3 and 5x5 kernels.
///
/// Images are transformed to planes, one for each point of a tile, each a matrix of tiles by
/// channels. Kernels are transformed likewise, and the products are transformed back.
struct WinogradConvolution {
  private let form: WinogradForm
  private let geometry: ConvolutionGeometry

  init(_ form: WinogradForm, _ geometry: ConvolutionGeometry) {
    self.form = form
    self.geometry = geometry
  }

  func fill(_ y: FusedResult, _ x: Tensor, weight: Tensor, bias: Tensor?) {
    let ofGroup = geometry.ofGroup
    // A group's channels are not contiguous, so the activation follows the last group.
    let isWhole = geometry.groups == 1
    for group in 0..<geometry.groups {
      let kernels = weight.part(group, of: geometry.groups, along: 0)
      fill(
        isWhole ? y : FusedResult(y.product.part(group, of: geometry.groups, along: 1)),
        x.part(group, of: geometry.groups, along: 1),
        kernels.form(.winograd(form, mirrored: false)) {
          WinogradKernels(form, kernels.permuted([1, 2, 3, 0]).contiguous())
        }, ofGroup,
        bias: bias?.part(group, of: geometry.groups, along: 0))
    }
    if !isWhole { y.finish() }
  }

  func inputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    let dx = Tensor(uninitialized: geometry.inputShape, layout: .channelsLast)
    let ofGroup = geometry.ofGroup.mirrored
    for group in 0..<geometry.groups {
      let kernels = weight.part(group, of: geometry.groups, along: 0)
      fill(
        FusedResult(dx.part(group, of: geometry.groups, along: 1)),
        dy.part(group, of: geometry.groups, along: 1),
        kernels.form(.winograd(form, mirrored: true)) {
          WinogradKernels(form, kernels.permuted([0, 2, 3, 1]).contiguous(), mirrored: true)
        }, ofGroup, bias: nil)
    }
    return dx
  }

  /// Computes in `y` the convolution of `x` with `kernels` by `geometry`, without groups.
  private func fill(
    _ y: FusedResult, _ x: Tensor, _ kernels: WinogradKernels, _ geometry: ConvolutionGeometry,
    bias: Tensor?
  ) {
    let (channels, outputs) = (geometry.channels, geometry.outputChannels)
    let tiles = WinogradTiles(form, geometry)
    let count = tiles.groupSize * tiles.columns
    let zeros = Tensor(zeros: [outputs])
    let start = (bias ?? zeros).pointer
    tiles.forEachLane { _, groups in
      let inputs = WinogradPlanes(form, rows: count, channels: channels)
      let results = WinogradPlanes(form, rows: count, channels: outputs)
      for rows in groups {
        inputs.transform(x, rows, tiles, padding: geometry.padding, form.input)
        ThreadPool.shared.forEach(chunks: form.points) { point in
          gannet_multiply_packed(
            inputs.matrix(point), kernels.pointer(point),
            gannet_matrix(start: form.isConstant(point) ? start : zeros.pointer, ld: 0),
            results.matrix(point), rows.count * tiles.columns, channels, outputs)
        }
        results.transformBack(to: y, rows, tiles, form.output)
      }
    }
    withExtendedLifetime((x.storage, y.product.storage, bias?.storage, zeros.storage)) {}
  }

  func weightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
    let parts = (0..<geometry.groups).map { group in
      weightGradient(
        dy.part(group, of: geometry.groups, along: 1),
        x: x.part(group, of: geometry.groups, along: 1),
        geometry.ofGroup)
    }
    return parts.count == 1 ? parts[0] : concatenate(parts)
  }

  private func weightGradient(
    _ dy: Tensor, x: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    let (channels, outputs) = (geometry.channels, geometry.outputChannels)
    let tiles = WinogradTiles(form, geometry)
    let count = tiles.groupSize * tiles.columns
    let sums = (0..<tiles.laneCount).map { _ in
      WinogradPlanes(form, rows: channels, channels: outputs)
    }
    tiles.forEachLane { lane, groups in
      let inputs = WinogradPlanes(form, rows: count, channels: channels)
      let gradients = WinogradPlanes(form, rows: count, channels: outputs)
      sums[lane].clear()
      for rows in groups {
        inputs.transform(x, rows, tiles, padding: geometry.padding, form.input)
        gradients.transform(dy, rows, tiles, form.output)
        let pixels = gannet_pixels(
          height: 1, width: rows.count * tiles.columns, row_step: 0, step: inputs.rowStride,
          ld_y: gradients.rowStride)
        // Each plane adds up its own sums, in the order of the groups.
        ThreadPool.shared.forEach(chunks: form.points) { point in
          gannet_add_outer(
            inputs.pointer(point), pixels, gradients.pointer(point), sums[lane].pointer(point),
            sums[lane].rowStride, channels, outputs)
        }
      }
    }
    for lane in sums.dropFirst() { sums[0].add(lane) }
    return withExtendedLifetime((x.storage, dy.storage)) {
      sums[0].kernels(rows: channels).permuted([3, 0, 1, 2]).contiguous()
    }
  }
}

extension ConvolutionGeometry {
  /// The geometry of one group.
  fileprivate var ofGroup: ConvolutionGeometry {
    ConvolutionGeometry(
      batch: batch, channels: groupChannels, height: height, width: width,
      outputChannels: groupOutputs, outputHeight: outputHeight, outputWidth: outputWidth,
      kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: 1)
  }
}

extension Tensor {
  /// A view of part `index` of `count` equal ones along an axis.
  fileprivate func part(_ index: Int, of count: Int, along axis: Int) -> Tensor {
    let size = shape[axis] / count
    return count == 1 ? self : sliced(index * size..<(index + 1) * size, along: axis)
  }
}
