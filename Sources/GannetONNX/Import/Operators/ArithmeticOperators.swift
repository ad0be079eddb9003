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
      let isTruncated = try node.bool("fmod")
      return { x in
        let shape = try x.broadcast()
        if x.areIntegers {
          return [
            .integers(
              try x.integers(0).combined(x.integers(1), shape) { a, b in
                guard b != 0, b != -1 else { return 0 }
                let rest = a % b
                return !isTruncated && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
              })
          ]
        }
        let (dividends, divisors) = (x[0].expanded(to: shape), x[1].expanded(to: shape))
        let rests = zip(dividends.scalars, divisors.scalars).map { a, b -> Float in
          let rest = a.truncatingRemainder(dividingBy: b)
          return !isTruncated && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
        }
        return [.tensor(Tensor(rests, shape: shape))]
      }
    },
    "Neg": Operator(1...1) { _ in
      { x in
        guard case .integers(let integers) = x.value(0) else { return [.tensor(-x[0])] }
        return [.integers(integers.mapped { 0 &- $0 })]
      }
    },
    "Abs": Operator(1...1) { _ in
      { x in
        guard case .integers(let integers) = x.value(0) else { return [.tensor(abs(x[0]))] }
        return [.integers(integers.mapped { Int32(clamping: $0.magnitude) })]
      }
    },
    "Pow": Operator(2...2) { _ in
      { x in
        let shape = try x.broadcast()
        if x.isInteger(0) {
          return [.integers(pow(x[0].expanded(to: shape), x[1]).wholeNumbers)]
        }
        // A constant exponent has a cheaper gradient, and none of its own.
        guard x[1].count == 1, x[1].node == nil else { return [.tensor(pow(x[0], x[1]))] }
        let exponent = try x.number(1)
        let power = exponent == 2 ? x[0] * x[0] : pow(x[0], exponent)
        return [.tensor(power.reshaped(to: shape))]
      }
    },
    "BitwiseAnd": bitwise { $0 & $1 },
    "BitwiseOr": bitwise { $0 | $1 },
    "BitwiseXor": bitwise { $0 ^ $1 },
    "BitShift": Operator(2...2) { node in
      let direction = try node.string("direction", "")
      guard ["LEFT", "RIGHT"].contains(direction) else {
        throw node.fault("has the direction \(direction)")
      }
      return { x in
        let shape = try x.broadcast()
        // A negative number of places is a large one, as that of an unsigned integer.
        let shifted = try x.integers(0).combined(x.integers(1), shape) { bits, places in
          let places = places < 0 ? Int32(Int32.bitWidth) : places
          return direction == "LEFT" ? bits << places : bits >> places
        }
        return [.integers(shifted)]
      }
    },
    "BitwiseNot": Operator(1...1) { _ in { [.integers(try $0.integers(0).mapped { ~$0 })] } },
    "Max": fold({ maximum($0, $1) }, { max($0, $1) }),
    "Min": fold({ minimum($0, $1) }, { min($0, $1) }),
    "Sum": fold({ $0 + $1 }, { $0 &+ $1 }),
    "Mean": .tensors(1...Int.max) { x in
      try x.broadcast()
      return (1..<x.count).reduce(x[0]) { $0 + x[$1] } / Float(x.count)
    },
  ]

  private static func arithmetic(
    _ floats: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ integers: @escaping @Sendable (Int32, Int32) -> Int32
  ) -> Operator {
    Operator(2...2) { _ in
      { x in
        let shape = try x.broadcast()
        return x.areIntegers
          ? [.integers(try x.integers(0).combined(x.integers(1), shape, integers))]
          : [.tensor(floats(x[0], x[1]))]
      }
    }
  }

  private static func bitwise(
    _ function: @escaping @Sendable (Int32, Int32) -> Int32
  ) -> Operator {
    Operator(2...2) { _ in
      { x in
        [.integers(try x.integers(0).combined(x.integers(1), x.broadcast(), function))]
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
        let shape = try x.broadcast()
        if x.areIntegers {
          let all = try (0..<x.count).map(x.integers)
          return [.integers(all.dropFirst().reduce(all[0]) { $0.combined($1, shape, integers) })]
        }
        return [.tensor((1..<x.count).reduce(x[0]) { floats($0, x[$1]) })]
      }
    }
  }
}

extension IntTensor {
  /// A function of pairs of integers, which broadcast to `shape`.
  func combined(
    _ other: IntTensor, _ shape: Shape, _ function: (Int32, Int32) -> Int32
  ) -> IntTensor {
    IntTensor(zip(expanded(to: shape), other.expanded(to: shape)).map(function), shape: shape)
  }

  /// The elements, broadcast to `target`.
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
