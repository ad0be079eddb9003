import Foundation
import GannetTensor

/// An entry of the register of networks, `networks.json`, which the peers in `scripts/peers` read too.
package struct RegisteredModel: Decodable, Sendable {
  /// A network's input, and the number of its classes or tokens.
  package struct Input: Decodable, Sendable {
    /// The shape of an image, `[C, H, W]`.
    package let images: [Int]?
    /// The sequence length.
    package let tokens: Int?
    /// The length of sentence pairs, sources and targets.
    package let pairs: Int?
    /// The number of tokens of the sources, whose targets are the classes.
    package let sourceTokens: Int?
    /// The label that has no loss, that of padding; nil where all have one.
    package let ignored: Int?
    /// The data set, whose whole epochs are timed, loader included.
    package let epochOf: String?
    package let classes: Int
  }

  package enum Optimizer: String, Decodable, Sendable { case sgd, adam }
  package enum Loss: String, Decodable, Sendable { case crossEntropy }

  package let name: String
  /// The name that builds it, in `Networks` and in the peers.
  package let network: String
  package let input: Input
  /// The default batch size.
  package let batch: Int
  package let optimizer: Optimizer
  package let learningRate: Float
  /// The norm to which all gradients together are clipped; nil for no clipping.
  package let clip: Float?
  package let loss: Loss
  /// The timed steps of one process of `scripts/compare`, and the warm-up steps before.
  package let steps: Int
  package let warmup: Int
}

/// The register of networks.
package enum Register {
  package static let models: [RegisteredModel] = {
    do {
      let models = try JSONDecoder().decode(
        [RegisteredModel].self, from: Data(PackageResources.networks_json))
      return models.sorted { $0.name < $1.name }
    } catch {
      fail("gannet-bench: networks.json is damaged: \(error)")
    }
  }()

  /// The entry of a name; nil where there is none.
  package static func model(_ name: String) -> RegisteredModel? { models.first { $0.name == name } }

  /// Networks that only the register or only the program has, and names that occur twice.
  package static var faults: [String] {
    let (registered, built) = (Set(models.map(\.network)), Set(Networks.names))
    let names = models.map(\.name)
    return registered.subtracting(built).sorted().map { "\($0): in networks.json, not built" }
      + built.subtracting(registered).sorted().map { "\($0): built, not in networks.json" }
      + Set(names.filter { name in names.count { $0 == name } > 1 }).sorted().map {
        "\($0): twice in networks.json"
      }
  }
}
