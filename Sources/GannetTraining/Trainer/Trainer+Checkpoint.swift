import Foundation
import GannetData
import GannetNN

extension Trainer {
  public func checkpoint() throws -> Checkpoint {
    let optimizerState = optimizer.stateDictionary(
      with: shards?.completeMemories() ?? optimizer.memories)
    return Checkpoint(
      model: model.stateDictionary, optimizer: optimizerState,
      progress: Checkpoint.Progress(
        stepCount: stepCount, history: history, epoch: epochState,
        batches: resumedBatches ?? batches?.batchState, streams: model.randomStreams,
        optimizerNumbers: optimizerState.numbers, callbacks: try callbackStates(),
        metadata: metadata),
      infiniteConstants: infiniteConstants)
  }

  private func callbackStates() throws -> [String: Data] {
    var states: [String: Data] = [:]
    for (key, callback) in keyedCallbacks { states[key] = try callback.savedState() }
    return states
  }

  private var keyedCallbacks: [(key: String, callback: any Callback)] {
    callbacks.enumerated().map { ("\($0) \(type(of: $1))", $1) }
  }

  /// Resumes from `checkpoint` with the next `fit`: resumable batches continue at their position,
  /// callbacks, which must have the same order, restore their states, and metadata that the trainer
  /// lacks is the checkpoint's.
  ///
  /// - Throws: `StateError` where the checkpoint is of another model or optimizer,
  ///   ``VocabularyError`` where it is of another vocabulary; then nothing changes.
  public func resume(_ checkpoint: Checkpoint) throws {
    let metadata = try metadata.completed(by: checkpoint.metadata)
    let before = (model.stateDictionary, model.randomStreams)
    do {
      try model.load(checkpoint.model)
      try model.setRandomStreams(checkpoint.progress.streams)
      try optimizer.load(checkpoint.optimizer)
    } catch {
      try model.load(before.0)
      try model.setRandomStreams(before.1)
      throw error
    }
    self.metadata = metadata
    stepCount = checkpoint.progress.stepCount
    history = checkpoint.progress.history
    epochState = checkpoint.progress.epoch
    resumedBatches = checkpoint.progress.batches
    for (key, callback) in keyedCallbacks {
      if let state = checkpoint.progress.callbacks[key] { try callback.restore(state) }
    }
  }

  /// Resumes from the checkpoint in a file. On several ranks, of any number, rank 0 reads it for
  /// all.
  ///
  /// - Throws: `FileError` where the file is missing or damaged, and the errors of ``resume(_:)``.
  public func resume(from file: URL) throws {
    let checkpoint =
      if let distribution {
        try Checkpoint(contentsOf: file, over: distribution)
      } else {
        try Checkpoint(contentsOf: file)
      }
    try StateError.naming(file.readablePath) { try resume(checkpoint) }
  }

  /// Resumes from the checkpoint in a file, if the file exists; otherwise the training starts from
  /// the beginning.
  ///
  ///     try trainer.resumeIfThere(from: file)  // the file of Checkpoints(file)
  ///     try trainer.fit(training, validation: validation, epochs: 10)
  ///
  /// - Returns: Whether the file exists.
  /// - Throws: `FileError` where the file is damaged or unreadable, and the errors of
  ///   ``resume(_:)``.
  @discardableResult
  public func resumeIfThere(from file: URL) throws -> Bool {
    if let distribution {
      let isThere = FileManager.default.fileExists(atPath: file.path)
      guard try distribution.broadcast(isThere, for: "looking for a checkpoint") else {
        return false
      }
    }
    do {
      try resume(from: file)
    } catch let error as FileError where error.kind == .missing {
      return false
    }
    return true
  }
}
