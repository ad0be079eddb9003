extension Array where Element: BitwiseCopyable {
  /// Writes a view of the elements, of `sizes` and `strides` in elements, to `target` in row-major
  /// order.
  @inlinable
  package func copyView(
    sizes: [Int], strides: [Int], to target: UnsafeMutableBufferPointer<Element>
  ) {
    var position = [Int](repeating: 0, count: sizes.count)
    var place = 0
    for number in target.indices {
      target[number] = self[place]
      for axis in sizes.indices.reversed() {
        position[axis] += 1
        place += strides[axis]
        if position[axis] < sizes[axis] { break }
        place -= strides[axis] * sizes[axis]
        position[axis] = 0
      }
    }
  }
}
