#if ONNX
import GannetTensor

extension Operator {
  static let scattering: [String: Operator] = [
    "ScatterElements": elements,
    // The older name of the same.
    "Scatter": elements,
    "ScatterND": Operator(3...3) { node in
      let scattering = try Scattering(node)
      return { x in
        let (shape, table) = (x.shape(0), x.shape(1))
        let depth = table.last ?? 0
        try x.require(table.rank > 0 && depth <= shape.rank, "indices into its first axes")
        let rest = Array(shape.dropFirst(depth))
        try x.require(
          Array(x.shape(2)) == table.dropLast() + rest, "an update for each index")
        let places = try x.rows(of: shape, batchAxes: 0, depth: depth).scalars.map { Int($0) }
        return [try scattering(x, updates: 2, places, width: rest.reduce(1, *))]
      }
    },
    // Inputs: a cache, an update, the place of each example's update.
    "TensorScatter": Operator(2...3) { node in
      let scattering = try Scattering(node)
      let (axis, mode) = (try node.int("axis", -2), try node.string("mode", "linear"))
      guard ["linear", "circular"].contains(mode) else { throw node.fault("has the mode \(mode)") }
      return { x in
        let (axis, shape, update) = (try x.axis(axis), x.shape(0), x.shape(1))
        try x.require(
          axis > 0 && update.rank == shape.rank && !shape.contains(0)
            && shape.indices.allSatisfy {
              $0 == axis ? update[$0] <= shape[$0] : update[$0] == shape[$0]
            }, "an update of the cache's shape but for axis \(axis)")
        let starts = try x.optionalSizes(2) ?? Array(repeating: 0, count: shape[0])
        let (size, count) = (shape[axis], update[axis])
        try x.require(
          starts.count == shape[0]
            && starts.allSatisfy { $0 >= 0 && (mode == "circular" || $0 + count <= size) },
          "places within the axis of size \(size)")
        let outer = shape.prefix(axis).reduce(1, *)
        let places = (0..<outer * count).map { row in
          row / count * size + (starts[row / count / (outer / shape[0])] + row % count) % size
        }
        let width = shape.dropFirst(axis + 1).reduce(1, *)
        return [try scattering(x, updates: 1, places, width: width)]
      }
    },
  ]

  private static let elements = Operator(3...3) { node in
    let scattering = try Scattering(node)
    let axis = try node.int("axis")
    return { x in
      let (axis, shape, table) = (try x.axis(axis), x.shape(0), x.shape(1))
      try x.require(x.shape(2) == table, "an update for each index")
      try x.require(
        table.rank == shape.rank
          && shape.indices.allSatisfy { $0 == axis || table[$0] <= shape[$0] },
        "indices of no more lines than the data has")
      let along = try x.places(1, of: shape[axis]).scalars
      let (strides, own) = (table.rowMajorStrides, shape.rowMajorStrides)
      let places = along.indices.map { element in
        shape.indices.reduce(0) { place, each in
          place + own[each]
            * (each == axis ? Int(along[element]) : element / strides[each] % table[each])
        }
      }
      return [try scattering(x, updates: 2, places, width: 1)]
    }
  }
}

/// Updates of rows of the data, of which those of one row are combined in order.
private struct Scattering {
  private enum Reduction: String {
    case none
    case add
    case mul
    case max
    case min
  }

  private let reduction: Reduction

  init(_ node: ImportedNode) throws {
    let name = try node.string("reduction", "none")
    guard let reduction = Reduction(rawValue: name) else {
      throw node.fault("reduces by \(name)", .unsupported)
    }
    self.reduction = reduction
  }

  /// Input 0 with the rows of input `updates`, of `width` elements each, at its rows `places`.
  func callAsFunction(
    _ x: NodeInputs, updates: Int, _ places: [Int], width: Int
  ) throws -> GraphValue {
    guard !places.isEmpty, width > 0 else { return x.value(0) }
    if x.isInteger(0), x.isInteger(updates) {
      return .integers(scattered(try x.integers(0), try x.integers(updates), places, width))
    }
    let data = x[0].reshaped(to: [x.shape(0).elementCount / width, width])
    let rows = x[updates].reshaped(to: [places.count, width])
    let result = scattered(data, rows, places).reshaped(to: x.shape(0))
    return x.isInteger(0) ? .integers(result.wholeNumbers) : .tensor(result)
  }

  private func scattered(
    _ data: IntTensor, _ updates: IntTensor, _ places: [Int], _ width: Int
  ) -> IntTensor {
    var result = data.scalars
    let updates = updates.scalars
    for (row, place) in places.enumerated() {
      for column in 0..<width {
        let (old, new) = (result[place * width + column], updates[row * width + column])
        let combined: Int32 =
          switch reduction {
          case .none: new
          case .add: old &+ new
          case .mul: old &* new
          case .max: Swift.max(old, new)
          case .min: Swift.min(old, new)
          }
        result[place * width + column] = combined
      }
    }
    return IntTensor(result, shape: data.shape)
  }

  private func scattered(_ data: Tensor, _ updates: Tensor, _ places: [Int]) -> Tensor {
    if reduction == .add { return data.addingSlices(updates, at: IntTensor(places)) }
    var groups: [Int: [Int]] = [:]
    for (row, place) in places.enumerated() { groups[place, default: []].append(row) }
    let changed = groups.keys.sorted()
    var isChanged = Array(repeating: Float(0), count: data.shape[0])
    var group = Array(repeating: changed.count, count: data.shape[0])
    for (number, place) in changed.enumerated() {
      (isChanged[place], group[place]) = (1, number)
    }
    let ofPlaces = combined(updates, changed.map { groups[$0]! })
    let nothing = Tensor(repeating: neutral, shape: [1, data.shape[1]])
    let rows = concatenate([ofPlaces, nothing]).slices(at: IntTensor(group))
    if reduction == .none {
      return data.replacing(with: rows, where: Tensor(isChanged).unsqueezed(at: 1))
    }
    return combined(data, rows)
  }

  /// The combination of each group's rows, by pairs, so that many updates of one row are few steps.
  private func combined(_ updates: Tensor, _ groups: [[Int]]) -> Tensor {
    if reduction == .none { return updates.slices(at: IntTensor(groups.map { $0.last! })) }
    var (rows, groups) = (updates, groups)
    while groups.contains(where: { $0.count > 1 }) {
      let nothing = rows.shape[0]
      var (first, second, pairs) = ([Int](), [Int](), [[Int]]())
      for group in groups {
        let start = first.count
        for place in stride(from: 0, to: group.count, by: 2) {
          first.append(group[place])
          second.append(place + 1 < group.count ? group[place + 1] : nothing)
        }
        pairs.append(Array(start..<first.count))
      }
      let all = concatenate([rows, Tensor(repeating: neutral, shape: [1, rows.shape[1]])])
      rows = combined(
        all.slices(at: IntTensor(first)), all.slices(at: IntTensor(second)))
      groups = pairs
    }
    return rows.slices(at: IntTensor(groups.map { $0[0] }))
  }

  private var neutral: Float {
    switch reduction {
    case .mul: 1
    case .max: -.infinity
    case .min: .infinity
    default: 0
    }
  }

  private func combined(_ a: Tensor, _ b: Tensor) -> Tensor {
    switch reduction {
    case .mul: a * b
    case .max: maximum(a, b)
    case .min: minimum(a, b)
    default: a + b
    }
  }
}
#endif
