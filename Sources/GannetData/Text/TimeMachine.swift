import Foundation

/// The Time Machine by H. G. Wells (1898), a text of 30,000 words (Dive into Deep Learning, section
/// 9.2.1).
public struct TimeMachine: Sendable {
  /// The text as published, or its substitute.
  public let text: String
  /// The reason for a substitute; nil where the text is The Time Machine.
  public let fallback: String?

  /// Reads the text, located by `DatasetLocator`.
  ///
  /// - Parameters:
  ///   - directory: A folder with `timemachine.txt`, searched before all others.
  ///   - allowsSubstitute: Whether to use another text, which every Debian system has, if this one
  ///     is not found and cannot be downloaded; ``fallback`` then gives the reason. False by
  ///     default.
  /// - Throws: `FileError`, if the text or a named folder is missing, or a file is damaged.
  public init(directory: URL? = nil, allowsSubstitute: Bool = false) throws {
    let locator = try DatasetLocator("timemachine", directory: directory)
    let url: URL
    do {
      url = try locator.locate(Self.file)
      fallback = nil
    } catch let error as FileError {
      guard allowsSubstitute, FileManager.default.fileExists(atPath: Self.substitute.path) else {
        throw error
      }
      url = Self.substitute
      fallback = "The Time Machine is missing, so the text is \(url.path). \(error.description)"
    }
    if fallback == nil { try Self.file.digest.verify(url) }
    text = try String(textOf: url)
  }

  private static let substitute = URL(fileURLWithPath: "/usr/share/common-licenses/GPL-3")

  private static let file = DatasetFile(
    name: "timemachine.txt",
    source: URL(string: "https://d2l-data.s3-accelerate.amazonaws.com/timemachine.txt")!,
    size: 178_979, digest: .sha1("090b5e7e70c295757f55df93cb0a180b9691891a"))
}

extension String {
  /// Reads another text from a file in UTF-8.
  ///
  /// - Throws: `FileError`, if the file is missing or not UTF-8.
  public init(textOf url: URL) throws {
    let bytes = try InputFile(url).bytes()
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(
        .unsupported, path: url.path, "the bytes are not UTF-8, where a text was expected")
    }
    self = text
  }
}
