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
  private static let networks: [String: @Sendable (URL) throws -> any Layer] = [
    "alexnet": { try AlexNet.torchvision(weights: $0) },
    "vgg11": { try VGG.torchvision(depth: 11, weights: $0) },
    "googlenet": { try GoogLeNet.torchvision(weights: $0) },
    "resnet18": { try ResNet.resNet18(weights: $0) },
    "resnet50": { try ResNet.resNet50(weights: $0) },
    "resnext50_32x4d": { try ResNet.resNeXt50(weights: $0) },
    "densenet121": { try DenseNet.denseNet121(weights: $0) },
    "regnet_x_400mf": { try AnyNet.regNetX(megaflops: 400, weights: $0) },
    "regnet_y_400mf": { try AnyNet.regNetY(megaflops: 400, weights: $0) },
  ]

  /// A network that torchvision made and `torch.save` wrote, read under its names, in evaluation mode.
  ///
  /// Gradients are computed by exact convolutions: the larger rounding of Winograd's would change
  /// which ReLUs are open.
  @Test(arguments: networks.keys.sorted())
  func aSavedNetworkGivesItsScoresAndGradients(name: String) throws {
    let folder = try #require(folder)
    let computed = try SafetensorsFile(folder.appending(path: "\(name).computed.safetensors"))
    let model = try Self.networks[name]!(folder.appending(path: "\(name).pth"))
    model.eval()

    let images = try computed.tensor("images")
    let scores = withoutGradients { model(images) }
    expectClose(scores, try computed.tensor("scores"), tolerance: 1e-4)

    let labels = try computed.integers("labels")
    withExactConvolutions { crossEntropy(model(images), labels).backward() }
    let gradients = model.parameters.map(\.gradient)
    // The stored gradients take the weights' places, by name.
    var state = model.stateDictionary
    let prefix = "gradients/"
    for key in computed.names where key.hasPrefix(prefix) {
      state[String(key.dropFirst(prefix.count))] = try computed.tensor(key)
    }
    try model.load(state)
    for (parameter, gradient) in zip(model.parameters, gradients) {
      let wanted = parameter.value.detached()
      let error = (try #require(gradient) - wanted).norm().scalar / wanted.norm().scalar
      #expect(error < 1e-3, "\(name), \(parameter.name)")
    }
  }
}
