import CGannetKernels

/// A matrix for each point of a tile: of tiles by channels, or, of kernels, of channels by channels.
struct WinogradPlanes {
  private let form: WinogradForm
  private let storage: Storage
  private let channels: Int
  private let stride: Int
  /// Floats from row to row of a matrix.
  let rowStride: Int

  /// Planes with `rows` rows of any contents.
  init(_ form: WinogradForm, rows: Int, channels: Int) {
    self.form = form
    self.channels = channels
    // Multiples of a large power of two would all want the same few places in the cache.
    let padded = (channels + 7) & ~7
    rowStride = padded % 64 == 0 ? padded + 16 : padded
    stride = rows * rowStride + 16
    storage = Storage(count: form.points * stride)
  }

  /// The matrix of `point`.
  func pointer(_ point: Int) -> UnsafeMutablePointer<Float> { storage.pointer + point * stride }

  func clear() {
    ThreadPool.shared.forEach(form.points * stride, by: elementwiseChunk) { range in
      (storage.pointer + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  // MARK: Images

  /// Fills the planes with the transforms of `rows`, rows of tiles that begin `padding` in front of the pixels of
  /// `images`.
  func transform(
    _ images: Tensor, _ rows: Range<Int>, _ tiles: WinogradTiles, padding: Padding2D = 0,
    _ transform: gannet_transform
  ) {
    forEachRow(rows, tiles) { row, scratch in
      let (image, top) = tiles.place(of: row)
      gannet_to_planes(
        transform, images.pointer + image * images.strides[0],
        shape(of: images, tiles, top: top - padding.top, left: -padding.left), scratch,
        storage.pointer + (row - rows.lowerBound) * tiles.columns * rowStride)
    }
  }

  /// The reverse, followed by `activation`: fills the pixels of `images` under `rows`.
  func transformBack(
    to images: Tensor, _ rows: Range<Int>, _ tiles: WinogradTiles, _ transform: gannet_transform,
    _ activation: Activation
  ) {
    forEachRow(rows, tiles) { row, scratch in
      let (image, top) = tiles.place(of: row)
      let pixels = images.pointer + image * images.strides[0]
      gannet_from_planes(
        transform, storage.pointer + (row - rows.lowerBound) * tiles.columns * rowStride,
        shape(of: images, tiles, top: top, left: 0), scratch, pixels)
      let height = min(form.outputSize, images.shape[2] - top)
      activation.apply(pixels + top * images.strides[2], height * images.strides[2])
    }
  }

  private func forEachRow(
    _ rows: Range<Int>, _ tiles: WinogradTiles, _ body: (Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let size = form.points * tiles.columns * rowStride
    ThreadPool.shared.forEach(rows.count, by: max(1, elementwiseChunk / size)) { range in
      let scratch = Storage(count: form.points * rowStride)
      for index in range { body(rows.lowerBound + index, scratch.pointer) }
    }
  }

  private func shape(of images: Tensor, _ tiles: WinogradTiles, top: Int, left: Int) -> gannet_tiles
  {
    gannet_tiles(
      height: images.shape[2], width: images.shape[3], row_step: images.strides[2],
      step: images.strides[3], channels: channels, top: top, left: left, tiles: tiles.columns,
      tile_step: form.outputSize, plane: stride, ld: rowStride)
  }

  // MARK: Kernels

  /// Planes of the kernels `[rows, kh, kw, channels]`, contiguous, or of their mirror images.
  init(_ form: WinogradForm, kernels: Tensor, mirrored: Bool = false) {
    self.init(form, rows: kernels.shape[0], channels: kernels.shape[3])
    // A mirror image begins at the last element and goes backwards.
    let (first, sign) = mirrored ? ((form.kernelElements - 1) * channels, -1) : (0, 1)
    forEachKernel(of: kernels, sign) { kernel, shape, scratch, planes in
      gannet_to_planes(form.kernel, kernel + first, shape, scratch, planes)
    }
  }

  /// The reverse, of planes that have `rows` rows: `[rows, kh, kw, channels]`.
  func kernels(rows: Int) -> Tensor {
    let kernels = Tensor(uninitialized: [rows, form.kernelSize, form.kernelSize, channels])
    forEachKernel(of: kernels, 1) { kernel, shape, scratch, planes in
      gannet_from_planes(form.kernel, planes, shape, scratch, kernel)
    }
    return kernels
  }

  private func forEachKernel(
    of kernels: Tensor, _ sign: Int,
    _ body: (
      UnsafeMutablePointer<Float>, gannet_tiles, UnsafeMutablePointer<Float>,
      UnsafeMutablePointer<Float>
    ) -> Void
  ) {
    let (rows, size) = (kernels.shape[0], form.kernelSize)
    // A kernel is an image of a single tile.
    let shape = gannet_tiles(
      height: size, width: size, row_step: sign * size * channels, step: sign * channels,
      channels: channels, top: 0, left: 0, tiles: 1, tile_step: 0, plane: stride, ld: rowStride)
    let start = kernels.pointer
    ThreadPool.shared.forEach(
      rows, by: max(1, elementwiseChunk / max(1, form.points * channels))
    ) { range in
      let scratch = Storage(count: form.points * rowStride)
      for row in range {
        body(
          start + row * form.kernelElements * channels, shape, scratch.pointer,
          storage.pointer + row * rowStride)
      }
    }
    withExtendedLifetime(kernels.storage) {}
  }
}
