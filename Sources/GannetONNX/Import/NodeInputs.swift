#if ONNX
import GannetData
import GannetTensor

/// The values that a node reads, with checks that throw an error about the node.
///
/// All that could stop the process later is checked by these, since a file decides on shapes and indices.
struct NodeInputs {
  let node: ImportedNode
  /// The values around the node, for graphs in its attributes.
  let scope: Scope
  /// Nil where an optional one is missing.
  private let values: [GraphValue?]

  init(_ node: ImportedNode, _ values: [GraphValue?], _ scope: Scope) {
    (self.node, self.values, self.scope) = (node, values, scope)
  }

  // MARK: Values

  var count: Int { values.count }

  func optional(_ index: Int) -> GraphValue? { index < values.count ? values[index] : nil }

  /// Input `index`, which the operator requires.
  func value(_ index: Int) -> GraphValue { values[index]! }

  /// Input `index` as floats.
  subscript(index: Int) -> Tensor { value(index).floats }

  func optionalTensor(_ index: Int) -> Tensor? { optional(index)?.floats }

  /// All inputs, as floats.
  var tensors: [Tensor] { values.map { $0!.floats } }

  func shape(_ index: Int) -> Shape { value(index).shape }

  func rank(_ index: Int) -> Int { value(index).shape.rank }

  func isInteger(_ index: Int) -> Bool {
    if case .integers = value(index) { true } else { false }
  }

  /// Whether all inputs are integers.
  var areIntegers: Bool { values.indices.allSatisfy(isInteger) }

  func integers(_ index: Int) throws -> IntTensor {
    guard case .integers(let integers) = value(index) else {
      throw fault("has floats as its input \(index), expected integers")
    }
    return integers
  }

  /// Input `index`, integers that are sizes, axes or places.
  func sizes(_ index: Int) throws -> [Int] { try integers(index).scalars.map { Int($0) } }

  func optionalSizes(_ index: Int) throws -> [Int]? {
    optional(index) == nil ? nil : try sizes(index)
  }

  /// Input `index`, a single number.
  func number(_ index: Int) throws -> Float {
    guard shape(index).elementCount == 1 else {
      throw fault("has several elements in its input \(index), expected one")
    }
    return self[index].reshaped(to: []).scalar
  }

  /// Input `index`, a single integer.
  func integer(_ index: Int) throws -> Int {
    guard shape(index).elementCount == 1 else {
      throw fault("has several elements in its input \(index), expected one")
    }
    return try sizes(index)[0]
  }

  // MARK: Checks

  /// An error about the node, which names the shapes of its inputs.
  func fault(_ problem: String, _ kind: FileError.Kind = .corrupt) -> FileError {
    let shapes = values.map { $0.map { "\($0.shape)" } ?? "none" }
    return node.fault("\(problem), for inputs of shapes \(shapes.joined(separator: ", "))", kind)
  }

  /// Throws unless `condition` holds.
  func require(_ condition: Bool, _ expected: @autoclosure () -> String) throws {
    guard condition else { throw fault("expects \(expected())") }
  }

  /// `axis` of input `index`, counted from the first.
  func axis(_ axis: Int, of index: Int = 0) throws -> Int {
    try self.axis(axis, rank: rank(index))
  }

  func axis(_ axis: Int, rank: Int) throws -> Int {
    guard axis >= -rank, axis < rank else { throw fault("has the axis \(axis)") }
    return axis < 0 ? axis + rank : axis
  }

  /// A shape of `sizes`, of which the model allows a value.
  func shape(_ sizes: [Int]) throws -> Shape {
    guard let count = Shape.elementCount(checking: sizes), sizes.count <= Shape.maximumRank else {
      throw fault("makes a value of shape \(sizes)")
    }
    guard count <= node.file.largestValue else {
      throw fault(
        "makes a value of shape \(sizes), more than the \(node.file.largestValue) elements that "
          + "largestValue allows", .tooLarge)
    }
    return Shape(sizes)
  }

  /// The shape to which inputs broadcast, all by default.
  @discardableResult
  func broadcast(_ indices: [Int]? = nil) throws -> Shape {
    var result: Shape = []
    for index in indices ?? Array(values.indices) {
      guard let shape = result.broadcast(with: shape(index)) else {
        throw fault("expects shapes that broadcast")
      }
      result = shape
    }
    return result.elementCount <= node.file.largestValue ? result : try shape(Array(result))
  }

  /// Indices of an axis of `size`, of which negative ones count from the end.
  func places(_ index: Int, of size: Int) throws -> IntTensor {
    let integers = try integers(index)
    // In a trace, indices that depend on the model's input are checked where they are used.
    if Trace.current != nil { return integers }
    guard let least = integers.scalars.min() else { return integers }
    guard Int(least) >= -size, Int(integers.scalars.max()!) < size else {
      throw fault("has an index beyond an axis of size \(size)")
    }
    guard least < 0 else { return integers }
    return IntTensor(
      integers.scalars.map { $0 < 0 ? $0 + Int32(size) : $0 }, shape: integers.shape)
  }
}

extension GraphValue {
  /// The value as floats.
  var floats: Tensor {
    switch self {
    case .tensor(let tensor): tensor
    case .integers(let integers): Tensor(integers)
    }
  }

  func reshaped(to shape: Shape) -> GraphValue {
    switch self {
    case .tensor(let tensor): .tensor(tensor.reshaped(to: shape))
    case .integers(let integers): .integers(integers.reshaped(to: shape))
    }
  }

  /// The slices at valid `places` along `axis`.
  func slices(at places: IntTensor, along axis: Int) -> GraphValue {
    switch self {
    case .tensor(let tensor): .tensor(tensor.slices(at: places, along: axis))
    case .integers(let integers): .integers(integers.slices(at: places, along: axis))
    }
  }

  func sliced(_ range: Range<Int>, along axis: Int) -> GraphValue {
    switch self {
    case .tensor(let tensor): .tensor(tensor.sliced(range, along: axis))
    case .integers(let integers): .integers(integers.sliced(range, along: axis))
    }
  }
}
#endif
