import GannetTensor
import TestSupport
import Testing

@Suite struct GradientCheckTests {
  @Test func rightGradientsPass() throws {
    let (x, w) = (Tensor(hash: 1, [4, 3]), Tensor(hash: 2, [3, 5]))
    try checkGradients(of: { tanh(matmul($0[0], $0[1])) }, at: [x, w])
    try checkGradients(of: { ($0[0] * $0[0]).sum() }, at: [x.transposed()])
    try checkGradients(of: { $0[1] * 2 }, at: [x, w])
  }

  @Test func wrongGradientsAreFound() {
    func wrong(_ factor: Float) -> ([Tensor]) -> Tensor {
      { inputs in
        Tensor.operation("wrong", inputs: inputs) {
          $0[0] * $0[1]
        } backward: { gradient, inputs, _ in
          [gradient * inputs[1], gradient * inputs[0] * factor]
        }
      }
    }
    let inputs = [Tensor(hash: 1, [20, 30]), Tensor(hash: 2, [20, 30])]
    #expect(throws: Never.self) { try checkGradients(of: wrong(1), at: inputs) }
    let error = #expect(throws: GradientMismatch.self) {
      try checkGradients(of: wrong(1.01), at: inputs)
    }
    #expect(error?.input == 1)
    #expect(error.map { "\($0)".hasPrefix("gradient of input 1, element \($0.element): ") } == true)
    #expect(error.map { ($0.tape / $0.differences - 1.01).magnitude < 1e-3 } == true)
    #expect(throws: GradientMismatch.self) { try checkGradients(of: wrong(.nan), at: inputs) }
  }

  @Test func aLargerStepReachesFurther() throws {
    // 1e4 away from 0, steps of 1/32 drown in the rounding of a square.
    let x = Tensor(hash: 1, [3], low: 9e3, high: 1e4)
    try checkGradients(of: { $0[0] * $0[0] }, at: [x], step: 64)
    #expect(throws: GradientMismatch.self) {
      try checkGradients(of: { $0[0] * $0[0] }, at: [x], step: 1e-3, tolerance: 1e-5)
    }
  }
}
