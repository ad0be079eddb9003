extension [UInt8] {
  /// Makes an array of the bytes that `fill` writes; it returns their number.
  ///
  /// The memory is not cleared, so that untouched pages are never allocated.
  package init(
    capacity: Int, filledBy fill: (UnsafeMutableRawBufferPointer) throws -> Int
  ) rethrows {
    guard capacity > 0 else {  // see `Array(uninitialized:initializedBy:)`
      self = []
      _ = try fill(UnsafeMutableRawBufferPointer(start: nil, count: 0))
      return
    }
    try self.init(unsafeUninitializedCapacity: capacity) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: capacity)
      count = try fill(bytes)
    }
  }
}
