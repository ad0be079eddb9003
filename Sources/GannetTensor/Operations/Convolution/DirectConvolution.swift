import CGannetKernels

/// Direct convolution, which reads inputs in place, for few channels, where im2col would cost more
/// than the products.
struct DirectConvolution {
  private let geometry: ConvolutionGeometry
  private let inputShape: Shape

  init(_ geometry: ConvolutionGeometry) {
    inputShape = geometry.inputShape
    self.geometry = geometry.joined
  }

  func fill(_ y: FusedResult, _ x: Tensor, weight: Tensor, bias: Tensor?) {
    let kernels = weight.form(.panels(groups: geometry.groups, mirrored: false)) {
      weight.grouped(geometry.groups).permuted([0, 3, 4, 2, 1]).panels()
    }
    fill(y, x, kernels, geometry, bias: bias)
  }

  func inputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    if geometry.canScatter { return scatteredInputGradient(dy, weight: weight) }
    let kernels = weight.form(.panels(groups: geometry.groups, mirrored: true)) {
      weight.flipped(along: 2).flipped(along: 3).grouped(geometry.groups)
        .permuted([0, 3, 4, 1, 2]).panels()
    }
    let dx = FusedResult(inputShape, layout: .channelsLast)
    fill(dx, dy, kernels, geometry.mirrored, bias: nil)
    return dx.result
  }

  private func fill(
    _ y: FusedResult, _ x: Tensor, _ kernels: Tensor, _ geometry: ConvolutionGeometry, bias: Tensor?
  ) {
    let strips = Strips(x, geometry)
    let (groupOutputs, pixelStride) = (geometry.groupOutputs, y.product.strides[3])
    let (target, weights, start) = (y.product.pointer, kernels.pointer, bias?.pointer)
    strips.visit { strip in
      for band in geometry.bands(of: strip.rows) {
        let row = band.rows.lowerBound - strip.rows.lowerBound
        let first = strip.firstPixel + row * geometry.outputWidth
        let block = target + first * pixelStride
        let skipped = band.kernelRows.lowerBound * strip.tapsPerRow
        for group in 0..<geometry.groups {
          strip.taps.withUnsafeBufferPointer { taps in
            gannet_multiply_rows(
              strip.start + row * strip.rowStep + group * geometry.groupChannels,
              gannet_rows(
                height: band.rows.count, width: geometry.outputWidth, row_step: strip.rowStep,
                step: strip.step, taps: taps.baseAddress! + skipped,
                tap_count: band.kernelRows.count * strip.tapsPerRow, run: strip.run, adding: false),
              weights + group * kernels.strides[0] + skipped * strip.run * panelWidth,
              kernels.strides[1],
              start.map { UnsafePointer($0 + group * groupOutputs) }, block + group * groupOutputs,
              pixelStride, groupOutputs)
          }
        }
        y.finish(pixels: first..<first + band.rows.count * geometry.outputWidth)
      }
    }
    withExtendedLifetime((x.storage, kernels.storage, bias?.storage)) {}
  }

  /// Adds each output pixel's gradient times a kernel row to the pixels under it: with few
  /// channels, a row fills vectors where a pixel would not. Its padding adds zeros to the next
  /// pixels.
  private func scatteredInputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    let dx = Tensor(uninitialized: inputShape, layout: .channelsLast)
    let (outputs, run) = (geometry.outputChannels, geometry.kernel.width * geometry.channels)
    let kernels = weight.permuted([2, 0, 3, 1]).panels(rows: 1)
    let width = (run + 7) & ~7
    let rows = PaddedRows(geometry)
    let (size, strides, pixelStride) = (dx.strides[0], kernels.strides, dy.strides[3])
    ThreadPool.shared.forEach(geometry.batch, by: max(1, elementwiseChunk / max(1, size))) {
      range in
      let padded = Storage(count: geometry.height * rows.size + 8)
      for image in range {
        let target = padded.pointer
        target.update(repeating: 0, count: geometry.height * rows.size)
        let gradient = dy.pointer + image * dy.strides[0]
        for kernelRow in 0..<geometry.kernel.height {
          let under = geometry.outputRows(under: kernelRow)
          let top =
            under.lowerBound * geometry.stride.height - geometry.padding.top
            + kernelRow * geometry.dilation.height
          withUnsafePointer(to: 0) { whole in
            let form = gannet_rows(
              height: under.count, width: 1, row_step: geometry.outputWidth * pixelStride, step: 0,
              taps: whole, tap_count: 1, run: outputs, adding: true)
            for column in 0..<geometry.outputWidth where !under.isEmpty {
              gannet_multiply_rows(
                gradient + (under.lowerBound * geometry.outputWidth + column) * pixelStride, form,
                kernels.pointer + kernelRow * strides[0], strides[1], nil,
                target + top * rows.size + column * geometry.stride.width * geometry.channels,
                geometry.stride.height * rows.size, width)
            }
          }
        }
        rows.copy(target, to: dx.pointer + image * size)
      }
    }
    return withExtendedLifetime((dy.storage, kernels.storage)) { dx }
  }

  func weightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
    let strips = Strips(x, geometry)
    let (groupOutputs, pixelStride) = (geometry.groupOutputs, dy.strides[3])
    let size = geometry.groups * geometry.patchSize * groupOutputs
    let lanes = strips.lanes.sums([size])
    let (gradient, sums) = (dy.pointer, lanes.pointer)
    strips.forEachLane { lane, strip in
      for (index, tap) in strip.taps.enumerated() {
        let rows = geometry.outputRows(under: index / strip.tapsPerRow).clamped(to: strip.rows)
        let row = rows.lowerBound - strip.rows.lowerBound
        let pixels = gannet_pixels(
          height: rows.count, width: geometry.outputWidth, row_step: strip.rowStep,
          step: strip.step, ld_y: pixelStride)
        for group in 0..<geometry.groups {
          gannet_add_outer(
            strip.start + row * strip.rowStep + group * geometry.groupChannels + tap, pixels,
            gradient + (strip.firstPixel + row * geometry.outputWidth) * pixelStride
              + group * groupOutputs,
            sums + lane * size + (group * geometry.patchSize + index * strip.run) * groupOutputs,
            groupOutputs, strip.run, groupOutputs)
        }
      }
    }
    let shape: Shape = [
      geometry.groups, geometry.kernel.height, geometry.kernel.width, geometry.groupChannels,
      groupOutputs,
    ]
    return withExtendedLifetime((x.storage, dy.storage)) {
      Lanes.total(lanes, as: shape).permuted([0, 4, 3, 1, 2]).contiguous()
        .reshaped(to: geometry.weightShape)
    }
  }
}

