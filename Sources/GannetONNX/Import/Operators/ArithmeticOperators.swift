#if ONNX
import GannetTensor

extension Operator {
  static let arithmetic: [String: Operator] = [
    "Add": arithmetic({ $0 + $1 }, { $0 &+ $1 }),
    "Sub": arithmetic({ $0 - $1 }, { $0 &- $1 }),
    "Mul": arithmetic({ $0 * $1 }, { $0 &* $1 }),
    "Div": arithmetic(
      { $0 / $1 }, { $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue }),
    "Mod": Operator(2...2) { node in
      try node.require("fmod", 0)
      return { x in
        [
          .integers(
            combined(x.integers(0), x.integers(1)) { a, b in
              guard b != 0, b != -1 else { return 0 }
              let rest = a % b
              return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
            })
        ]
      }
    },
    "Neg": Operator(1...1) { _ in
      { x in
        guard case .integers(let integers) = x.value(0) else { return [.tensor(-x[0])] }
        return [.integers(IntTensor(integers.scalars.map { 0 &- $0 }, shape: integers.shape))]
      }
    },
    "Abs": Operator(1...1) { _ in
      { x in
        guard case .integers(let integers) = x.value(0) else { return [.tensor(abs(x[0]))] }
        let sizes = integers.scalars.map { Int32(clamping: $0.magnitude) }
        return [.integers(IntTensor(sizes, shape: integers.shape))]
      }
    },
    "Pow": .tensors(2...2) { x in
      // A constant exponent has a cheaper gradient, and none of its own.
      guard x[1].count == 1, x[1].node == nil else { return pow(x[0], x[1]) }
      let exponent = x[1].scalar
      let power = exponent == 2 ? x[0] * x[0] : pow(x[0], exponent)
      return x[1].rank <= power.rank ? power : power.reshaped(to: x[1].shape)
    },
    "Max": fold({ maximum($0, $1) }, { max($0, $1) }),
    "Min": fold({ minimum($0, $1) }, { min($0, $1) }),
    "Sum": fold({ $0 + $1 }, { $0 &+ $1 }),
    "Less": .tensors(2...2) { $0[0] .< $0[1] },
    "LessOrEqual": .tensors(2...2) { $0[0] .<= $0[1] },
    "Greater": .tensors(2...2) { $0[0] .> $0[1] },
    "GreaterOrEqual": .tensors(2...2) { $0[0] .>= $0[1] },
    "Equal": .tensors(2...2) { $0[0] .== $0[1] },
    "And": .tensors(2...2) { $0[0] * $0[1] },
    "Or": .tensors(2...2) { maximum($0[0], $0[1]) },
    "Xor": .tensors(2...2) { $0[0] .!= $0[1] },
    "Where": Operator(3...3) { _ in
      { x in
        guard case .integers(let a) = x.value(1), case .integers(let b) = x.value(2) else {
          return [.tensor(x[2].replacing(with: x[1], where: x[0]))]
        }
        let condition = IntTensor(x[0].scalars.map { $0 != 0 ? 1 : 0 }, shape: x[0].shape)
        let chosen = combined(condition, a) { $0 != 0 ? $1 : 0 }
        let others = combined(condition, b) { $0 != 0 ? 0 : $1 }
        return [.integers(combined(chosen, others) { $0 &+ $1 })]
      }
    },
  ]

  private static func arithmetic(
    _ floats: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ integers: @escaping @Sendable (Int32, Int32) -> Int32
  ) -> Operator {
    Operator(2...2) { _ in
      { x in
        x.areIntegers
          ? [.integers(combined(x.integers(0), x.integers(1), integers))]
          : [.tensor(floats(x[0], x[1]))]
      }
    }
  }

  /// An operator of any number of inputs.
  private static func fold(
    _ floats: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ integers: @escaping @Sendable (Int32, Int32) -> Int32
  ) -> Operator {
    Operator(1...Int.max) { _ in
      { x in
        if x.areIntegers {
          let all = (0..<x.count).map(x.integers)
          return [.integers(all.dropFirst().reduce(all[0]) { combined($0, $1, integers) })]
        }
        return [.tensor((1..<x.count).reduce(x[0]) { floats($0, x[$1]) })]
      }
    }
  }

  /// A function of pairs of integers; shapes broadcast.
  private static func combined(
    _ a: IntTensor, _ b: IntTensor, _ function: (Int32, Int32) -> Int32
  ) -> IntTensor {
    guard let shape = a.shape.broadcast(with: b.shape) else {
      fail("ONNXModel: integers of shapes \(a.shape) and \(b.shape) don't broadcast")
    }
    let (left, right) = (a.expanded(to: shape), b.expanded(to: shape))
    return IntTensor(zip(left, right).map(function), shape: shape)
  }
}

extension IntTensor {
  /// The elements, broadcast to `shape`.
  func expanded(to target: Shape) -> [Int32] {
    if target == shape { return scalars }
    let strides = shape.rowMajorStrides
    let missing = target.rank - shape.rank
    let steps = (0..<target.rank).map { axis in
      axis < missing || shape[axis - missing] == 1 ? 0 : strides[axis - missing]
    }
    let rows = target.rowMajorStrides
    return (0..<target.elementCount).map { place in
      var (rest, source) = (place, 0)
      for axis in 0..<target.rank where rows[axis] > 0 {
        source += rest / rows[axis] * steps[axis]
        rest %= rows[axis]
      }
      return scalars[source]
    }
  }
}
#endif
