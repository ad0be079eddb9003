import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Where `scripts/test-torchvision` has put its files; nil in other runs.
private let folder = ProcessInfo.processInfo.environment["GANNET_TORCHVISION"].map {
  URL(filePath: $0)
}

@Suite(.enabled(if: folder != nil)) struct TorchvisionTests {
  /// A network that torchvision made and PyTorch saved, read under its names.
  @Test func aSavedNetworkGivesItsScoresAndGradients() throws {
    let folder = try #require(folder)
    let computed = try SafetensorsFile(folder.appending(path: "computed.safetensors"))
    let model = ResNet.torchvisionResNet18()
    try model.load(Safetensors.read(from: folder.appending(path: "resnet18.safetensors")))

    let images = try computed.tensor("images")
    let scores = model.evaluating { model(images) }
    expectClose(scores, try computed.tensor("scores"), tolerance: 1e-4)

    crossEntropy(model(images), try computed.integers("labels")).backward()
    #expect(model.parameters.count == 62)
    for parameter in model.parameters {
      let wanted = try computed.tensor("gradients/\(parameter.name)")
      let gradient = try #require(parameter.gradient)
      expectClose(gradient, wanted, tolerance: 1e-3, "\(parameter.name), an element")
      let difference = (gradient - wanted).norm().scalar / wanted.norm().scalar
      #expect(difference < 1e-3, "\(parameter.name), as a whole")
    }
  }
}
