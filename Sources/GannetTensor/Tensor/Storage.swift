/// A buffer of floats, shared by reference between tensors, from the buffer pool.
package final class Storage {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int
  private let sizeClass: Int

  /// Makes uninitialized storage for `count` floats.
  package init(count: Int) {
    let (buffer, sizeClass) = BufferPool.allocate(bytes: count * MemoryLayout<Float>.stride)
    self.pointer = buffer.assumingMemoryBound(to: Float.self)
    self.count = count
    self.sizeClass = sizeClass
  }

  deinit { BufferPool.release(pointer, sizeClass: sizeClass) }
}
