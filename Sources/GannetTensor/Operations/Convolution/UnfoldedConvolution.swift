import CGannetKernels

/// Convolution by one product of all patches of the batch with the weights where they lie.
///
/// A patch is a row in the weights' own order, `[C, kh, kw]`, so that no copy of the weights or of
/// their gradient is made, and products are cut over outputs and weights alone: each weight is read
/// once a pass. For few pixels and many weights, of one group.
struct UnfoldedConvolution {
  private let geometry: ConvolutionGeometry

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
  }

  /// Whether the path computes `geometry`.
  static func supports(_ geometry: ConvolutionGeometry) -> Bool { geometry.groups == 1 }

  func fill(_ y: FusedResult, _ x: Tensor, weight: Tensor, bias: Tensor?) {
    let (weights, bias) = (weight.contiguous(), bias?.contiguous())
    let (columns, storage) = unfolded(x)
    BLAS.multiply(
      columns,
      byWeight: weights.reshaped(to: [geometry.outputChannels, geometry.patchSize]),
      into: y.product.pointer, stride: y.product.strides[3], rows: geometry.outputPixels,
      start: bias.map { .rows($0.pointer) } ?? .zeros
    ) { block in
      y.finish(pixels: block.rows, channels: block.columns)
    }
    withExtendedLifetime((storage, weights.storage, bias?.storage)) {}
  }

  func inputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    let (patchSize, weights) = (geometry.patchSize, weight.contiguous())
    let images = Tensor(uninitialized: geometry.inputShape, layout: .channelsLast)
    let columns =
      geometry.isPointwise
      ? images.storage : Storage(count: geometry.outputPixels * patchSize)
    BLAS.multiply(
      BLAS.Operand(dy.pointer, stride: dy.strides[3]),
      BLAS.Operand(weights.pointer, stride: patchSize),
      into: columns.pointer, stride: patchSize, m: geometry.outputPixels, n: patchSize,
      k: geometry.outputChannels)
    if !geometry.isPointwise { fold(columns, to: images) }
    return withExtendedLifetime((dy.storage, weights.storage, columns)) { images }
  }

  func weightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
    let (patchSize, (columns, storage)) = (geometry.patchSize, unfolded(x))
    let gradient = Tensor(uninitialized: geometry.weightShape)
    BLAS.multiply(
      BLAS.Operand(dy.pointer, stride: dy.strides[3], transposed: true), columns,
      into: gradient.pointer, stride: patchSize, m: geometry.outputChannels, n: patchSize,
      k: geometry.outputPixels)
    return withExtendedLifetime((dy.storage, storage)) { gradient }
  }

  /// The patches of `x`, `[N · H' · W', C · kh · kw]`: its pixels, or copies in the storage.
  private func unfolded(_ x: Tensor) -> (columns: BLAS.Operand, storage: Storage) {
    let (patches, patchSize) = (Patches(x, geometry), geometry.patchSize)
    if patches.arePixels {
      return (BLAS.Operand(x.pointer, stride: x.strides[3]), x.storage)
    }
    let (width, taps, channels) = (geometry.outputWidth, geometry.taps, geometry.channels)
    let columns = Storage(count: geometry.outputPixels * patchSize)
    ThreadPool.shared.forEach(geometry.batch * geometry.outputHeight, by: chunkRows) { rows in
      let scratch = Storage(count: width * patchSize)
      for row in rows {
        _ = patches.columns(row..<row + 1, 0, in: scratch.pointer)
        for pixel in 0..<width {
          gannet_transpose(
            scratch.pointer + pixel * patchSize, channels,
            columns.pointer + (row * width + pixel) * patchSize, taps, channels, taps)
        }
      }
    }
    return withExtendedLifetime(x.storage) {
      (BLAS.Operand(columns.pointer, stride: patchSize), columns)
    }
  }

  /// The adjoint of the copies: adds the patches up to `images`.
  private func fold(_ columns: Storage, to images: Tensor) {
    let (patches, patchSize) = (Patches(images, geometry), geometry.patchSize)
    let (width, taps, channels) = (geometry.outputWidth, geometry.taps, geometry.channels)
    let imageSize = geometry.height * geometry.width * channels
    // Patches overlap, so one thread works on a whole image.
    ThreadPool.shared.forEach(chunks: geometry.batch) { image in
      (images.pointer + image * imageSize).update(repeating: 0, count: imageSize)
      let scratch = Storage(count: width * patchSize)
      for row in image * geometry.outputHeight..<(image + 1) * geometry.outputHeight {
        for pixel in 0..<width {
          gannet_transpose(
            columns.pointer + (row * width + pixel) * patchSize, taps,
            scratch.pointer + pixel * patchSize, channels, taps, channels)
        }
        patches.add(scratch.pointer, row..<row + 1, 0)
      }
    }
    withExtendedLifetime((columns, images.storage)) {}
  }

  /// Output rows in a chunk of copies.
  private var chunkRows: Int {
    max(1, elementwiseChunk / max(1, geometry.outputWidth * geometry.patchSize))
  }
}
