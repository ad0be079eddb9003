import GannetData

/// A gzip file.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  bytes.withUnsafeBytes { Deflate.compress($0, wrapper: .gzip) }
}

/// An IDX file of bytes.
func idx(_ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(shape.count)]
    + shape.flatMap { size in stride(from: 24, through: 0, by: -8).map { UInt8(size >> $0 & 255) } }
    + bytes
}
