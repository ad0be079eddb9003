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
    "Not": .function { $0 .== 0 },
    "Gelu": Operator(1...1) { node in
      let isApproximate = try node.string("approximate", "none") == "tanh"
      return { [.tensor(isApproximate ? geluTanh($0[0]) : gelu($0[0]))] }
    },
    "Elu": Operator(1...1) { node in
      let alpha = try node.float("alpha", 1)
      return { [.tensor(elu($0[0], alpha: alpha))] }
    },
    "Celu": Operator(1...1) { node in
      let alpha = try node.float("alpha", 1)
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
    "PRelu": .tensors(2...2) { x in
      (x[0] * x[1]).replacing(with: x[0].expanded(to: (x[0] * x[1]).shape), where: x[0] .> 0)
    },
    "Clip": .tensors(1...3) { x in
      let low = x.optionalTensor(1)?.scalar ?? -.infinity
      let high = x.optionalTensor(2)?.scalar ?? .infinity
      return x[0].clamped(to: min(low, high)...high)
    },
    "Dropout": Operator(1...3) { node in
      guard node.outputs.count == 1 else { throw node.fault("has a mask", .unsupported) }
      return { [$0.value(0)] }
    },
    "Identity": Operator(1...1) { _ in { [$0.value(0)] } },
    "Cast": Operator(1...1) { node in
      let type = Onnx_TensorProto.DataType(rawValue: try node.int("to"))
      switch type {
      case .float, .double, .float16, .bfloat16: return { [.tensor($0[0])] }
      case .bool: return { [.tensor($0[0] .!= 0)] }
      case .int64, .int32, .int8, .uint8:
        return { x in
          guard case .tensor(let tensor) = x.value(0) else { return [x.value(0)] }
          let whole = tensor.scalars.map {
            Int32(clamping: Int(exactly: $0.rounded(.towardZero)) ?? 0)
          }
          return [.integers(IntTensor(whole, shape: tensor.shape))]
        }
      default: throw node.fault("casts to the type \(try node.int("to"))", .unsupported)
      }
    },
  ]
}
#endif
