import CGannetKernels

/// Convolution by im2col and matrix products: each output pixel's patch of the input is a row.
///
/// The exact path, for every kernel, stride, padding, dilation and group. It works by blocks of
/// output rows, whose columns stay in the cache.
struct ColumnConvolution {
  let geometry: ConvolutionGeometry
  /// Rows of output pixels in a block, which may span images.
  private let blockRows: Int

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    let limits = Tuning.columnPixels
    let inCache = min(
      limits.upperBound, max(limits.lowerBound, Tuning.columnBlock / max(1, geometry.patchSize)))
    // Small problems make four blocks.
    let pixels = min(inCache, max(16, geometry.outputPixels / 4))
    let rows = geometry.batch * geometry.outputHeight
    let wanted = rows / max(1, pixels / geometry.outputWidth)
    // An even number of equal blocks, so that two threads end at the same time.
    let count = wanted > 1 ? (wanted + 1) & ~1 : 1
    blockRows = max(1, (rows + count - 1) / count)
  }

  private var outputRows: Int { geometry.batch * geometry.outputHeight }
  var blockCount: Int { (outputRows + blockRows - 1) / blockRows }

  func fill(_ y: FusedResult, _ x: Tensor, weight: Tensor, bias: Tensor?) {
    let weights = weight.channelsLast()
    let (patchSize, groupOutputs) = (geometry.patchSize, geometry.groupOutputs)
    let input = Patches(x, geometry)
    let (weightPointer, biasPointer, target) = (weights.pointer, bias?.pointer, y.product.pointer)
    let pixelStride = y.product.strides[3]
    BLAS.withOneThread {
      ThreadPool.shared.forEach(outputRows, by: blockRows) { rows in
        let columns = Storage(count: rows.count * geometry.outputWidth * patchSize)
        let pixels = rows.scaled(by: geometry.outputWidth)
        let block = target + pixels.lowerBound * pixelStride
        for group in 0..<geometry.groups {
          let first = group * groupOutputs
          BLAS.gemm(
            input.columns(rows, group, in: columns.pointer),
            BLAS.Operand(weightPointer + first * patchSize, stride: patchSize, transposed: true),
            block + first, pixelStride, pixels.count, groupOutputs, patchSize,
            start: biasPointer.map { .rows($0 + first) } ?? .zeros)
        }
        y.finish(pixels: pixels)
      }
    }
    withExtendedLifetime((x.storage, weights.storage, bias?.storage)) {}
  }

  func inputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    let dx = Tensor(uninitialized: geometry.inputShape, layout: .channelsLast)
    let weights = weight.channelsLast()
    let (patchSize, groupOutputs) = (geometry.patchSize, geometry.groupOutputs)
    let target = Patches(dx, geometry)
    let (weightPointer, gradient, pixelStride) = (weights.pointer, dy.pointer, dy.strides[3])
    // Patches overlap, so one thread works on a whole image.
    let images = max(1, (blockRows + geometry.outputHeight - 1) / geometry.outputHeight)
    let blockRows = images > 1 ? images * geometry.outputHeight : self.blockRows
    let imageSize = geometry.channels * geometry.height * geometry.width
    BLAS.withOneThread {
      ThreadPool.shared.forEach(geometry.batch, by: images) { range in
        if !target.arePixels {
          (dx.pointer + range.lowerBound * imageSize).update(
            repeating: 0, count: range.count * imageSize)
        }
        let columns = Storage(count: blockRows * geometry.outputWidth * patchSize)
        let end = range.upperBound * geometry.outputHeight
        for first in stride(
          from: range.lowerBound * geometry.outputHeight, to: end, by: blockRows)
        {
          let rows = first..<min(end, first + blockRows)
          let block = gradient + first * geometry.outputWidth * pixelStride
          for group in 0..<geometry.groups {
            let start = group * groupOutputs
            BLAS.gemm(
              BLAS.Operand(block + start, stride: pixelStride),
              BLAS.Operand(weightPointer + start * patchSize, stride: patchSize),
              target.arePixels ? target.pixels(rows, group) : columns.pointer,
              target.arePixels ? geometry.channels : patchSize,
              rows.count * geometry.outputWidth, patchSize, groupOutputs)
            if !target.arePixels { target.add(columns.pointer, rows, group) }
          }
        }
      }
    }
    return withExtendedLifetime((dy.storage, weights.storage)) { dx }
  }

  func weightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
    let (outputs, patchSize) = (geometry.outputChannels, geometry.patchSize)
    let groupOutputs = geometry.groupOutputs
    // Each lane adds up its own blocks; fewer lanes for many weights, since each holds as many
    // sums.
    let size = outputs * patchSize
    let most = min(Lanes.maximumCount, blockCount, max(2, Tuning.columnSums / max(1, size)))
    let lanes = Lanes(of: blockCount, count: most >= 8 ? 8 : most >= 4 ? 4 : min(2, most))
    let laneSums = lanes.sums([size])
    let input = Patches(x, geometry)
    let (gradient, pixelStride, sums) = (dy.pointer, dy.strides[3], laneSums.pointer)
    BLAS.withOneThread {
      lanes.forEachLane { lane, blocks in
        let columns = Storage(count: blockRows * geometry.outputWidth * patchSize)
        for block in blocks {
          let first = block * blockRows
          let rows = first..<min(outputRows, first + blockRows)
          for group in 0..<geometry.groups {
            let start = group * groupOutputs
            BLAS.gemm(
              BLAS.Operand(
                gradient + first * geometry.outputWidth * pixelStride + start,
                stride: pixelStride, transposed: true),
              input.columns(rows, group, in: columns.pointer),
              sums + lane * size + start * patchSize, patchSize, groupOutputs, patchSize,
              rows.count * geometry.outputWidth, start: .result)
          }
        }
      }
    }
    return withExtendedLifetime((dy.storage, x.storage)) {
      Lanes.total(
        laneSums,
        as: [outputs, geometry.kernel.height, geometry.kernel.width, geometry.groupChannels]
      ).permuted([0, 3, 1, 2]).contiguous()
    }
  }
}
