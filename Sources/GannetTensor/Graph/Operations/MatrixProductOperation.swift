/// ``matmul(_:_:transposingA:transposingB:)``.
package struct MatrixProductOperation: TensorOperation {
  package let transposingA: Bool
  package let transposingB: Bool

  package var name: String { "matmul" }

  package func result(of inputs: consuming GraphInputs) -> Tensor {
    matmul(inputs[0], inputs[1], transposingA: transposingA, transposingB: transposingB)
  }
}
