import Foundation
import GannetData
import GannetNN
import GannetTensor

/// The whole state of a training: parameters, buffers, optimizer, random streams, history, and the place
/// in the sequence of batches. A run that goes on from it computes the same bits as one that never
/// stopped.
///
/// On disk it is a safetensors file; tensors are named `model.…` and `optimizer.…`, and the rest is JSON in
/// its metadata.
public struct Checkpoint {
  /// Parameters and buffers under PyTorch's names.
  public var model: StateDictionary
  /// What the optimizer remembers.
  public var optimizer: OptimizerState
  /// The tokens whose numbers the model reads, if the trainer was told them.
  public var vocabulary: Vocabulary? { progress.tokens.map { Vocabulary(tokens: $0) } }
  var progress: Progress

  /// What is no tensor.
  struct Progress: Codable {
    var stepCount: Int
    var history: History
    var epoch: EpochState?
    var batches: BatchState?
    var streams: [String: RandomStream]
    var optimizerNumbers: [String: Double]
    /// The states of callbacks, by their place among the callbacks and their type.
    var callbacks: [String: Data]
    /// Those of the vocabulary, in the order of their numbers.
    var tokens: [String]?

    /// Whether no count is negative or so large that counting on would overflow.
    var isPossible: Bool {
      [stepCount, epoch?.batchCount ?? 0, batches?.epoch ?? 0, batches?.batch ?? 0]
        .allSatisfy((0..<1 << 48).contains)
    }
  }

  /// An epoch that is under way.
  struct EpochState: Codable {
    var lossSum = 0.0
    var batchCount = 0
  }

  private static let metadataKey = "gannet.training"

  /// Writes the file; it appears whole, by a rename, or not at all.
  public func write(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .text
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in model { tensors["model." + name] = tensor }
    for (name, tensor) in optimizer.tensors { tensors["optimizer." + name] = tensor }
    let text = String(decoding: try encoder.encode(progress), as: UTF8.self)
    try Safetensors.write(tensors, metadata: [Self.metadataKey: text], to: url)
  }

  /// Reads a file that ``write(to:)`` wrote.
  ///
  /// - Throws: `FileError` where the file is missing, damaged or no checkpoint.
  public init(contentsOf url: URL) throws {
    let file = try SafetensorsFile(url)
    guard let text = file.metadata[Self.metadataKey] else {
      throw Self.error(url, "it is a safetensors file without a training state")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .text
    do {
      progress = try decoder.decode(Progress.self, from: Data(text.utf8))
    } catch {
      throw Self.error(url, "its training state can't be read: \(error)")
    }
    guard progress.isPossible else {
      throw Self.error(url, "its training state counts below 0 or beyond any training")
    }
    guard progress.tokens.map({ Vocabulary(possible: $0) != nil }) ?? true else {
      throw Self.error(url, "its vocabulary has a token twice, or lacks \(Vocabulary.unknown)")
    }
    model = [:]
    optimizer = OptimizerState(tensors: [:], numbers: progress.optimizerNumbers)
    for name in file.names {
      if let own = name.removing(prefix: "model.") {
        model[own] = try file.tensor(name)
      } else if let own = name.removing(prefix: "optimizer.") {
        optimizer.tensors[own] = try file.tensor(name)
      } else {
        throw Self.error(
          url, "the tensor \(name) belongs neither to the model nor to the optimizer")
      }
    }
  }

  init(model: StateDictionary, optimizer: OptimizerState, progress: Progress) {
    self.model = model
    self.optimizer = optimizer
    self.progress = progress
    // What is restored stays, whatever is seeded later.
    self.progress.streams = progress.streams.mapValues(\.fixed)
    self.progress.batches?.stream = progress.batches?.stream?.fixed
  }

  private static func error(_ url: URL, _ problem: String) -> FileError {
    FileError(
      .corrupt, path: url.path, problem, advice: "name a file that Trainer.save(to:) has written")
  }
}

extension String {
  fileprivate func removing(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
