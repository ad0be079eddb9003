// A trained network, prepared to predict, that serves several tasks at once.
//
// swift run -c release Serving

import Gannet

let model = ResNet.resNet18()  // trained, or loaded: try model.load(from: file)
let images = Tensor(normal: [16, 1, 96, 96])

// Batch norms are folded into convolutions and weights packed, once.
let predictor = try Predictor(model, example: images)

func milliseconds(_ body: () -> Void) -> Double {
  body()
  let time = ContinuousClock().measure { for _ in 0..<20 { body() } }
  return Double(time.components.attoseconds) / 2e16 + Double(time.components.seconds) * 50
}

let one = images[0..<1]
print("model     ", milliseconds { _ = model.evaluating { model(one) } }, "ms")
print("predictor ", milliseconds { _ = predictor(one) }, "ms")

let answers = await withTaskGroup(of: Int32.self, returning: Int.self) { group in
  for task in 0..<4 {
    group.addTask {
      let image = Tensor(repeating: Float(task), shape: [1, 1, 96, 96])
      return predictor(image).argmax(along: -1).scalars[0]
    }
  }
  var count = 0
  for await _ in group { count += 1 }
  return count
}
print(answers, "answers")
