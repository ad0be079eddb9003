extension [UInt8] {
  /// Bytes that `fill` writes to the memory it is given, of which it returns how many it wrote.
  ///
  /// The memory is not cleared first, so that pages nobody writes to are never taken.
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
