extension Array where Element: BitwiseCopyable {
  /// Makes an array of `count` elements, which `initialize` sets through the address of the first.
  ///
  /// For `count` 0 it is `[]`, and `initialize` is not called: the standard library's initializer
  /// would write the count into the storage that all empty arrays share, a data race.
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
