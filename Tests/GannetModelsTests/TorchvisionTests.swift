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
  private static let networks: [String: @Sendable () -> any Layer] = [
    "alexnet": { AlexNet.torchvision() },
    "vgg11": { VGG.torchvision(depth: 11) },
    "googlenet": {
      GoogLeNet(inputChannels: 3, classCount: 1_000, style: .torchvision)
    },
    "resnet18": { ResNet.torchvision(depth: 18) },
    "resnet50": { ResNet.torchvision(depth: 50) },
    "resnext50_32x4d": { ResNet.resNeXt50() },
    "densenet121": { DenseNet.denseNet121() },
    "regnet_x_400mf": { AnyNet.regNetX(megaflops: 400) },
    "regnet_y_400mf": { AnyNet.regNetY(megaflops: 400) },
  ]

  /// A network that torchvision made and PyTorch saved, read under its names, in evaluation mode.
  ///
  /// Gradients are computed by exact convolutions: the larger rounding of Winograd's would change
  /// which ReLUs are open.
  @Test(arguments: networks.keys.sorted())
  func aSavedNetworkGivesItsScoresAndGradients(name: String) throws {
    let folder = try #require(folder)
    let computed = try SafetensorsFile(folder.appending(path: "\(name).computed.safetensors"))
    let model = Self.networks[name]!()
    try model.load(Safetensors.read(from: folder.appending(path: "\(name).safetensors")))
    model.eval()

    let images = try computed.tensor("images")
    let scores = withoutGradients { model(images) }
    expectClose(scores, try computed.tensor("scores"), tolerance: 1e-4)

    let labels = try computed.integers("labels")
    withExactConvolutions { crossEntropy(model(images), labels).backward() }
    for (parameter, wanted) in zip(model.parameters, try gradients(of: name, in: computed)) {
      let gradient = try #require(parameter.gradient)
      let error = (gradient - wanted).norm().scalar / wanted.norm().scalar
      #expect(error < 1e-3, "\(name), \(parameter.name)")
    }
  }

  /// Stored gradients in the order of the network's parameters: they are loaded by name as weights.
  private func gradients(of name: String, in file: SafetensorsFile) throws -> [Tensor] {
    let carrier = Self.networks[name]!()
    var state = carrier.stateDictionary
    let prefix = "gradients/"
    for key in file.names where key.hasPrefix(prefix) {
      state[String(key.dropFirst(prefix.count))] = try file.tensor(key)
    }
    try carrier.load(state)
    return carrier.parameters.map { $0.value.detached() }
  }
}
