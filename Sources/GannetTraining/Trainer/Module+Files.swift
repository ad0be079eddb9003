import Foundation
import GannetData
import GannetNN

extension Module {
  /// Writes all parameters and buffers to a safetensors file under PyTorch's names, atomically.
  ///
  ///     try model.save(to: url)
  ///     try model.load(from: url)
  ///
  /// ``Trainer/save(to:)`` also saves the optimizer and the training's position.
  ///
  /// - Throws: `FileError` where the file cannot be written.
  public func save(to file: URL) throws { try Safetensors.write(stateDictionary, to: file) }

  /// Loads the values of a file of weights; nothing changes unless all match.
  ///
  /// - Parameters:
  ///   - file: A file of ``save(to:)``, PyTorch's safetensors, an index of several of them, or a file
  ///     of `torch.save`; see ``WeightFile``.
  ///   - pattern: The pattern of names to load; all by default. See `load(_:matching:excluding:)`.
  ///   - excluded: The pattern of names to exclude; none by default.
  /// - Throws: `FileError` where the file is missing or damaged, `StateError` where it does not
  ///   match.
  public func load(
    from file: URL, matching pattern: String = "*", excluding excluded: String? = nil
  ) throws {
    let state = try WeightFile.read(from: file)
    try StateError.naming(file.readablePath) {
      try load(state, matching: pattern, excluding: excluded)
    }
  }
}
