#if ONNX
import GannetTensor

extension Operator {
  static let ordering: [String: Operator] = [
    "TopK": Operator(2...2) { node in
      let (axis, isLargest) = (try node.int("axis", -1), try node.int("largest", 1) != 0)
      return { x in
        let (axis, count) = (try x.axis(axis), try x.integer(1))
        try x.require((0...x.shape(0)[axis]).contains(count), "as many elements as it takes")
        let (values, indices) =
          isLargest ? x[0].topK(count, along: axis) : (-x[0]).topK(count, along: axis)
        let signed = isLargest ? values : -values
        return [
          x.isInteger(0) ? .integers(signed.wholeNumbers) : .tensor(signed), .integers(indices),
        ]
      }
    },
    "CumSum": Operator(2...2) { node in
      let (isExclusive, isReversed) = (try node.bool("exclusive"), try node.bool("reverse"))
      return { x in
        let axis = try x.axis(x.integer(1))
        let size = x.shape(0)[axis]
        if case .integers(let integers) = x.value(0) {
          return [.integers(integers.accumulated(axis, isExclusive, isReversed, from: 0, by: &+))]
        }
        guard isExclusive, size > 0 else {
          return [.tensor(x[0].cumulativeSum(along: axis, reversed: isReversed))]
        }
        // The sums before each element are those up to the one before it.
        let part = x[0].sliced(isReversed ? 1..<size : 0..<size - 1, along: axis)
        let sums = part.cumulativeSum(along: axis, reversed: isReversed)
        var pads = Array(repeating: 0, count: x.rank(0))
        let none = pads
        pads[axis] = 1
        return [
          .tensor(sums.padded(before: isReversed ? none : pads, after: isReversed ? pads : none))
        ]
      }
    },
    "CumProd": Operator(2...2) { node in
      let (isExclusive, isReversed) = (try node.bool("exclusive"), try node.bool("reverse"))
      return { x in
        let axis = try x.axis(x.integer(1))
        let size = x.shape(0)[axis]
        if case .integers(let integers) = x.value(0) {
          return [
            .integers(integers.accumulated(axis, isExclusive, isReversed, from: 1, by: &*))
          ]
        }
        func shifted(_ tensor: Tensor, by step: Int) -> Tensor {
          let part = tensor.sliced(isReversed ? step..<size : 0..<size - step, along: axis)
          let pads = (0..<tensor.rank).map { $0 == axis ? step : 0 }
          let none = pads.map { _ in 0 }
          return part.padded(
            before: isReversed ? none : pads, after: isReversed ? pads : none, with: 1)
        }
        var result = isExclusive && size > 0 ? shifted(x[0], by: 1) : x[0]
        // Each step doubles the number of elements that are multiplied.
        var step = 1
        while step < size {
          result = result * shifted(result, by: step)
          step *= 2
        }
        return [.tensor(result)]
      }
    },
    "Hardmax": Operator(1...1) { node in
      let axis = try node.int("axis", node.opset < 13 ? 1 : -1)
      return { x in
        let axis = try x.axis(axis)
        try x.require(x.shape(0)[axis] > 0, "an element at least")
        let places = x[0].argmax(along: Axes([axis])).unsqueezed(at: axis)
        let size = x.shape(0)[axis]
        let numbers = Tensor(IntTensor((0..<Int32(size)).map { $0 })).reshaped(
          to: [size] + Array(repeating: 1, count: x.rank(0) - 1 - axis))
        return [.tensor(Tensor(places) .== numbers)]
      }
    },
  ]
}

extension IntTensor {
  /// For each element, those along `axis` up to it, combined from `initial` on.
  fileprivate func accumulated(
    _ axis: Int, _ isExclusive: Bool, _ isReversed: Bool, from initial: Int32,
    by combine: (Int32, Int32) -> Int32
  ) -> IntTensor {
    var result = scalars
    let (size, inner) = (shape[axis], shape.dropFirst(axis + 1).reduce(1, *))
    for start in result.indices where start / inner % size == 0 {
      var total = initial
      for index in 0..<size {
        let place = start + (isReversed ? size - 1 - index : index) * inner
        let own = result[place]
        result[place] = isExclusive ? total : combine(total, own)
        total = combine(total, own)
      }
    }
    return IntTensor(result, shape: shape)
  }
}
#endif
