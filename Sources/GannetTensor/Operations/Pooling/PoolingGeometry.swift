import CGannetKernels

/// The windows of a pooling of images `[N, C, H, W]`, and the loops over them.
struct PoolingGeometry {
  /// `[N, C, H, W]`.
  let input: Shape
  private let rows: PoolingAxis
  private let columns: PoolingAxis

  /// `[N, C, H', W']`.
  var output: Shape { [input[0], input[1], rows.count, columns.count] }

  /// Stops unless `x` is images and the kernel fits into the padded image.
  init(
    _ operation: StaticString, _ x: Shape, kernel: Size2D, stride: Size2D, padding: Padding2D,
    ceilMode: Bool, countsPadding: Bool
  ) {
    guard x.rank == 4 else { failShape(operation, x, expected: "[N, C, H, W]") }
    for (name, size) in [("kernelSize", kernel), ("stride", stride)]
    where min(size.height, size.width) < 1 {
      fail("\(operation): \(name) \(size), expected 1 or more")
    }
    // A window of padding alone has no maximum.
    guard padding.smallest >= 0, max(padding.top, padding.bottom) <= kernel.height / 2,
      max(padding.left, padding.right) <= kernel.width / 2
    else {
      fail("\(operation): padding \(padding), expected at most half of the kernel, \(kernel)")
    }
    let padded = Size2D(x[2] + padding.vertical, x[3] + padding.horizontal)
    guard kernel.height <= padded.height, kernel.width <= padded.width, min(x[2], x[3]) > 0 else {
      fail(
        "\(operation): shape \(x) and the kernel don't fit: it is \(kernel), the padded image "
          + "\(padded)")
    }
    input = x
    rows = PoolingAxis(
      size: x[2], kernel: kernel.height, stride: stride.height, before: padding.top,
      after: padding.bottom, ceilMode: ceilMode, countsPadding: countsPadding)
    columns = PoolingAxis(
      size: x[3], kernel: kernel.width, stride: stride.width, before: padding.left,
      after: padding.right, ceilMode: ceilMode, countsPadding: countsPadding)
  }

  /// Makes adaptive windows for results of `outputSize`.
  init(_ operation: StaticString, _ x: Shape, outputSize: Size2D) {
    guard x.rank == 4, min(x[2], x[3]) > 0 else {
      failShape(operation, x, expected: "[N, C, H, W] with pixels")
    }
    guard min(outputSize.height, outputSize.width) > 0 else {
      fail("\(operation): outputSize \(outputSize), expected 1 or more")
    }
    input = x
    rows = PoolingAxis(size: x[2], count: outputSize.height)
    columns = PoolingAxis(size: x[3], count: outputSize.width)
  }

  /// The size of the largest window.
  var windowSize: Int { rows.largest * columns.largest }

  /// Calls `body` with ranges of the outputs' rows, counted over all images, on the pool's threads.
  ///
  /// - Parameters:
  ///   - x: The input.
  ///   - y: The result.
  func forEachOutput(
    from x: Tensor, to y: Tensor, _ body: (UnsafePointer<gannet_pooling>, Range<Int>) -> Void
  ) {
    forEachRow(of: output, x.strides[3], y.strides[3], ([], []), body)
  }

  /// Calls `body` with ranges of the inputs' rows, counted over all images, on the pool's threads;
  /// for the backward pass from `dy`, the result's gradient.
  func forEachInput(
    from dy: Tensor, _ body: (UnsafePointer<gannet_pooling>, Range<Int>) -> Void
  ) {
    forEachRow(of: input, input[1], dy.strides[3], (rows.owners(), columns.owners()), body)
  }

  /// - Parameters:
  ///   - inputStride: The distance of neighbouring pixels of the input.
  ///   - outputStride: That of the result's, or its gradient's.
  ///   - owners: Those of the rows and columns, which the backward pass alone needs.
  private func forEachRow(
    of shape: Shape, _ inputStride: Int, _ outputStride: Int,
    _ owners: (rows: [gannet_span], columns: [gannet_span]),
    _ body: (UnsafePointer<gannet_pooling>, Range<Int>) -> Void
  ) {
    let count = shape[0] * shape[2]
    guard count > 0, input[1] > 0 else { return }
    let chunk = max(
      1, elementwiseChunk * count / max(1, max(input.elementCount, output.elementCount)))
    withForm(inputStride, outputStride, owners) { form in
      ThreadPool.shared.forEach(count, by: chunk) { body(form, $0) }
    }
  }

  private func withForm(
    _ inputStride: Int, _ outputStride: Int,
    _ owners: (rows: [gannet_span], columns: [gannet_span]),
    _ body: (UnsafePointer<gannet_pooling>) -> Void
  ) {
    rows.windows.withUnsafeBufferPointer { rowWindows in
      columns.windows.withUnsafeBufferPointer { columnWindows in
        owners.rows.withUnsafeBufferPointer { rowOwners in
          owners.columns.withUnsafeBufferPointer { columnOwners in
            rows.shares.withUnsafeBufferPointer { rowShares in
              columns.shares.withUnsafeBufferPointer { columnShares in
                var form = gannet_pooling(
                  height: input[2], width: input[3], channels: input[1], ld: inputStride,
                  ld_y: outputStride, out_height: rows.count, out_width: columns.count,
                  window_width: columns.largest, rows: rowWindows.baseAddress,
                  columns: columnWindows.baseAddress, row_owners: rowOwners.baseAddress,
                  column_owners: columnOwners.baseAddress, row_shares: rowShares.baseAddress,
                  column_shares: columnShares.baseAddress)
                body(&form)
              }
            }
          }
        }
      }
    }
  }
}
