import GannetTensor

/// Type and shape of an array in a file, whose elements follow in row-major order.
struct StoredArray: Sendable {
  var scalarType: ScalarType
  var isBigEndian = false
  var shape: [Int]

  /// Size of all elements in bytes, or nil where no tensor can have the shape.
  var byteCount: Int? {
    guard let count = Shape.elementCount(checking: shape) else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: scalarType.size)
    return overflow ? nil : bytes
  }

  /// Reads the elements, which come next in `stream`, into a tensor.
  ///
  /// The caller has checked `byteCount` against the file's size. `name` denotes the array in
  /// errors.
  func read<Values: BatchTensor>(from stream: any ByteStream, name: String) throws -> Values
  where Values.Scalar: FileScalar {
    try Values(shape: Shape(shape)) { scalars in
      if scalarType == .float32, !isBigEndian, Values.Scalar.self == Float.self {
        try stream.fill(UnsafeMutableRawBufferPointer(scalars), of: name)
      } else {
        try convert(stream, to: scalars, name: name)
      }
    }
  }

  private func convert<Scalar: FileScalar>(
    _ stream: any ByteStream, to scalars: UnsafeMutableBufferPointer<Scalar>, name: String
  ) throws {
    let pieceSize = 1 << 16
    for start in stride(from: 0, to: scalars.count, by: pieceSize) {
      let piece = UnsafeMutableBufferPointer(rebasing: scalars[start...].prefix(pieceSize))
      let bytes = try stream.bytes(piece.count * scalarType.size, of: name)
      let failure = bytes.withUnsafeBytes {
        scalarType.convert($0, isBigEndian: isBigEndian, to: piece)
      }
      if let failure {
        throw FileError(
          .unsupported, path: stream.path,
          "element \(start + failure) of \(name), of type \(scalarType), has no \(Scalar.self)")
      }
    }
  }
}
