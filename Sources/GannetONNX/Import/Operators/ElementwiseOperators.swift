#if ONNX
import GannetTensor

extension Operator {
  static let elementwise: [String: Operator] = [
    "Relu": .function { relu($0) },
    "Sigmoid": .function { sigmoid($0) },
    "Tanh": .function { tanh($0) },
    "Softplus": .function { softplus($0) },
    "Softsign": .function { softsign($0) },
    "Exp": .function { exp($0) },
    "Log": .function { log($0) },
    "Sqrt": .function { sqrt($0) },
    "Reciprocal": .function { 1 / $0 },
    "Floor": .function { floor($0) },
    "Ceil": .function { ceil($0) },
    "Round": .function { round($0) },
    "Tan": .function { tan($0) },
    "Sin": .function { sin($0) },
    "Cos": .function { cos($0) },
    "Erf": .function { erf($0) },
    "Sign": .function { sign($0) },
    "Mish": .function { mish($0) },
    "HardSwish": .function { hardSwish($0) },
    "IsNaN": .function { $0 .!= $0 },
    "IsInf": Operator(1...1) { node in
      let (positive, negative) = (
        try node.int("detect_positive", 1) != 0, try node.int("detect_negative", 1) != 0
      )
      return { x in
        let highest = positive ? x[0] .== .infinity : x[0] * 0 .== 1
        return [.tensor(negative ? maximum(highest, x[0] .== -.infinity) : highest)]
      }
    },
    "Not": .function { $0 .== 0 },
    "Gelu": Operator(1...1) { node in
      let isApproximate = try node.string("approximate", "none") == "tanh"
      return { [.tensor(isApproximate ? geluTanh($0[0]) : gelu($0[0]))] }
    },
    "Swish": Operator(1...1) { node in
      let alpha = try node.float("alpha", 1)
      return { [.tensor(swish($0[0], alpha))] }
    },
    "SwiGLU": Operator(2...2) { node in
      let alpha = try node.float("alpha", 1)
      return { x in
        try x.require(x.shape(0) == x.shape(1), "two inputs of one shape")
        return [.tensor(swish(x[0], alpha) * x[1])]
      }
    },
    "Elu": Operator(1...1) { node in
      let alpha = try node.float("alpha", 1)
      return { [.tensor(elu($0[0], alpha: alpha))] }
    },
    "Celu": Operator(1...1) { node in
      let alpha = try node.float("alpha", 1)
      guard alpha != 0 else { throw node.fault("divides by alpha = 0") }
      return { [.tensor(celu($0[0], alpha: alpha))] }
    },
    "Selu": Operator(1...1) { node in
      let alpha = try node.float("alpha", 1.6732632)
      let gamma = try node.float("gamma", 1.050701)
      return { [.tensor(elu($0[0], alpha: alpha) * gamma)] }
    },
    "LeakyRelu": Operator(1...1) { node in
      let slope = try node.float("alpha", 0.01)
      return { [.tensor(leakyReLU($0[0], slope: slope))] }
    },
    "HardSigmoid": Operator(1...1) { node in
      let (alpha, beta) = (try node.float("alpha", 0.2), try node.float("beta", 0.5))
      return { [.tensor(($0[0] * alpha + beta).clamped(to: 0...1))] }
    },
    "ThresholdedRelu": Operator(1...1) { node in
      let alpha = try node.float("alpha", 1)
      return { [.tensor($0[0].replacing(with: 0, where: $0[0] .<= alpha))] }
    },
    "Shrink": Operator(1...1) { node in
      let (bias, lambda) = (try node.float("bias", 0), try node.float("lambd", 0.5))
      return { x in
        let outside = sign(x[0]) * (abs(x[0]) .> lambda)
        return [.tensor(x[0] * abs(outside) - outside * bias)]
      }
    },
    "PRelu": .tensors(2...2) { x in
      let shape = try x.broadcast()
      try x.require(shape == x.shape(0), "slopes that broadcast to the input")
      return (x[0] * x[1]).replacing(with: x[0], where: x[0] .> 0)
    },
    "Clip": Operator(1...3) { _ in
      { x in
        let low = x.optional(1) == nil ? -.infinity : try x.number(1)
        let high = x.optional(2) == nil ? .infinity : try x.number(2)
        try x.require(!low.isNaN && !high.isNaN, "bounds that are numbers")
        if case .integers(let integers) = x.value(0) {
          let least = x.optional(1) == nil ? Int32.min : try x.integers(1).scalars[0]
          let most = x.optional(2) == nil ? Int32.max : try x.integers(2).scalars[0]
          return [.integers(integers.mapped { min(max($0, least), most) })]
        }
        return [.tensor(x[0].clamped(to: min(low, high)...high))]
      }
    },
    "Dropout": Operator(1...3) { _ in
      { [$0.value(0), .tensor(Tensor(ones: $0.shape(0)))] }
    },
    "Identity": Operator(1...1) { _ in { [$0.value(0)] } },
    // Truth values are floats here: to be like one is to be a float.
    "CastLike": Operator(2...2) { _ in
      { x in
        if x.isInteger(1) == x.isInteger(0) { return [x.value(0)] }
        return [x.isInteger(1) ? .integers(x[0].wholeNumbers) : .tensor(x[0])]
      }
    },
    "Cast": Operator(1...1) { node in
      let type = Onnx_TensorProto.DataType(rawValue: try node.int("to"))
      switch type {
      case .float, .double, .float16, .bfloat16: return { [.tensor($0[0])] }
      case .bool: return { [.tensor($0[0] .!= 0)] }
      case .int64, .int32, .int8, .uint8:
        return { x in
          guard case .tensor(let tensor) = x.value(0) else { return [x.value(0)] }
          return [.integers(tensor.wholeNumbers)]
        }
      default: throw node.fault("casts to the type \(try node.int("to"))", .unsupported)
      }
    },
  ]

  private static func swish(_ x: Tensor, _ alpha: Float) -> Tensor {
    alpha == 1 ? silu(x) : x * sigmoid(x * alpha)
  }
}

extension Tensor {
  /// The elements, rounded towards zero; NaN and numbers beyond 64 bits become 0.
  var wholeNumbers: IntTensor {
    IntTensor(
      scalars.map { Int32(clamping: Int(exactly: $0.rounded(.towardZero)) ?? 0) }, shape: shape)
  }
}

extension IntTensor {
  func mapped(_ function: (Int32) -> Int32) -> IntTensor {
    IntTensor(scalars.map(function), shape: shape)
  }
}
#endif
