/// Floats on the heap that tensors share by reference; they come from, and go back to, the pool.
package final class Storage {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int
  private let sizeClass: Int

  /// Storage for `count` floats whose values are whatever was there before.
  package init(count: Int) {
    let (buffer, sizeClass) = BufferPool.allocate(bytes: count * MemoryLayout<Float>.stride)
    self.pointer = buffer.assumingMemoryBound(to: Float.self)
    self.count = count
    self.sizeClass = sizeClass
  }

  deinit { BufferPool.release(pointer, sizeClass: sizeClass) }
}
