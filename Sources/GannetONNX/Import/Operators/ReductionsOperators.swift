#if ONNX
import GannetTensor

extension Operator {
  static let reductions: [String: Operator] = [
    "ReduceSum": reduction { $0.sum(along: $1, keepingAxes: $2) },
    "ReduceMean": reduction { $0.mean(along: $1, keepingAxes: $2) },
    "ReduceMax": reduction { $0.max(along: $1, keepingAxes: $2) },
    "ReduceMin": reduction { $0.min(along: $1, keepingAxes: $2) },
    "ReduceL1": reduction { $0.norm(.l1, along: $1, keepingAxes: $2) },
    "ReduceL2": reduction { $0.norm(.l2, along: $1, keepingAxes: $2) },
    "ReduceSumSquare": reduction { ($0 * $0).sum(along: $1, keepingAxes: $2) },
    "ReduceLogSumExp": reduction { logSumExp($0, along: $1, keepingAxes: $2) },
    "ReduceProd": Operator(1...2) { node in
      guard try node.ints("axes") == nil else { throw node.fault("has axes", .unsupported) }
      let keeps = try node.int("keepdims", 1) != 0
      return { x in
        let product = x.integers(0).scalars.reduce(1) { $0 &* $1 }
        let shape = keeps ? Shape(repeatElement(1, count: x.integers(0).shape.rank)) : []
        return [.integers(IntTensor([product], shape: shape))]
      }
    },
    "Softmax": Operator(1...1) { node in
      let axis = try node.int("axis", -1)
      return { [.tensor(softmax($0[0], along: axis))] }
    },
    "LogSoftmax": Operator(1...1) { node in
      let axis = try node.int("axis", -1)
      return { [.tensor(logSoftmax($0[0], along: axis))] }
    },
    "ArgMax": place { $0.argmax(along: $1) },
    "ArgMin": place { $0.argmin(along: $1) },
    "CumSum": Operator(2...2) { node in
      try node.require("exclusive", 0)
      let isReversed = try node.bool("reverse")
      return { x in
        [.tensor(x[0].cumulativeSum(along: x.sizes(1).first ?? 0, reversed: isReversed))]
      }
    },
  ]

  /// A reduction, whose axes are an attribute in older opsets and an input in later ones.
  private static func reduction(
    _ function: @escaping @Sendable (_ x: Tensor, _ axes: Axes, _ keepingAxes: Bool) -> Tensor
  ) -> Operator {
    Operator(1...2) { node in
      let listed = try node.ints("axes")
      let keeps = try node.int("keepdims", 1) != 0
      let reducesNothing = try node.bool("noop_with_empty_axes")
      return { x in
        let axes = listed ?? x.optionalSizes(1) ?? []
        if axes.isEmpty, reducesNothing { return [.tensor(x[0])] }
        return [.tensor(function(x[0], axes.isEmpty ? .all : Axes(axes), keeps))]
      }
    }
  }

  private static func place(
    _ function: @escaping @Sendable (_ x: Tensor, _ axes: Axes) -> IntTensor
  ) -> Operator {
    Operator(1...1) { node in
      try node.require("select_last_index", 0)
      let (axis, keeps) = (try node.int("axis"), try node.int("keepdims", 1) != 0)
      return { x in
        let places = function(x[0], Axes([axis]))
        let kept = axis < 0 ? axis + x[0].rank : axis
        return [.integers(keeps ? places.unsqueezed(at: kept) : places)]
      }
    }
  }
}
#endif
