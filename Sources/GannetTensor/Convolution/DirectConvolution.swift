import CGannetKernels

/// Convolution by a kernel that reads its inputs where they lie: what few channels want, whose columns would
/// cost more than their products.
struct DirectConvolution {
  private let geometry: ConvolutionGeometry

  init(_ geometry: ConvolutionGeometry) { self.geometry = geometry }

  func result(_ x: Tensor, weight: Tensor, bias: Tensor?, activation: Activation) -> Tensor {
    // [groups, kh, kw, C / groups, O / groups]
    let kernels = weight.grouped(geometry.groups).permuted([0, 3, 4, 2, 1]).widened()
    return product(x, kernels, geometry, bias: bias, activation)
  }

  func inputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    let mirrored = weight.flipped(along: 2).flipped(along: 3).grouped(geometry.groups)
    return product(
      dy, mirrored.permuted([0, 3, 4, 1, 2]).widened(), geometry.mirrored, bias: nil, .identity)
  }

  private func product(
    _ x: Tensor, _ kernels: Tensor, _ geometry: ConvolutionGeometry, bias: Tensor?,
    _ activation: Activation
  ) -> Tensor {
    let y = Tensor(uninitialized: geometry.outputShape, layout: .channelsLast)
    let strips = Strips(x, geometry)
    let (outputs, groupOutputs) = (geometry.outputChannels, geometry.groupOutputs)
    let rowStride = kernels.strides[3]
    let (target, weights, start) = (y.pointer, kernels.pointer, bias?.pointer)
    strips.visit { strip in
      for band in geometry.bands(of: strip.rows) {
        let row = band.rows.lowerBound - strip.rows.lowerBound
        let block = target + (strip.firstPixel + row * geometry.outputWidth) * outputs
        let skipped = band.kernelRows.lowerBound * strip.tapsPerRow
        for group in 0..<geometry.groups {
          strip.taps.withUnsafeBufferPointer { taps in
            gannet_multiply_rows(
              strip.start + row * strip.rowStep + group * geometry.groupChannels,
              gannet_rows(
                height: band.rows.count, width: geometry.outputWidth, row_step: strip.rowStep,
                step: strip.step, taps: taps.baseAddress! + skipped,
                tap_count: band.kernelRows.count * strip.tapsPerRow, run: strip.run),
              weights + group * kernels.strides[0] + skipped * strip.run * rowStride, rowStride,
              start.map { UnsafePointer($0 + group * groupOutputs) }, block + group * groupOutputs,
              outputs, groupOutputs)
          }
        }
        activation.apply(block, band.rows.count * geometry.outputWidth * outputs)
      }
    }
    return withExtendedLifetime((x.storage, kernels.storage, bias?.storage)) { y }
  }

  func weightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
    let strips = Strips(x, geometry)
    let (outputs, groupOutputs) = (geometry.outputChannels, geometry.groupOutputs)
    let size = geometry.groups * geometry.patchSize * groupOutputs
    let laneCount = max(1, min(8, strips.count))
    let lanes = Tensor(zeros: [laneCount, size])
    let (gradient, sums) = (dy.pointer, lanes.pointer)
    strips.visit(lanes: laneCount) { lane, strip in
      for (index, tap) in strip.taps.enumerated() {
        let rows = geometry.outputRows(under: index / strip.tapsPerRow).clamped(to: strip.rows)
        let row = rows.lowerBound - strip.rows.lowerBound
        let pixels = gannet_pixels(
          height: rows.count, width: geometry.outputWidth, row_step: strip.rowStep,
          step: strip.step, ld_y: outputs)
        for group in 0..<geometry.groups {
          gannet_add_outer(
            strip.start + row * strip.rowStep + group * geometry.groupChannels + tap, pixels,
            gradient + (strip.firstPixel + row * geometry.outputWidth) * outputs
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
      lanes.addedUp(to: shape).permuted([0, 4, 3, 1, 2]).contiguous()
        .reshaped(to: geometry.weightShape)
    }
  }
}

extension ConvolutionGeometry {
  /// Rows of output pixels in bands, for which the same rows of the kernel lie on the image.
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

  /// A copy whose last axis fills vectors, with zeros that are not seen.
  fileprivate func widened() -> Tensor {
    let last = rank - 1
    let wide = Tensor(zeros: shape.replacing(last, with: (shape[last] + 7) & ~7))
    let copy = wide.sliced(0..<shape[last], along: last)
    copy.overwrite(with: self)
    return copy
  }
}
