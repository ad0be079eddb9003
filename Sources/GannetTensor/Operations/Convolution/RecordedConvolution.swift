/// The three passes of a convolution as steps of the tape, in any layout. Each is bilinear, and its
/// gradients are the other two.
extension Convolution {
  /// x * weight, `[N, O, H', W']`.
  func recordedResult(_ x: Tensor, weight: Tensor) -> Tensor {
    recorded("conv2D", x, weight) { x, weight in
      result(x.pixels(), weight: weight.contiguous(), bias: nil, activation: .identity)
    } ofFirst: { dy, weight in
      recordedInputGradient(dy, weight: weight)
    } ofSecond: { dy, x in
      recordedWeightGradient(dy, x: x)
    }
  }

  /// The gradient of x, `[N, C, H, W]`, from the product's gradient.
  func recordedInputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    recorded("transposedConv2D", dy, weight) { dy, weight in
      inputGradient(dy.pixels(), weight: weight.contiguous())
    } ofFirst: { dx, weight in
      recordedResult(dx, weight: weight)
    } ofSecond: { dx, dy in
      recordedWeightGradient(dy, x: dx)
    }
  }

  /// The gradient of the weight from the product's gradient.
  func recordedWeightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
    recorded("conv2D, weight gradient", dy, x) { dy, x in
      weightGradient(dy.pixels(), x: x.pixels())
    } ofFirst: { dw, x in
      recordedResult(x, weight: dw)
    } ofSecond: { dw, dy in
      recordedInputGradient(dy, weight: dw)
    }
  }

  /// Records `pass` of two operands as one step; each operand's gradient is a pass of the result's
  /// gradient and the other operand.
  private func recorded(
    _ operation: StaticString, _ a: Tensor, _ b: Tensor, pass: (Tensor, Tensor) -> Tensor,
    ofFirst: @escaping (Tensor, Tensor) -> Tensor, ofSecond: @escaping (Tensor, Tensor) -> Tensor
  ) -> Tensor {
    let savedA = b.isRecorded ? a : nil
    let savedB = a.isRecorded ? b : nil
    return pass(a.detached(), b.detached()).recorded(operation, [a.node, b.node]) { gradient in
      [savedB.map { ofFirst(gradient, $0) }, savedA.map { ofSecond(gradient, $0) }]
    }
  }
}
