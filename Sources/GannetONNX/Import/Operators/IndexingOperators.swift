#if ONNX
import GannetTensor

extension Operator {
  static let indexing: [String: Operator] = [
    "Gather": Operator(2...2) { node in
      let axis = try node.int("axis")
      return { x in
        let (axis, shape) = (try x.axis(axis), x.shape(0))
        let places = try x.places(1, of: shape[axis])
        _ = try x.shape(shape.prefix(axis) + Array(places.shape) + shape.dropFirst(axis + 1))
        if case .tensor(let tensor) = x.value(0), axis == 0, tensor.rank == 2 {
          return [.tensor(tensor.rows(at: places))]
        }
        return [x.value(0).slices(at: places, along: axis)]
      }
    },
    "GatherElements": Operator(2...2) { node in
      let axis = try node.int("axis")
      return { x in
        let (axis, shape, table) = (try x.axis(axis), x.shape(0), x.shape(1))
        let places = try x.places(1, of: shape[axis])
        try x.require(
          table.rank == shape.rank
            && shape.indices.allSatisfy { $0 == axis || table[$0] <= shape[$0] },
          "indices of no more lines than the data has")
        let data = shape.indices.reduce(x.value(0)) {
          $1 == axis || table[$1] == shape[$1] ? $0 : $0.sliced(0..<table[$1], along: $1)
        }
        switch data {
        case .tensor(let tensor): return [.tensor(tensor.gathered(at: places, along: axis))]
        case .integers(let integers):
          return [.integers(integers.gathered(at: places, along: axis))]
        }
      }
    },
    "GatherND": Operator(2...2) { node in
      let batchAxes = try node.int("batch_dims")
      return { x in
        let (shape, table) = (x.shape(0), x.shape(1))
        let depth = table.last ?? 0
        try x.require(
          table.rank > 0 && batchAxes >= 0 && batchAxes < table.rank
            && batchAxes + depth <= shape.rank
            && table.prefix(batchAxes).elementsEqual(shape.prefix(batchAxes)),
          "indices into its first axes")
        let places = try x.rows(of: shape, batchAxes: batchAxes, depth: depth)
        let rest = Array(shape.dropFirst(batchAxes + depth))
        let rows = shape.prefix(batchAxes + depth).reduce(1, *)
        _ = try x.shape(Array(places.shape) + rest)
        return [x.value(0).reshaped(to: Shape([rows] + rest)).slices(at: places, along: 0)]
      }
    },
    "OneHot": Operator(3...3) { node in
      let axis = try node.int("axis", -1)
      return { x in
        let shape = x.shape(0)
        let place = try x.axis(axis, rank: shape.rank + 1)
        let depth = Int(try x.number(1).rounded(.towardZero).clamped(to: -1...0x1p40))
        try x.require(depth >= 0 && x.shape(2) == [2], "a depth and two values")
        _ = try x.shape(Array(shape) + [depth])
        // Indices beyond the depth have no 1; the two columns of values are a table with two rows.
        let numbers = (0..<depth).map { Float($0) }
        let column = x[0].unsqueezed(at: shape.rank)
        let counted = column + (column .< 0) * Float(depth)
        let isOn = (counted .== Tensor(numbers)).permuted(
          Array(0..<place) + [shape.rank] + Array(place..<shape.rank))
        guard case .integers(let values) = x.value(2) else {
          return [.tensor(x[2][0].replacing(with: x[2][1], where: isOn))]
        }
        return [
          .integers(
            IntTensor(isOn.scalars.map { values.scalars[$0 == 0 ? 0 : 1] }, shape: isOn.shape))
        ]
      }
    },
    "Trilu": Operator(1...2) { node in
      let isUpper = try node.int("upper", 1) != 0
      return { x in
        try x.require(x.rank(0) >= 2, "matrices")
        let offset = x.optional(1) == nil ? 0 : try x.integer(1)
        let triangle =
          isUpper ? x[0].upperTriangle(offset: offset) : x[0].lowerTriangle(offset: offset)
        return [x.isInteger(0) ? .integers(triangle.wholeNumbers) : .tensor(triangle)]
      }
    },
  ]
}

extension NodeInputs {
  /// The rows, of the matrix of `shape` with its first axes as one, at which the indices of input 1 are.
  func rows(of shape: Shape, batchAxes: Int, depth: Int) throws -> IntTensor {
    let (indices, table) = (try integers(1).scalars, self.shape(1))
    let count = table.dropLast().reduce(1, *)
    let perBatch = table.dropFirst(batchAxes).dropLast().reduce(1, *)
    let places = try (0..<count).map { row in
      try (0..<depth).reduce(row / perBatch) { place, number in
        let (index, size) = (Int(indices[row * depth + number]), shape[batchAxes + number])
        try require(index >= -size && index < size, "indices within its axes, not \(index)")
        return place * size + (index < 0 ? index + size : index)
      }
    }
    return IntTensor(places).reshaped(to: Array(table.dropLast()))
  }
}

extension Float {
  fileprivate func clamped(to range: ClosedRange<Float>) -> Float {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
#endif
