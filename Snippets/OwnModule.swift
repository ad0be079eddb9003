// A module of your own: its names, what is frozen, and groups with rates of their own.
//
// swift run -c release OwnModule
import Gannet

// snippet.module
/// A classifier of a picture and a few numbers that come with it.
final class Mixed: Module {
  let picture = Sequential {
    Conv2D(1, 8, kernelSize: 3, padding: 1)
    BatchNorm2D(8)
    ReLU()
    GlobalAveragePool2D()
    Flatten()
  }
  let numbers = Linear(4, 8)
  var head = Linear(16, 3)

  func callAsFunction(_ images: Tensor, _ values: Tensor) -> Tensor {
    head(concatenate([picture(images), relu(numbers(values))], along: 1))
  }
}
// snippet.names
let model = Mixed()
print(model.parameters.names)  // "picture.0.weight", ... "head.bias"
print(model.stateDictionary.keys.sorted())  // PyTorch's names, with "picture.1.running_mean"
print(model.parameters.scalarCount, "parameters")
// snippet.freezing
model.freeze("picture.*")  // its batch norm stays in evaluation mode, too
model.head = Linear(16, 5)  // before the optimizer is made
let optimizer = AdamW(groups: [
  ParameterGroup(model.parameters.matching("head.*"), learningRate: 1e-3),
  ParameterGroup(
    model.parameters.matching("numbers.*"), learningRate: 1e-4, weightDecay: 0.01),
])
// snippet.step
let images = Tensor(uniform: [6, 1, 8, 8])
let values = Tensor(normal: [6, 4])
let labels = IntTensor([0, 1, 2, 3, 4, 0])
optimizer.zeroGradients()
crossEntropy(model(images, values), labels).backward()
model.parameters.clipGradients(toNorm: 1)
optimizer.step()
// snippet.modes
model.eval()  // batch norm by its running statistics, no dropout
model.train()
let scores = model.evaluating { model(images, values) }  // without a tape, modes restored
// snippet.summary
print(model.picture.summary(input: [1, 1, 28, 28]))
// snippet.initial
let wide = Linear(16, 64, weightInitializer: .heNormal())
let orthogonal = Linear(64, 64, weightInitializer: .orthogonal(), biasInitializer: .zeros)
// snippet.end
print(scores.shape, wide.weight.shape, orthogonal.weight.shape)
