// Errors that a program can catch: what they say, and what it does then.
//
// swift run -c release Remedies
import Foundation
import Gannet

// snippet.file
do {
  _ = try Safetensors.read(from: URL(filePath: "weights.safetensors"))
} catch let error as FileError where error.kind == .missing {
  print(error)
}
// snippet.state
let model = LeNet(classCount: 7)
do {
  try model.load(LeNet().stateDictionary)
} catch let error as StateError {
  print(error)  // and nothing has been changed
}
// snippet.training
let x = Tensor(normal: [64, 4])
let net = Linear(4, 1)
let set = TensorDataset(features: x, targets: x.sum(along: 1, keepingAxes: true))
let trainer = Trainer(
  net, optimizer: SGD(net.parameters, learningRate: 1e30), loss: .regression)
do {
  try trainer.fit(DataLoader(set, batchSize: 16), epochs: 20)
} catch let error as TrainingError {
  print(error)
}
// snippet.check
do {
  try checkGradients(of: { square($0[0].detached()) * $0[0] }, at: [Tensor([1, 2])])
} catch {
  print(error)  // a detached factor has no gradient
}
// snippet.end
