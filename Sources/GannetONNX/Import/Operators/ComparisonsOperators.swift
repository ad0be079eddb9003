#if ONNX
import GannetTensor

extension Operator {
  static let comparisons: [String: Operator] = [
    "Less": comparison({ $0 .< $1 }, { $0 .< $1 }),
    "LessOrEqual": comparison({ $0 .<= $1 }, { $0 .<= $1 }),
    "Greater": comparison({ $0 .> $1 }, { $0 .> $1 }),
    "GreaterOrEqual": comparison({ $0 .>= $1 }, { $0 .>= $1 }),
    "Equal": comparison({ $0 .== $1 }, { $0 .== $1 }),
    "And": logical { $0 * $1 },
    "Or": logical { maximum($0, $1) },
    "Xor": logical { $0 .!= $1 },
    "Where": Operator(3...3) { _ in
      { x in
        let shape = try x.broadcast()
        guard case .integers(let a) = x.value(1), case .integers(let b) = x.value(2) else {
          return [.tensor(x[2].replacing(with: x[1], where: x[0]))]
        }
        let condition = x[0].expanded(to: shape).scalars
        let (first, second) = (a.expanded(to: shape), b.expanded(to: shape))
        return [
          .integers(
            IntTensor(
              condition.indices.map { condition[$0] != 0 ? first[$0] : second[$0] }, shape: shape))
        ]
      }
    },
  ]

  /// A comparison, of integers exactly; it gives 1 or 0.
  private static func comparison(
    _ floats: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ integers: @escaping @Sendable (IntTensor, IntTensor) -> Tensor
  ) -> Operator {
    .tensors(2...2) { x in
      try x.broadcast()
      return x.areIntegers
        ? integers(try x.integers(0), try x.integers(1)) : floats(x[0], x[1])
    }
  }

  private static func logical(
    _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> Operator {
    .tensors(2...2) { x in
      try x.broadcast()
      return function(x[0], x[1])
    }
  }
}
#endif
