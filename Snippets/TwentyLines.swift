// The twenty lines of the README: a network of two layers, trained on Fashion-MNIST.
//
// swift run -c release TwentyLines
import Gannet

let training = try FashionMNIST(split: .train)
let test = try FashionMNIST(split: .test)

let model = Sequential {
  Flatten()
  Linear(784, 256)
  ReLU()
  Linear(256, 10)
}
let optimizer = SGD(model.parameters, learningRate: 0.1)

for _ in 0..<5 {
  for batch in DataLoader(training, batchSize: 256, shuffle: true) {
    optimizer.zeroGradients()
    crossEntropy(model(batch.images), batch.labels).backward()
    optimizer.step()
  }
}
let accuracies = model.evaluating {
  DataLoader(test, batchSize: 250).map { accuracy(model($0.images), $0.labels) }
}
print("accuracy", accuracies.reduce(0, +) / Double(accuracies.count))
