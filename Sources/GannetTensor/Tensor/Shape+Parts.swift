// Shapes and index ranges of parts, shared by Tensor and IntTensor. Messages name the operation.

extension Shape {
  /// The shape of `sizes` with as many elements; one size may be -1 and is inferred from the
  /// others.
  func completed(_ sizes: some Collection<Int>) -> Shape {
    guard sizes.contains(-1) else { return Shape(sizes) }
    var known = Array(sizes)
    let free = known.firstIndex(of: -1)!
    known[free] = 1
    let rest = Shape(known).elementCount
    guard rest > 0, elementCount % rest == 0 else {
      fail("reshaped: shapes \(self) and \(Array(sizes)) don't fit")
    }
    known[free] = elementCount / rest
    return Shape(known)
  }

  /// The shape with the axes from `axis` on flattened into one; `[1]` for a scalar.
  func flattened(from axis: Int) -> Shape {
    if rank == 0 { return [1] }
    let first = normalized(axis, "flattened")
    return Shape(Array(prefix(first) + [dropFirst(first).reduce(1, *)]))
  }

  /// The range of a single `index` along `axis`; negative ones count from the end.
  func range(of index: Int, along axis: Int) -> Range<Int> {
    guard axis < rank else { failShape("subscript", self, expected: "an axis to index") }
    let positive = index < 0 ? index + self[axis] : index
    guard positive >= 0, positive < self[axis] else {
      fail("subscript: index \(index) is out of range for axis \(axis) of shape \(self)")
    }
    return positive..<positive + 1
  }

  /// The ranges of one index for each axis.
  func ranges(of indices: [Int]) -> [Range<Int>] {
    guard indices.count == rank else {
      failShape("subscript", self, expected: "\(indices.count) axes for indices \(indices)")
    }
    return indices.enumerated().map { range(of: $1, along: $0) }
  }

  /// The ranges of consecutive parts of `sizes`, whose sum is the size of `axis`.
  func ranges(ofSizes sizes: [Int], along axis: Int) -> [Range<Int>] {
    let axis = normalized(axis, "split")
    guard sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, +) == self[axis] else {
      fail("split: sizes \(sizes) of axis \(axis) of shape \(self)")
    }
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return start..<start + size
    }
  }

  /// The sizes of `count` nearly equal parts of `axis`, the longer ones first.
  func sizes(ofParts count: Int, along axis: Int) -> [Int] {
    let axis = normalized(axis, "split")
    guard count > 0 else { fail("split: into \(count) parts, expected 1 or more") }
    let (size, longer) = self[axis].quotientAndRemainder(dividingBy: count)
    return (0..<count).map { $0 < longer ? size + 1 : size }
  }

  /// The normalized axis of a concatenation of tensors of `shapes`; stops where they differ in
  /// another axis.
  static func joining(_ shapes: [Shape], along axis: Int) -> Int {
    guard let first = shapes.first else { fail("concatenate: no tensors") }
    let axis = first.normalized(axis, "concatenate")
    for shape in shapes.dropFirst() {
      guard shape.rank == first.rank,
        shape.replacing(axis, with: 0) == first.replacing(axis, with: 0)
      else { failShapes("concatenate", first, shape) }
    }
    return axis
  }

  /// The normalized new axis of a stack of tensors of `shapes`; stops where they differ.
  static func stacking(_ shapes: [Shape], along axis: Int) -> Int {
    guard let first = shapes.first else { fail("stack: no tensors") }
    for shape in shapes where shape != first { failShapes("stack", first, shape) }
    return axis < 0 ? axis + first.rank + 1 : axis
  }

  /// Stops unless `indices` are valid along `axis` and their shape differs from this one there at
  /// most.
  func checkTable(_ operation: StaticString, _ indices: IntTensor, _ axis: Int) {
    guard indices.shape.rank == rank,
      indices.shape.replacing(axis, with: 0) == replacing(axis, with: 0)
    else { failShapes(operation, self, indices.shape) }
    indices.checkIndices(operation, below: self[axis])
  }
}
