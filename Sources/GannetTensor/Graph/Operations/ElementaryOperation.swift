/// A function without settings of every element.
package struct ElementaryOperation: TensorOperation {
  package enum Function: Sendable {
    case exp
    case expm1
    case log
    case log1p
    case sqrt
    case sin
    case cos
    case tan
    case erf
    case abs
    case sign
    case round
    case floor
    case ceil
  }

  package let function: Function

  package var name: String { "\(function)" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    var inputs = inputs
    let x = inputs.take(0)
    return switch function {
    case .exp: GannetTensor.exp(x)
    case .expm1: GannetTensor.expm1(x)
    case .log: GannetTensor.log(x)
    case .log1p: GannetTensor.log1p(x)
    case .sqrt: GannetTensor.sqrt(x)
    case .sin: GannetTensor.sin(x)
    case .cos: GannetTensor.cos(x)
    case .tan: GannetTensor.tan(x)
    case .erf: GannetTensor.erf(x)
    case .abs: GannetTensor.abs(x)
    case .sign: GannetTensor.sign(x)
    case .round: GannetTensor.round(x)
    case .floor: GannetTensor.floor(x)
    case .ceil: GannetTensor.ceil(x)
    }
  }
}

/// The power of the first input with `exponent`, or with the second input where that is nil.
package struct PowerOperation: TensorOperation {
  package let exponent: Float?

  package var name: String { "pow" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    if let exponent { return pow(inputs[0], exponent) }
    return pow(inputs[0], inputs[1])
  }
}

/// ``leakyReLU(_:slope:)``.
package struct LeakyReLUOperation: TensorOperation {
  package let slope: Float

  package var name: String { "leakyReLU" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    leakyReLU(inputs[0], slope: slope)
  }
}

/// ``prelu(_:slope:)`` of the first input with the second one's slopes.
package struct PReLUOperation: TensorOperation {
  package var name: String { "prelu" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    prelu(inputs[0], slope: inputs[1])
  }
}

/// ``Tensor/clamped(to:)``.
package struct ClampOperation: TensorOperation {
  package let range: ClosedRange<Float>

  package var name: String { "clamp" }

  package func result(of inputs: consuming GraphInputs) -> Tensor { inputs[0].clamped(to: range) }
}
