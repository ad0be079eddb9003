import CGannetKernels

/// A matrix for each point of a tile: of tiles by channels, or, for sums of products, of channels
/// by channels.
struct WinogradPlanes {
  let form: WinogradForm
  private let storage: Storage
  let channels: Int
  /// Floats from plane to plane.
  let stride: Int
  /// Floats from row to row of a matrix.
  let rowStride: Int

  /// Makes uninitialized planes of `rows` rows.
  init(_ form: WinogradForm, rows: Int, channels: Int) {
    self.form = form
    self.channels = channels
    // Avoids strides of large powers of two, which map to the same few cache sets.
    let padded = (channels + 7) & ~7
    rowStride = padded % 64 == 0 ? padded + 16 : padded
    stride = rows * rowStride + 16
    storage = Storage(count: form.points * stride)
  }

  /// The matrix of `point`.
  func pointer(_ point: Int) -> UnsafeMutablePointer<Float> { storage.pointer + point * stride }

  /// The matrix of `point` with its row stride, for the C kernels.
  func matrix(_ point: Int) -> gannet_matrix {
    gannet_matrix(start: pointer(point), ld: rowStride)
  }

  func clear() {
    ThreadPool.shared.forEach(storage.count, by: elementwiseChunk) { range in
      (storage.pointer + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  func add(_ other: WinogradPlanes) {
    ThreadPool.shared.forEach(storage.count, by: elementwiseChunk) { range in
      gannet_add_rows(
        other.storage.pointer + range.lowerBound, range.count,
        storage.pointer + range.lowerBound, 1, range.count)
    }
  }

  /// Transforms `rows`, rows of tiles that begin `padding` before the pixels of `images`, into the
  /// planes.
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

  /// Transforms the planes back into the pixels of `y` in `rows`, and applies its activation.
  func transformBack(
    to y: FusedResult, _ rows: Range<Int>, _ tiles: WinogradTiles, _ transform: gannet_transform
  ) {
    let images = y.product
    forEachRow(rows, tiles) { row, scratch in
      let (image, top) = tiles.place(of: row)
      let pixels = images.pointer + image * images.strides[0]
      gannet_from_planes(
        transform, storage.pointer + (row - rows.lowerBound) * tiles.columns * rowStride,
        shape(of: images, tiles, top: top, left: 0), scratch, pixels)
      let (height, width) = (images.shape[2], images.shape[3])
      let (first, count) = (image * height + top, min(form.outputSize, height - top))
      y.finish(pixels: (first..<first + count).scaled(by: width))
    }
  }

  private func forEachRow(
    _ rows: Range<Int>, _ tiles: WinogradTiles, _ body: (Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let size = form.points * tiles.columns * rowStride
    ThreadPool.shared.forEach(rows.count, by: max(1, elementwiseChunk / size)) { range in
      let scratch = Storage(count: (form.points + 1) * (channels + 7))
      for index in range { body(rows.lowerBound + index, scratch.pointer) }
    }
  }

  private func shape(of images: Tensor, _ tiles: WinogradTiles, top: Int, left: Int) -> gannet_tiles
  {
    gannet_tiles(
      height: images.shape[2], width: images.shape[3], row_step: images.strides[2],
      step: images.strides[3], channels: channels, top: top, left: left, tiles: tiles.columns,
      tile_step: form.outputSize, plane: stride, ld: rowStride,
      ahead: form.outputSize * images.strides[2], panel: panelWidth)
  }
}
