import Foundation

/// A section's result for one seed, as stored in the output folder.
package struct StoredResult: Codable, Sendable {
  package let section: String
  package let seed: Int
  package let threads: Int
  /// The duration in seconds.
  package let seconds: Double
  package let result: SectionResult
  /// The machine and the time of its end; nil in files of earlier versions.
  package let environment: RunEnvironment?
}

/// The key of a section's result or checkpoints, which depends on the run's settings.
package struct ResultKey {
  /// The name of the result and the checkpoints.
  package let name: String

  package init(_ section: Section, seed: Int, options: RunOptions) {
    let epochs = options.epochs(of: section)
    name =
      "\(section.name)-seed\(seed)" + (epochs == 0 ? "" : "-epochs\(epochs)")
      + (options.ranks == nil ? "" : "-ranks")
      + (options.isQuick ? "-quick" : "") + (options.hasExactConvolutions ? "-exact" : "")
  }
}

extension OutputFolder {
  /// The finished result under `key`; nil where there is none.
  package func result(_ key: ResultKey) throws -> StoredResult? {
    let file = url(resultPath(key))
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try JSON.decoder.decode(StoredResult.self, from: Data(contentsOf: file))
    } catch {
      throw OutputError(
        description: "\(file.path) is not a result of this program's: delete it, or start afresh "
          + "without --resume. (\(error))")
    }
  }

  /// Stores a finished result and removes its checkpoints.
  package func keep(_ result: StoredResult, as key: ResultKey) throws {
    try write(JSON.encoder.encode(result), to: resultPath(key))
    try remove(checkpointPath(key))
  }

  /// Removes the result and the checkpoints under `key`.
  package func forget(_ key: ResultKey) throws {
    try remove(resultPath(key))
    try remove(checkpointPath(key))
  }

  /// The folder for checkpoints under `key`, made where it is missing.
  package func checkpoints(_ key: ResultKey) throws -> URL {
    let folder = url(checkpointPath(key))
    try Self.makeFolder(folder)
    return folder
  }

  private func resultPath(_ key: ResultKey) -> String { "results/\(key.name).json" }

  private func checkpointPath(_ key: ResultKey) -> String { "checkpoints/\(key.name)" }

  private func remove(_ path: String) throws {
    let item = url(path)
    guard FileManager.default.fileExists(atPath: item.path) else { return }
    do {
      try FileManager.default.removeItem(at: item)
    } catch {
      throw OutputError(
        description: "Cannot remove \(item.path): \(error.localizedDescription) "
          + "Remove it by hand or choose another folder with --output.")
    }
  }
}

/// Encoding of the output folder's JSON: sorted keys, and values that are not finite as text.
enum JSON {
  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
