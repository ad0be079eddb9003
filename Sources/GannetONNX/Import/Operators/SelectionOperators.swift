#if ONNX
import GannetTensor

extension Operator {
  static let selection: [String: Operator] = [
    "Compress": Operator(2...2) { node in
      let axis = node.has("axis") ? try node.int("axis") : nil
      return { x in
        let value = axis == nil ? x.value(0).reshaped(to: [x.shape(0).elementCount]) : x.value(0)
        let axis = try x.axis(axis ?? 0, rank: value.shape.rank)
        let condition = x[1].scalars
        try x.require(
          x.rank(1) == 1 && condition.count <= value.shape[axis],
          "a vector of no more conditions than elements")
        let places = condition.indices.filter { condition[$0] != 0 }
        return [value.slices(at: IntTensor(places), along: axis)]
      }
    },
    // The first lengths[i] steps of example i, backwards.
    "ReverseSequence": Operator(2...2) { node in
      let (batchAxis, timeAxis) = (try node.int("batch_axis", 1), try node.int("time_axis"))
      guard Set([batchAxis, timeAxis]) == [0, 1] else {
        throw node.fault("has axes of examples and time \(batchAxis), \(timeAxis)")
      }
      return { x in
        try x.require(x.rank(0) >= 2, "steps of examples")
        let shape = x.shape(0)
        let (lengths, steps) = (try x.sizes(1), shape[timeAxis])
        try x.require(
          x.shape(1) == [shape[batchAxis]] && lengths.allSatisfy { (0...steps).contains($0) },
          "a length of at most \(steps) for each example")
        let places = (0..<shape[0] * shape[1]).map { place in
          let index = [place / shape[1], place % shape[1]]
          let (example, step) = (index[batchAxis], index[timeAxis])
          let source = step < lengths[example] ? lengths[example] - 1 - step : step
          return timeAxis == 0 ? source * shape[1] + example : example * shape[1] + source
        }
        let rows = [shape[0] * shape[1]] + Array(shape.dropFirst(2))
        return [
          x.value(0).reshaped(to: Shape(rows)).slices(at: IntTensor(places), along: 0)
            .reshaped(to: shape)
        ]
      }
    },
    // Results: the values, the first place of each, the value of each place, and counts.
    "Unique": Operator(1...1) { node in
      let axis = node.has("axis") ? try node.int("axis") : nil
      let isSorted = try node.int("sorted", 1) != 0
      return { x in
        let value = axis == nil ? x.value(0).reshaped(to: [x.shape(0).elementCount]) : x.value(0)
        let axis = try x.axis(axis ?? 0, rank: value.shape.rank)
        let order = [axis] + value.shape.indices.filter { $0 != axis }
        let size = value.shape[axis]
        let groups =
          switch value {
          case .tensor(let tensor):
            equalLines(tensor.detached().permuted(order).scalars, count: size, isSorted: isSorted)
          case .integers(let integers):
            equalLines(integers.permuted(order).scalars, count: size, isSorted: isSorted)
          }
        var numbers = Array(repeating: Int32(0), count: size)
        for (number, group) in groups.enumerated() {
          for index in group { numbers[index] = Int32(number) }
        }
        let first = IntTensor(groups.map { $0[0] })
        return [
          value.slices(at: first, along: axis), .integers(first), .integers(IntTensor(numbers)),
          .integers(IntTensor(groups.map(\.count))),
        ]
      }
    },
  ]
}

/// The numbers of equal lines of a matrix of `count` lines: a group for each different line, in the order
/// of the first ones or of the lines' elements.
private func equalLines<Element: Hashable & Comparable>(
  _ elements: [Element], count: Int, isSorted: Bool
) -> [[Int]] {
  let width = count == 0 ? 0 : elements.count / count
  func line(_ index: Int) -> ArraySlice<Element> {
    elements[index * width..<(index + 1) * width]
  }
  var groups: [[Int]] = []
  var found: [ArraySlice<Element>: Int] = [:]
  for index in 0..<count {
    if let group = found[line(index)] {
      groups[group].append(index)
    } else {
      found[line(index)] = groups.count
      groups.append([index])
    }
  }
  guard isSorted else { return groups }
  return groups.sorted { line($0[0]).lexicographicallyPrecedes(line($1[0])) }
}
#endif
