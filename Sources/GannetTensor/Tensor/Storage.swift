/// A buffer of floats, shared by reference between tensors, from the buffer pool.
package final class Storage {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int
  private let sizeClass: Int
  /// What was computed from the elements and is used again; see `Tensor.form`.
  var forms: StorageForms?

  /// Makes uninitialized storage for `count` floats.
  package init(count: Int) {
    let (buffer, sizeClass) = BufferPool.allocate(bytes: count * MemoryLayout<Float>.stride)
    self.pointer = buffer.assumingMemoryBound(to: Float.self)
    self.count = count
    self.sizeClass = sizeClass
  }

  deinit { BufferPool.release(pointer, sizeClass: sizeClass) }
}

extension Tensor {
  /// Whether nothing else holds the storage, so that the elements may be written. Forms of the
  /// elements are forgotten then. All writing in place asks here.
  package mutating func ownsStorage() -> Bool {
    guard isKnownUniquelyReferenced(&storage) else { return false }
    storage.forms = nil
    return true
  }
}
