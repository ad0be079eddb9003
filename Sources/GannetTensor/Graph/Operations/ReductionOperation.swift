/// A reduction over axes.
package struct ReductionOperation: TensorOperation {
  package enum Kind: Sendable {
    case sum
    case mean
    case maximum
    case minimum
    case logSumExp
    case variance(unbiased: Bool)
    case standardDeviation(unbiased: Bool)
    case norm(Norm)
  }

  package let kind: Kind
  package let axes: Axes
  package let keepingAxes: Bool

  package var name: String {
    switch kind {
    case .sum: "sum"
    case .mean: "mean"
    case .maximum: "max"
    case .minimum: "min"
    case .logSumExp: "logSumExp"
    case .variance: "variance"
    case .standardDeviation: "standardDeviation"
    case .norm: "norm"
    }
  }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    let x = inputs[0]
    return switch kind {
    case .sum: x.sum(along: axes, keepingAxes: keepingAxes)
    case .mean: x.mean(along: axes, keepingAxes: keepingAxes)
    case .maximum: x.max(along: axes, keepingAxes: keepingAxes)
    case .minimum: x.min(along: axes, keepingAxes: keepingAxes)
    case .logSumExp: logSumExp(x, along: axes, keepingAxes: keepingAxes)
    case .variance(let unbiased):
      x.variance(along: axes, unbiased: unbiased, keepingAxes: keepingAxes)
    case .standardDeviation(let unbiased):
      x.standardDeviation(along: axes, unbiased: unbiased, keepingAxes: keepingAxes)
    case .norm(let norm): x.norm(norm, along: axes, keepingAxes: keepingAxes)
    }
  }
}

/// ``Tensor/cumulativeSum(along:reversed:)``.
package struct CumulativeSumOperation: TensorOperation {
  package let axis: Int
  package let isReversed: Bool

  package var name: String { "cumulativeSum" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    inputs[0].cumulativeSum(along: axis, reversed: isReversed)
  }
}

/// ``softmax(_:along:)`` or ``logSoftmax(_:along:)``.
package struct SoftmaxOperation: TensorOperation {
  package let axis: Int
  package let isLogarithmic: Bool

  package var name: String { isLogarithmic ? "logSoftmax" : "softmax" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    isLogarithmic ? logSoftmax(inputs[0], along: axis) : softmax(inputs[0], along: axis)
  }
}