/// The rows of an image with room for the kernel's overhang at the sides.
private struct PaddedRows {
  private let geometry: ConvolutionGeometry
  /// Floats in a row.
  let size: Int

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    let reach = (geometry.outputWidth - 1) * geometry.stride.width + geometry.kernel.width
    size = max(geometry.padding.left + geometry.width, reach) * geometry.channels
  }

  /// Copies the part inside the image.
  func copy(_ padded: UnsafePointer<Float>, to image: UnsafeMutablePointer<Float>) {
    let rowSize = geometry.width * geometry.channels
    for row in 0..<geometry.height {
      (image + row * rowSize).update(
        from: padded + row * size + geometry.padding.left * geometry.channels, count: rowSize)
    }
  }
}

extension ConvolutionGeometry {
  /// Whether a kernel row is contiguous and its channels do not fill vectors.
  var canScatter: Bool { groups == 1 && dilation.width == 1 && channels < 8 }

  /// Output rows in bands for which the same kernel rows are inside the image.
  fileprivate func bands(
    of rows: Range<Int>
  ) -> [(rows: Range<Int>, kernelRows: Range<Int>)] {
    var bands: [(rows: Range<Int>, kernelRows: Range<Int>)] = []
    for row in rows {
      let kernelRows = kernelRows(at: row)
      if let last = bands.last, last.kernelRows == kernelRows {
        bands[bands.count - 1].rows = last.rows.lowerBound..<row + 1
      } else {
        bands.append((row..<row + 1, kernelRows))
      }
    }
    return bands
  }
}

extension Tensor {
  /// Weights `[O, C, kh, kw]` as `[groups, O / groups, C, kh, kw]`, a view, of any strides.
  fileprivate func grouped(_ groups: Int) -> Tensor {
    var strides = Strides(repeating: 0)
    strides[0] = shape[0] / groups * self.strides[0]
    for axis in 0..<4 { strides[axis + 1] = self.strides[axis] }
    return Tensor(
      shape: [groups, shape[0] / groups, shape[1], shape[2], shape[3]], strides: strides,
      layout: .strided, offset: offset, storage: storage)
  }
}
