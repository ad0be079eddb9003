import Foundation
import GannetTensor

/// An array of bytes from a file in the IDX format of MNIST, plain or compressed by gzip.
///
/// The file is a big-endian header (two zero bytes, the element type, the number of axes, and each
/// axis's length in four bytes), followed by the elements in row-major order. The only supported
/// element type is 8, unsigned bytes.
public struct IDX: Sendable {
  /// Lengths of the axes.
  public let shape: [Int]

  /// The elements in row-major order.
  public let bytes: [UInt8]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - rank: The required number of axes.
  /// - Throws: `FileError`, if the file is missing, damaged, shorter or longer than its header
  ///   declares, not IDX, or has another number of axes.
  public init(contentsOf url: URL, rank: Int) throws {
    let stream = try Gzip.stream(InputFile(url))
    shape = try Self.shape(from: stream, rank: rank)
    guard let count = Shape.elementCount(checking: shape) else {
      throw FileError(.corrupt, path: stream.path, "the shape \(shape) is impossible")
    }
    bytes = try stream.bytes(count, of: "\(shape) elements")
    try stream.expectEnd()
  }

  private static func shape(from stream: any ByteStream, rank: Int) throws -> [Int] {
    let magic = try stream.prefix(4)
    guard magic.prefix(2).allSatisfy({ $0 == 0 }), !magic.isEmpty else {
      throw FileSignature(magic + (try stream.prefix(FileSignature.length - magic.count)))?
        .error(stream.path, expected: "an IDX file")
        ?? FileError(
          .unsupported, path: stream.path, "this is not an IDX file: it begins with bytes \(magic)")
    }
    guard magic.count == 4 else {
      throw FileError(
        .truncated, path: stream.path, "the file has \(magic.count) bytes, fewer than 4")
    }
    guard magic[2] == 8 else {
      throw FileError(
        .unsupported, path: stream.path,
        "the elements are of IDX type \(magic[2]), where 8 (unsigned bytes) was expected")
    }
    guard magic[3] == rank else {
      throw FileError(
        .unsupported, path: stream.path,
        "the array has \(magic[3]) axes, where \(rank) were expected")
    }
    return try (0..<rank).map { _ in
      try stream.bytes(4, of: "axis length").reduce(0) { $0 << 8 | Int($1) }
    }
  }
}
