#if ONNX
import Foundation
import GannetTensor

extension Operator {
  static let trigonometry: [String: Operator] = [
    "Sinh": .function { (expm1($0) - expm1(-$0)) / 2 },
    "Cosh": .function { (exp($0) + exp(-$0)) / 2 },
    "Asinh": inverse("asinh", Foundation.asinh) { 1 / sqrt($0 * $0 + 1) },
    "Acosh": inverse("acosh", Foundation.acosh) { 1 / sqrt($0 * $0 - 1) },
    "Atanh": inverse("atanh", Foundation.atanh) { 1 / (1 - $0 * $0) },
    "Asin": inverse("asin", Foundation.asin) { 1 / sqrt(1 - $0 * $0) },
    "Acos": inverse("acos", Foundation.acos) { -1 / sqrt(1 - $0 * $0) },
    "Atan": inverse("atan", Foundation.atan) { 1 / ($0 * $0 + 1) },
  ]

  /// An inverse function of numbers, and its derivative.
  private static func inverse(
    _ name: StaticString, _ function: @escaping @Sendable (Float) -> Float,
    derivative: @escaping @Sendable (Tensor) -> Tensor
  ) -> Operator {
    .function { x in
      Tensor.operation(name, inputs: [x], twiceDifferentiable: true) { inputs in
        Tensor(inputs[0].scalars.map(function), shape: inputs[0].shape)
      } backward: { gradient, inputs, _ in
        [gradient * derivative(inputs[0])]
      }
    }
  }
}
#endif
