import Foundation
import GannetData
import GannetTensor

/// Saves checkpoints after every epoch, every few steps, and at the end.
///
/// A state that is not finite or cannot be written ends the training by an error. After any error,
/// the file holds the last saved state. ``BestCheckpoint`` keeps the best one beside it:
///
///     callbacks: [BestCheckpoint(best), Checkpoints(last, everySteps: 500, keepingLast: 3)]
public final class Checkpoints: Callback {
  private let file: URL
  private let interval: Int?
  private let keptCount: Int
  /// The steps of the numbered files that this callback has written, in order.
  private var steps: [Int] = []

  /// Saves to `file`.
  ///
  /// - Parameters:
  ///   - file: The file of the last state, replaced atomically.
  ///   - interval: The number of steps between saves; by default only epochs are saved.
  ///   - keptCount: The number of last states to keep; 1 by default. With more, each is also in a
  ///     file of its step, `state-1200.safetensors` beside `state.safetensors`, and older ones of
  ///     this training are removed, also after a resumption.
  public init(_ file: URL, everySteps interval: Int? = nil, keepingLast keptCount: Int = 1) {
    if let interval, interval < 1 {
      fail("Checkpoints: every \(interval) steps, expected at least 1")
    }
    if keptCount < 1 { fail("Checkpoints: keeping the last \(keptCount), expected at least 1") }
    self.file = file
    self.interval = interval
    self.keptCount = keptCount
  }

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) throws {
    if let interval, training.stepCount % interval == 0 { try save(training) }
  }

  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    try save(training)
  }

  public func trainingDidEnd(_ training: any Training) throws { try save(training) }

  /// The steps of the numbered files; nil where there are none.
  public func savedState() throws -> Data? {
    keptCount > 1 ? try JSONEncoder().encode(steps) : nil
  }

  public func restore(_ state: Data) throws {
    steps = try JSONDecoder().decode([Int].self, from: state)
  }

  private func save(_ training: any Training) throws {
    guard keptCount > 1 else { return try training.save(to: file) }
    let step = training.stepCount
    // The saved state names its own file, too.
    steps.removeAll { $0 == step }
    steps.append(step)
    try training.save(to: file)
    let outdated = steps.dropLast(keptCount)
    steps.removeFirst(outdated.count)
    try training.onWriter(for: "the numbered checkpoint") {
      try keep(numbered(step))
      for step in outdated { try? FileManager.default.removeItem(at: numbered(step)) }
    }
  }

  /// Gives the state that has been saved another name, too.
  private func keep(_ copy: URL) throws {
    try? FileManager.default.removeItem(at: copy)
    // A link takes no space: the file is replaced, never changed in place.
    do {
      try FileManager.default.linkItem(at: file, to: copy)
    } catch {
      let state = try Data(contentsOf: file)
      try OutputFile.write(to: copy) { try $0.write(state) }
    }
  }

  private func numbered(_ step: Int) -> URL {
    let name = file.deletingPathExtension().lastPathComponent + "-\(step)"
    let ending = file.pathExtension.isEmpty ? "" : "." + file.pathExtension
    return file.deletingLastPathComponent().appending(path: name + ending)
  }
}
