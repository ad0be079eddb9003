import Foundation
import GannetTensor

/// English sentences and their French translations from the Tatoeba Project, 167,130 pairs from
/// short to long (Dive into Deep Learning, section 10.5.1).
public struct EnglishFrench: Sendable {
  /// The pairs as published, or their substitute.
  public let pairs: SentencePairs
  /// The reason for a substitute; nil where the pairs are those published.
  public let fallback: String?

  /// Reads the pairs, located by `DatasetLocator`.
  ///
  /// - Parameters:
  ///   - directory: A folder with `fra-eng.zip`, searched before all others.
  ///   - limit: The number of pairs, from the first; all by default.
  ///   - allowsSubstitute: Whether to use ``numberWords(_:)`` if the file is not found and cannot be
  ///     downloaded; ``fallback`` then gives the reason. False by default.
  /// - Throws: `FileError`, if the file or a named folder is missing, or the file is damaged.
  public init(
    directory: URL? = nil, limit: Int? = nil, allowsSubstitute: Bool = false
  ) throws {
    let locator = try DatasetLocator("fra-eng", directory: directory)
    let url: URL
    do {
      url = try locator.locate(Self.file)
    } catch let error as FileError {
      guard allowsSubstitute else { throw error }
      pairs = Self.numberWords(min(limit ?? .max, 10_000))
      fallback =
        "The English-French pairs are missing, so the sentences are numbers in words. "
        + error.description
      return
    }
    try Self.file.digest.verify(url)
    let archive = try ZipArchive(url)
    let name = "fra-eng/fra.txt"
    guard let entry = archive.entries.first(where: { $0.name == name }) else {
      throw FileError(.corrupt, path: url.path, "the archive has no \(name)")
    }
    pairs = try SentencePairs(
      try archive.bytes(entry), of: "\(url.path)/\(name)", limit: limit)
    fallback = nil
  }

  private static let file = DatasetFile(
    name: "fra-eng.zip",
    source: URL(string: "https://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip")!,
    size: 3_420_152, digest: .sha1("94646ad1522d915e7b0f9296181140edcf86a4f5"))
}
