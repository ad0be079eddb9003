/// A buffer of floats, shared by reference between tensors, from the buffer pool.
package final class Storage {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int
  private let sizeClass: Int
  /// Whether the freed buffer is kept in the pool for reuse.
  var isPooled = true
  /// The forms of the elements that are kept for repeated products, such as packed panels; nil for one
  /// that was made once. See ``WeightForm``.
  var forms: [WeightFormKey: (any WeightForm)?] = [:]

  /// Makes uninitialized storage for `count` floats.
  package init(count: Int) {
    let (buffer, sizeClass) = BufferPool.allocate(bytes: count * MemoryLayout<Float>.stride)
    self.pointer = buffer.assumingMemoryBound(to: Float.self)
    self.count = count
    self.sizeClass = sizeClass
  }

  deinit { BufferPool.release(pointer, sizeClass: sizeClass, isPooled: isPooled) }
}
