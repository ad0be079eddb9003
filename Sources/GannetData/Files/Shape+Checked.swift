import GannetTensor

extension Shape {
  /// The number of elements of a shape that a file declares, or nil where no tensor can have that
  /// shape.
  ///
  /// `Shape` stops the program at impossible sizes, so a file's sizes are checked here first.
  package static func elementCount(checking sizes: [Int]) -> Int? {
    guard sizes.count <= maximumRank else { return nil }
    // The strides of an empty tensor are products of its other sizes and must fit, too.
    var product = MemoryLayout<Float>.stride
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: Swift.max(size, 1))
      guard size >= 0, !overflow else { return nil }
      product = next
    }
    return sizes.contains(0) ? 0 : product / MemoryLayout<Float>.stride
  }
}
