// A custom operation and layer, x tanh(x), a smooth |x|, whose forward pass runs on all threads and
// saves intermediate values for the backward pass.
//
// swift run -c release CustomLayer [--quick]
import Foundation
import Gannet

// snippet.operation
func smoothAbsolute(_ x: Tensor) -> Tensor {
  Tensor.operation("smoothAbsolute", inputs: [x]) { inputs in
    let values = inputs[0].scalars
    let gate = Tensor(parallel: inputs[0].shape) { range, chunk in
      for index in range { chunk[index - range.lowerBound] = tanh(values[index]) }
    }
    return (inputs[0] * gate, gate)
  } backward: { gradient, inputs, output, gate in
    [gradient * (gate + inputs[0] * (1 - gate * gate))]
  }
}

// snippet.layer
final class SmoothAbsolute: Layer {
  func callAsFunction(_ x: Tensor) -> Tensor { smoothAbsolute(x) }
}

try checkGradients(of: { smoothAbsolute($0[0]) }, at: [Tensor([[-2, -0.5], [0.5, 3]])])

let model = Sequential {
  Linear(1, 32)
  SmoothAbsolute()
  Linear(32, 1)
}
let optimizer = Adam(model.parameters, learningRate: 0.01)
let x = Tensor(uniform: [256, 1], low: -3, high: 3)
for step in 0..<(CommandLine.arguments.contains("--quick") ? 20 : 1_000) {
  optimizer.zeroGradients()
  let loss = meanSquaredError(model(x), sin(x))
  loss.backward()
  optimizer.step()
  if step % 100 == 0 { print("step", step, "loss", loss.scalar) }
}
