import Foundation
import GannetTensor

/// Arrays in NumPy's .npy files, as `numpy.save` writes them.
public enum NPY {
  /// Reads an array of numbers or truth values.
  ///
  /// Half and single precision and integers up to 2^24 keep their values; double precision is
  /// rounded to the nearest float. Either byte order and either order of the axes is understood.
  ///
  /// - Throws: `FileError`, if the file is missing, damaged or of another format, or has a value
  ///   that no float is equal to.
  public static func read(from url: URL) throws -> Tensor { try readValues(from: url) }

  /// Reads an array of integers, or of floats that are whole; values that 32 bits cannot hold are an
  /// error.
  public static func readIntegers(from url: URL) throws -> IntTensor { try readValues(from: url) }

  /// Writes an array in single precision.
  ///
  /// The file appears when it is complete; until then one that has its name stays as it was.
  ///
  /// - Throws: `FileError`, if the file cannot be written.
  public static func write(_ tensor: Tensor, to url: URL) throws {
    try OutputFile.write(to: url) { file in
      try file.write(NPYHeader.bytes(type: "<f4", shape: Array(tensor.shape)))
      try tensor.withScalars { try file.write(UnsafeRawBufferPointer($0)) }
    }
  }

  /// Writes an array of 32-bit integers.
  public static func write(_ tensor: IntTensor, to url: URL) throws {
    try OutputFile.write(to: url) { file in
      try file.write(NPYHeader.bytes(type: "<i4", shape: Array(tensor.shape)))
      try tensor.scalars.withUnsafeBytes { try file.write($0) }
    }
  }

  private static func readValues<Values: BatchTensor>(from url: URL) throws -> Values
  where Values.Scalar: FileScalar {
    let file = try InputFile(url)
    return try values(RangeStream(file, range: 0..<file.size), name: "the array")
  }

  /// The array that is the whole content of a stream.
  static func values<Values: BatchTensor>(
    _ stream: any ByteStream, name: String
  ) throws -> Values where Values.Scalar: FileScalar {
    let header = try NPYHeader(stream, name: name)
    guard header.isColumnMajor else {
      let values: Values = try header.array.read(from: stream, name: name)
      try stream.expectEnd()
      return values
    }
    var reversed = header.array
    reversed.shape.reverse()
    let values: Values = try reversed.read(from: stream, name: name)
    try stream.expectEnd()
    return values.withReversedAxes
  }
}

extension BatchTensor {
  /// The transpose: axis 0 becomes the last, and so on.
  fileprivate var withReversedAxes: Self {
    let sizes = Array(shape.reversed())
    let source = scalars
    // How far one step along each axis of the result goes in the source.
    let strides = shape.indices.reversed().map { shape[($0 + 1)...].reduce(1, *) }
    return Self(shape: Shape(sizes)) { target in
      var position = [Int](repeating: 0, count: sizes.count)
      var offset = 0
      for index in target.indices {
        target[index] = source[offset]
        for axis in sizes.indices.reversed() {
          position[axis] += 1
          offset += strides[axis]
          guard position[axis] == sizes[axis] else { break }
          offset -= strides[axis] * sizes[axis]
          position[axis] = 0
        }
      }
    }
  }
}
