import GannetTensor

extension Shape {
  /// The number of elements of a shape that a file declares, or nil where no tensor can have it.
  ///
  /// `Shape` stops the program where it doesn't fit, so that a file's sizes come here first.
  static func elementCount(checking sizes: [Int]) -> Int? {
    guard sizes.count <= maximumRank else { return nil }
    // An empty tensor's strides are products, too, of its other sizes.
    var product = MemoryLayout<Float>.stride
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: Swift.max(size, 1))
      guard size >= 0, !overflow else { return nil }
      product = next
    }
    return sizes.contains(0) ? 0 : product / MemoryLayout<Float>.stride
  }
}
