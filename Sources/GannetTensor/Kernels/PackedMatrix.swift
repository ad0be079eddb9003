import CGannetKernels

/// A packed matrix `[k, n]`, the right factor of many small products.
///
/// The result of a row does not depend on the other rows, so splitting rows does not change bits.
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

  /// result = base + rows · this, for `count` rows, on this thread; `base` may be the result, or a
  /// repeated row.
  package func multiply(
    _ rows: gannet_matrix, base: gannet_matrix, into result: gannet_matrix, count: Int
  ) {
    gannet_multiply_packed(rows, storage.pointer, base, result, count, k, n)
  }

  /// result += rows · this.
  package func multiply(_ rows: gannet_matrix, addingTo result: gannet_matrix, count: Int) {
    multiply(rows, base: result, into: result, count: count)
  }
}
