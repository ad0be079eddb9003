import Foundation
import GannetData
import GannetNN
import GannetTensor

/// Weights of a network of torchvision in a file, under its names.
struct TorchvisionWeights {
  private let path: String
  private var state: StateDictionary

  /// Reads a file of `torch.save`, a safetensors file, or an index of several.
  init(_ url: URL) throws {
    path = url.readablePath
    state = try WeightFile.read(from: url)
  }

  /// Leaves out the tensors of `part`, which the network does not have.
  mutating func remove(_ part: String) {
    state = state.filter { !$0.key.hasPrefix(part + ".") }
  }

  /// Gives names of older files their present form.
  mutating func rename(_ present: (String) -> String) {
    state = Dictionary(uniqueKeysWithValues: state.map { (present($0.key), $0.value) })
  }

  /// Loads the weights; `head`, the classification layer, keeps its values where it has another number
  /// of classes than the file's.
  func load<Network: Module>(into network: Network, head: String) throws -> Network {
    let own = network.stateDictionary["\(head).weight"]?.shape
    let isOther = state["\(head).weight"].map { $0.shape != own } ?? false
    try StateError.naming(path) {
      try network.load(state, excluding: isOther ? "\(head).*" : nil)
    }
    return network
  }
}
