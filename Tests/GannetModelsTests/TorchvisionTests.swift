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
    "alexnet": { AlexNet.torchvision(dropout: 0) },
    "vgg11": { VGG.torchvision(depth: 11, dropout: 0) },
    "googlenet": {
      GoogLeNet(inputChannels: 3, classCount: 1_000, style: .torchvision, dropout: 0)
    },
    "resnet18": { ResNet.torchvision(depth: 18) },
    "resnet50": { ResNet.torchvision(depth: 50) },
    "resnext50_32x4d": { ResNet.resNeXt50() },
    "densenet121": { DenseNet.denseNet121() },
    "regnet_x_400mf": { AnyNet.regNetX(megaflops: 400) },
    "regnet_y_400mf": { AnyNet.regNetY(megaflops: 400) },
  ]

  /// A network that torchvision made and PyTorch saved, read under its names.
  ///
  /// Where PyTorch's own gradients in single precision are further from those in double than 1e-3, since
  /// ReLUs' inputs lie near 0, gradients are within four times that distance.
  @Test(arguments: networks.keys.sorted())
  func aSavedNetworkGivesItsScoresAndGradients(name: String) throws {
    let folder = try #require(folder)
    let computed = try SafetensorsFile(folder.appending(path: "\(name).computed.safetensors"))
    let model = Self.networks[name]!()
    try model.load(Safetensors.read(from: folder.appending(path: "\(name).safetensors")))

    let images = try computed.tensor("images")
    let scores = model.evaluating { model(images) }
    expectClose(scores, try computed.tensor("scores"), tolerance: 1e-4)

    crossEntropy(model(images), try computed.integers("labels")).backward()
    let exact = try gradients("gradients", of: name, in: computed)
    let single = try gradients("single", of: name, in: computed)
    for (index, parameter) in model.parameters.enumerated() {
      let gradient = try #require(parameter.gradient)
      let error = relativeError(gradient, exact[index])
      let tolerance = max(1e-3, 4 * relativeError(single[index], exact[index]))
      #expect(error < tolerance, "\(name), \(parameter.name)")
    }
  }

  private func relativeError(_ value: Tensor, _ exact: Tensor) -> Float {
    (value - exact).norm().scalar / exact.norm().scalar
  }

  /// Stored gradients in the order of the network's parameters: they are loaded by name as weights.
  private func gradients(
    _ kind: String, of name: String, in file: SafetensorsFile
  ) throws -> [Tensor] {
    let carrier = Self.networks[name]!()
    var state = carrier.stateDictionary
    for key in file.names where key.hasPrefix(kind + "/") {
      state[String(key.dropFirst(kind.count + 1))] = try file.tensor(key)
    }
    try carrier.load(state)
    return carrier.parameters.map { $0.value.detached() }
  }
}
