#if ONNX
import GannetTensor

extension Operator {
  static let reductions: [String: Operator] = [
    "ReduceSum": reduction(empty: 0, { $0.sum(along: $1, keepingAxes: true) }, { $0 &+ $1 }),
    "ReduceMean": reduction(empty: .nan, { $0.mean(along: $1, keepingAxes: true) }),
    "ReduceMax": reduction(
      empty: -.infinity, { $0.max(along: $1, keepingAxes: true) }, { max($0, $1) }),
    "ReduceMin": reduction(
      empty: .infinity, { $0.min(along: $1, keepingAxes: true) }, { min($0, $1) }),
    "ReduceProd": reduction(empty: 1, { $0.product(along: $1, keepingAxes: true) }, { $0 &* $1 }),
    "ReduceL1": reduction(empty: 0, { $0.norm(.l1, along: $1, keepingAxes: true) }),
    "ReduceL2": reduction(empty: 0, { $0.norm(.l2, along: $1, keepingAxes: true) }),
    "ReduceSumSquare": reduction(empty: 0, { ($0 * $0).sum(along: $1, keepingAxes: true) }),
    "ReduceLogSum": reduction(empty: -.infinity, { log($0.sum(along: $1, keepingAxes: true)) }),
    "ReduceLogSumExp": reduction(
      empty: -.infinity, { logSumExp($0, along: $1, keepingAxes: true) }),
    "Softmax": alongAxis { softmax($0, along: $1) },
    "LogSoftmax": alongAxis { logSoftmax($0, along: $1) },
    "ArgMax": place { $0.argmax(along: $1) },
    "ArgMin": place { $0.argmin(along: $1) },
  ]

  /// A reduction, whose axes are an attribute in older opsets and an input in later ones.
  ///
  /// - Parameters:
  ///   - empty: The result without elements.
  ///   - floats: The reduction along axes, which are kept.
  ///   - integers: The function of two elements by which integers are reduced; nil where they are
  ///     reduced as floats, and the result is rounded towards zero.
  private static func reduction(
    empty: Float, _ floats: @escaping @Sendable (Tensor, Axes) -> Tensor,
    _ integers: (@Sendable (Int32, Int32) -> Int32)? = nil
  ) -> Operator {
    Operator(1...2) { node in
      let listed = try node.ints("axes")
      let keeps = try node.int("keepdims", 1) != 0
      let reducesNothing = try node.bool("noop_with_empty_axes")
      return { x in
        let shape = x.shape(0)
        var axes = try (listed ?? x.optionalSizes(1) ?? []).map { try x.axis($0) }
        if axes.isEmpty, !reducesNothing { axes = Array(shape.indices) }
        let kept = Shape(shape.indices.map { axes.contains($0) ? 1 : shape[$0] })
        let result: GraphValue
        if case .integers(let own) = x.value(0), let integers {
          result = .integers(try own.reduced(x, to: kept, axes, integers, empty))
        } else {
          let y =
            axes.contains { shape[$0] == 0 }
            ? Tensor(repeating: empty, shape: kept) : floats(x[0], Axes(axes))
          result = x.isInteger(0) ? .integers(y.wholeNumbers) : .tensor(y)
        }
        if keeps { return [result] }
        return [
          result.reshaped(to: Shape(shape.indices.filter { !axes.contains($0) }.map { shape[$0] }))
        ]
      }
    }
  }

  /// A function along an axis; before opset 13, along all axes from that on, which is the second by default.
  private static func alongAxis(
    _ function: @escaping @Sendable (Tensor, Int) -> Tensor
  ) -> Operator {
    Operator(1...1) { node in
      let axis = try node.int("axis", node.opset < 13 ? 1 : -1)
      let isFlat = node.opset < 13
      return { x in
        let (first, shape) = (try x.axis(axis), x.shape(0))
        guard isFlat, first < shape.rank - 1 else { return [.tensor(function(x[0], first))] }
        let rows = x[0].reshaped(
          to: [shape.prefix(first).reduce(1, *), shape.dropFirst(first).reduce(1, *)])
        return [.tensor(function(rows, 1).reshaped(to: shape))]
      }
    }
  }

  private static func place(
    _ function: @escaping @Sendable (_ x: Tensor, _ axes: Axes) -> IntTensor
  ) -> Operator {
    Operator(1...1) { node in
      let (axis, keeps) = (try node.int("axis"), try node.int("keepdims", 1) != 0)
      let takesLast = try node.bool("select_last_index")
      return { x in
        let axis = try x.axis(axis)
        let size = x.shape(0)[axis]
        try x.require(size > 0, "an element at least")
        var places = function(takesLast ? x[0].flipped(along: axis) : x[0], Axes([axis]))
        if takesLast { places = places.mapped { Int32(size) - 1 - $0 } }
        return [.integers(keeps ? places.unsqueezed(at: axis) : places)]
      }
    }
  }
}

extension IntTensor {
  /// The reduction along `axes` of sizes that `kept` has as 1.
  fileprivate func reduced(
    _ x: NodeInputs, to kept: Shape, _ axes: [Int], _ function: (Int32, Int32) -> Int32,
    _ empty: Float
  ) throws -> IntTensor {
    let rest = shape.indices.filter { !axes.contains($0) }
    let count = axes.reduce(1) { $0 * shape[$1] }
    guard count > 0 else {
      let value: Int32 = empty.isFinite ? Int32(empty) : empty < 0 ? .min : .max
      return IntTensor(Array(repeating: value, count: kept.elementCount), shape: kept)
    }
    let rows = permuted(rest + Set(axes).sorted()).scalars
    return IntTensor(
      (0..<kept.elementCount).map { row in
        rows[row * count + 1..<(row + 1) * count].reduce(rows[row * count], function)
      }, shape: kept)
  }
}
#endif
