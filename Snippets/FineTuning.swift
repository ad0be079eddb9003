// Fine-tuning of ResNet-18 with torchvision's weights and a new head for five classes. Only the
// last stage and the head are trained; frozen batch norms keep their statistics.
//
// swift run -c release FineTuning [--quick]
import Foundation
import Gannet

// In place of torchvision's: safetensors.torch.save_file(resnet18(weights=...).state_dict(), path)
let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
try ResNet.torchvision(depth: 18).save(to: file)
defer { try? FileManager.default.removeItem(at: file) }

let net = ResNet.torchvision(depth: 18)
net.fc = Linear(512, 5)
try net.load(from: file, excluding: "fc.*")

net.freeze()
net.unfreeze("layer4.*")
net.unfreeze("fc.*")
let optimizer = AdamW(groups: [
  ParameterGroup(net.parameters.matching("layer4.*"), learningRate: 1e-4),
  ParameterGroup(net.parameters.matching("fc.*"), learningRate: 1e-3),
])

let count = CommandLine.arguments.contains("--quick") ? 10 : 200
let images = TensorDataset(
  features: Tensor(normal: [count, 3, 64, 64]), labels: IntTensor((0..<count).map { $0 % 5 }))
let frozen = net.bn1.runningMean.value
try Trainer(net, optimizer: optimizer, loss: .classification)
  .fit(DataLoader(images, batchSize: 10, shuffle: true), epochs: 1)
print("the frozen statistics moved:", net.bn1.runningMean.value.scalars != frozen.scalars)
