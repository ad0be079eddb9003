import Foundation
import GannetData
import GannetNN
import GannetTensor

/// The complete state of a training: parameters, buffers, optimizer, random streams, history, and
/// the position in the sequence of batches. A resumed run computes the same bits as an
/// uninterrupted one.
///
/// The file format is safetensors: tensors are named `model.…` and `optimizer.…`, and the rest is
/// JSON in the metadata.
public struct Checkpoint {
  /// The parameters and buffers under PyTorch's names.
  public var model: StateDictionary
  /// The optimizer's state.
  public var optimizer: OptimizerState
  /// The facts that the trainer had, such as the vocabulary of the model's tokens.
  public var metadata: CheckpointMetadata { progress.metadata ?? CheckpointMetadata() }
  var progress: Progress
  /// Names of tensors that may be infinite, but not NaN, such as masks.
  let infiniteConstants: Set<String>

  /// The state other than tensors, written as metadata.
  struct Progress: Codable {
    var stepCount: Int
    var history: History
    var epoch: EpochState?
    var batches: BatchState?
    var streams: [String: RandomStream]
    var optimizerNumbers: [String: Double]
    /// The states of callbacks, by index and type.
    var callbacks: [String: Data]
    var metadata: CheckpointMetadata?

    /// Whether no count is negative or so large that it could overflow.
    var isPossible: Bool {
      let counts = [
        stepCount, epoch?.batchCount, epoch?.skippedCount, batches?.epoch, batches?.batch,
        batches?.batchSize, batches?.exampleCount,
      ]
      return counts.allSatisfy { (0..<1 << 48).contains($0 ?? 0) }
    }
  }

  /// The state of an unfinished epoch.
  struct EpochState: Codable {
    var lossSum = 0.0
    /// The number of batches with a step.
    var batchCount = 0
    var skippedCount = 0
    /// Whether only the evaluation is left.
    var isTrained = false

    init() {}

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      lossSum = try container.decode(Double.self, forKey: .lossSum)
      batchCount = try container.decode(Int.self, forKey: .batchCount)
      // Older files lack these.
      skippedCount = try container.decodeIfPresent(Int.self, forKey: .skippedCount) ?? 0
      isTrained = try container.decodeIfPresent(Bool.self, forKey: .isTrained) ?? false
    }
  }

  private static let metadataKey = "gannet.training"

  /// Writes the file atomically.
  ///
  /// - Throws: ``TrainingError`` where a tensor is not finite, `FileError` where the file cannot be
  ///   written.
  public func write(to url: URL) throws {
    try refuseNonFinite(url)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .text
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in model { tensors["model." + name] = tensor }
    for (name, tensor) in optimizer.tensors { tensors["optimizer." + name] = tensor }
    let text = String(decoding: try encoder.encode(progress), as: UTF8.self)
    try Safetensors.write(tensors, metadata: [Self.metadataKey: text], to: url)
  }

  /// Reads a file of ``write(to:)``.
  ///
  /// - Throws: `FileError` where the file is missing, damaged or not a checkpoint.
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
    guard progress.metadata?.hasPossibleVocabulary ?? true else {
      throw Self.error(url, "its vocabulary has a token twice, or lacks \(Vocabulary.unknown)")
    }
    model = [:]
    optimizer = OptimizerState(tensors: [:], numbers: progress.optimizerNumbers)
    var infinite: Set<String> = []
    for name in file.names {
      if let own = name.removing(prefix: "model.") {
        let tensor = try file.tensor(name)
        if tensor.nonFiniteCount > 0 { infinite.insert(own) }
        model[own] = tensor
      } else if let own = name.removing(prefix: "optimizer.") {
        optimizer.tensors[own] = try file.tensor(name)
      } else {
        throw Self.error(
          url, "the tensor \(name) belongs neither to the model nor to the optimizer")
      }
    }
    infiniteConstants = infinite
  }

  private func refuseNonFinite(_ url: URL) throws {
    var names = model.filter { name, tensor in
      guard tensor.nonFiniteCount > 0 else { return false }
      return !infiniteConstants.contains(name) || tensor.scalars.contains(where: \.isNaN)
    }.keys.sorted()
    names += optimizer.tensors.filter { $0.value.nonFiniteCount > 0 }.keys.sorted()
    guard !names.isEmpty else { return }
    throw TrainingError(
      kind: .state(names: names, file: url.path), epoch: progress.history.epochs.count,
      step: progress.stepCount,
      learningRate: Float(optimizer.numbers["groups.0.learning_rate"] ?? 0))
  }

  init(
    model: StateDictionary, optimizer: OptimizerState, progress: Progress,
    infiniteConstants: Set<String>
  ) {
    self.infiniteConstants = infiniteConstants
    self.model = model
    self.optimizer = optimizer
    self.progress = progress
    // Restored streams are fixed: a later seed does not change them.
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
