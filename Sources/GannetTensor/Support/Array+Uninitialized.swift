extension Array where Element: BitwiseCopyable {
  /// An array of `count` elements, which `initialize` sets through the address of the first.
  ///
  /// Without elements it is the literal `[]`, and `initialize` is not called: the standard library's own
  /// initializer writes the count 0 into the storage that all empty arrays of the process share, a
  /// data race with every thread that reads it.
  package init(
    uninitialized count: Int,
    initializedBy initialize: (UnsafeMutablePointer<Element>) throws -> Void
  ) rethrows {
    guard count > 0 else {
      self = []
      return
    }
    try self.init(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      try initialize(buffer.baseAddress!)
      initializedCount = count
    }
  }
}
