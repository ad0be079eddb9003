import GannetTensor

/// A tensor of a PyTorch file: a view of a storage, of which it need not be a contiguous part.
///
/// Its elements lie within the storage, and are no more than the storage has, so that a small file
/// cannot hold a tensor of any size by strides of zero.
struct PyTorchView: Hashable {
  let scalarType: ScalarType
  /// The storage's name in the archive.
  let key: String
  /// The number of the storage's elements.
  let storageCount: Int
  let shape: [Int]
  private let strides: [Int]
  /// The elements from the first to the last one, in the storage.
  private let span: Range<Int>

  /// Makes a view; nil where the storage does not hold it.
  init?(
    scalarType: ScalarType, key: String, storageCount: Int, offset: Int, shape: [Int],
    strides: [Int]
  ) {
    guard shape.count == strides.count, let count = Shape.elementCount(checking: shape),
      count <= storageCount, offset >= 0, strides.allSatisfy({ $0 >= 0 })
    else { return nil }
    var last = offset
    for (size, stride) in zip(shape, strides) where count > 0 {
      let (distance, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (next, overflow2) = last.addingReportingOverflow(distance)
      guard !overflow, !overflow2 else { return nil }
      last = next
    }
    guard count == 0 || last < storageCount else { return nil }
    self.scalarType = scalarType
    self.key = key
    self.storageCount = storageCount
    self.shape = shape
    self.strides = strides
    span = count == 0 ? 0..<0 : offset..<last + 1
  }

  var count: Int { shape.reduce(1, *) }

  var byteCount: Int? {
    let (bytes, overflow) = storageCount.multipliedReportingOverflow(by: scalarType.size)
    return overflow ? nil : bytes
  }

  /// The elements, from the bytes of the storage. `name` denotes the tensor in errors.
  func values<Values: BatchTensor>(
    in storage: [UInt8], isBigEndian: Bool, path: String, name: String
  ) throws -> Values where Values.Scalar: FileScalar {
    let size = scalarType.size
    let stream = MemoryStream(
      storage[span.lowerBound * size..<span.upperBound * size], path: path)
    let isContiguous = count == 0 || Shape(shape).isRowMajor(strides)
    let stored = StoredArray(
      scalarType: scalarType, isBigEndian: isBigEndian, shape: isContiguous ? shape : [span.count])
    let values: Values = try stored.read(from: stream, name: name)
    guard !isContiguous else { return values }
    let scalars = values.scalars
    return Values(shape: Shape(shape)) {
      scalars.copyView(sizes: shape, strides: strides, to: $0)
    }
  }
}

extension Shape {
  /// Whether the strides are those of row-major order, in all axes of more than one element.
  fileprivate func isRowMajor(_ strides: [Int]) -> Bool {
    var expected = 1
    for (size, stride) in zip(self, strides).reversed() where size != 1 {
      guard stride == expected else { return false }
      expected *= size
    }
    return true
  }
}
