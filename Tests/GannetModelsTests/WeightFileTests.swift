import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Networks made with the weights of a file.
@Suite struct WeightFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func saved(_ state: StateDictionary) throws -> URL {
    let url = folder.file("weights.safetensors")
    try Safetensors.write(state, to: url)
    return url
  }

  private func expectEqual(
    _ loaded: StateDictionary, _ wanted: StateDictionary, except head: String = "-"
  ) {
    #expect(loaded.keys.sorted() == wanted.keys.sorted())
    for (name, tensor) in wanted where !name.hasPrefix(head) {
      #expect(loaded[name].map { $0.scalars == tensor.scalars } == true, "\(name)")
    }
  }

  @Test func aResNetAndItsHead() throws {
    let state = ResNet.torchvision(depth: 18).stateDictionary
    let url = try saved(state)
    expectEqual(try ResNet.resNet18(weights: url).stateDictionary, state)
    let mine = try ResNet.resNet18(weights: url, classCount: 5).stateDictionary
    #expect(mine["fc.weight"]?.shape == [5, 512] && mine["fc.bias"]?.shape == [5])
    expectEqual(mine, state, except: "fc.")
    let error = #expect(throws: StateError.self) { try ResNet.resNet34(weights: url) }
    for part in ["weights.safetensors: ", "layer1.2.conv1.weight [64, 64, 3, 3]", " more"] {
      #expect(error?.description.contains(part) == true)
    }
    #expect(throws: FileError.self) { try ResNet.resNet18(weights: folder.file("none.pth")) }
  }

  /// torchvision's file of DenseNet-121 is older than its names.
  @Test func olderNamesOfDenseNet() throws {
    let state = DenseNet.denseNet121().stateDictionary
    func older(_ name: String) -> String {
      guard name.contains("denselayer") else { return name }
      return ["norm1", "norm2", "conv1", "conv2"].reduce(name) { name, part in
        name.replacing(".\(part).", with: ".\(part.dropLast()).\(part.last!).")
      }
    }
    let old = Dictionary(uniqueKeysWithValues: state.map { (older($0.key), $0.value) })
    #expect(old["features.denseblock1.denselayer1.norm.1.weight"] != nil)
    expectEqual(try DenseNet.denseNet121(weights: saved(old)).stateDictionary, state)
    expectEqual(try DenseNet.denseNet121(weights: saved(state)).stateDictionary, state)
  }

  @Test func googLeNetWithoutItsAuxiliaryClassifiers() throws {
    let state = GoogLeNet(inputChannels: 3, classCount: 1_000, style: .torchvision)
      .stateDictionary
    let full = state.merging([
      "aux1.fc1.weight": Tensor([1]), "aux2.conv.bn.num_batches_tracked": Tensor(1),
    ]) { first, _ in first }
    expectEqual(try GoogLeNet.torchvision(weights: saved(full)).stateDictionary, state)
  }
}
