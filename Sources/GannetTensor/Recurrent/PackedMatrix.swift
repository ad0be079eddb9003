import CGannetKernels

/// The right factor of many small products, packed once; `[k, n]`.
///
/// The result of a row is the same whatever rows are multiplied with it, so that the bits don't depend on
/// how they are cut.
package struct PackedMatrix {
  private let storage: Storage
  private let k: Int
  private let n: Int

  package init(_ matrix: UnsafePointer<Float>, stride: Int, transposed: Bool, k: Int, n: Int) {
    self.k = k
    self.n = n
    storage = Storage(count: gannet_packed_count(k, n))
    let target = storage.pointer
    ThreadPool.shared.forEach(n, by: 128) { columns in
      gannet_pack(
        matrix, stride, transposed, k, n, target, columns.lowerBound, columns.upperBound)
    }
  }

  /// result += rows · this, for `count` rows, on this thread.
  package func multiply(_ rows: gannet_matrix, addingTo result: gannet_matrix, count: Int) {
    gannet_multiply_packed(rows, storage.pointer, result, count, k, n)
  }
}
