import Foundation
import GannetData
import GannetNN

extension Module {
  /// Writes all parameters and buffers to a safetensors file under PyTorch's names, which appears
  /// whole or not at all.
  ///
  ///     try model.save(to: url)
  ///     try model.load(from: url)
  ///
  /// A training's whole state, with its optimizer and place, is what ``Trainer/save(to:)`` writes.
  ///
  /// - Throws: `FileError` where the file can't be written.
  public func save(to file: URL) throws { try Safetensors.write(stateDictionary, to: file) }

  /// Takes over the values in a safetensors file; nothing changes unless all fit.
  ///
  /// - Parameters:
  ///   - file: One that ``save(to:)`` has written, or PyTorch's safetensors.
  ///   - pattern: The names to load, all by default; see `load(_:matching:excluding:)`.
  ///   - excluded: The names of those to leave out, none by default.
  /// - Throws: `FileError` where the file is missing or damaged, `StateError` where it does not
  ///   fit.
  public func load(
    from file: URL, matching pattern: String = "*", excluding excluded: String? = nil
  ) throws {
    try load(Safetensors.read(from: file), matching: pattern, excluding: excluded)
  }
}
