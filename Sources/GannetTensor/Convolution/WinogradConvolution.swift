import CGannetKernels

/// Convolution by minimal filtering: for kernels of 3 by 3 and 5 by 5 at stride 1.
///
/// Images become planes, one for each point of a tile, a matrix of tiles by channels; so do kernels, and
/// results before they are transformed back.
struct WinogradConvolution {
  private let form: WinogradForm
  private let geometry: ConvolutionGeometry

  init(_ form: WinogradForm, _ geometry: ConvolutionGeometry) {
    self.form = form
    self.geometry = geometry
  }

  func result(_ x: Tensor, weight: Tensor, bias: Tensor?, activation: Activation) -> Tensor {
    let kernels = WinogradKernels(form, weight.permuted([1, 2, 3, 0]).contiguous())
    return product(x, kernels, geometry, bias: bias, activation)
  }

  func inputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    let kernels = WinogradKernels(
      form, weight.permuted([0, 2, 3, 1]).contiguous(), mirrored: true)
    return product(dy, kernels, geometry.mirrored, bias: nil, .identity)
  }

  private func product(
    _ x: Tensor, _ kernels: WinogradKernels, _ geometry: ConvolutionGeometry, bias: Tensor?,
    _ activation: Activation
  ) -> Tensor {
    let (channels, outputs) = (geometry.channels, geometry.outputChannels)
    let y = Tensor(uninitialized: geometry.outputShape, layout: .channelsLast)
    let tiles = WinogradTiles(form, geometry)
    let count = tiles.groupSize * tiles.columns
    // Point (1, 1) of a tile enters all its results with the factor 1.
    let biasPoint = form.inputSize + 1
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
            gannet_matrix(start: point == biasPoint ? start : zeros.pointer, ld: 0),
            results.matrix(point), rows.count * tiles.columns, channels, outputs)
        }
        results.transformBack(to: y, rows, tiles, form.output, activation)
      }
    }
    return withExtendedLifetime((x.storage, bias?.storage, zeros.storage)) { y }
  }

  func weightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
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
        // Each plane adds up its own: the order of a sum is that of the groups.
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
