import Foundation
import GannetTensor

/// Reader and writer of NumPy's .npy files, as `numpy.save` writes them.
public enum NPY {
  /// Reads an array of numbers or Booleans.
  ///
  /// Half and single precision and integers up to 2^24 are exact; double precision is rounded to
  /// the nearest float. Both byte orders and both orders of axes (C and Fortran) are supported.
  ///
  /// - Throws: `FileError`, if the file is missing, damaged or of another format, or an integer has
  ///   no equal float.
  public static func read(from url: URL) throws -> Tensor { try readValues(from: url) }

  /// Reads an array of integers, or of floats with integral values; values beyond 32 bits are an
  /// error.
  public static func readIntegers(from url: URL) throws -> IntTensor { try readValues(from: url) }

  /// Writes an array in single precision.
  ///
  /// An existing file is replaced only by a complete one.
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

  /// Reads the array that a stream consists of.
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
  /// The array with its axes in reverse order.
  fileprivate var withReversedAxes: Self {
    let sizes = Array(shape.reversed())
    let source = scalars
    // Strides of the source by axis of the result.
    let strides = shape.indices.reversed().map { shape[($0 + 1)...].reduce(1, *) }
    return Self(shape: Shape(sizes)) { source.copyView(sizes: sizes, strides: strides, to: $0) }
  }
}
