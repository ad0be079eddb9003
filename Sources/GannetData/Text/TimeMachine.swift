import Foundation

/// The Time Machine by H. G. Wells (1898), a text of 30,000 words (Dive into Deep Learning, section 9.2.1).
public struct TimeMachine: Sendable {
  /// The text as it was published, or another text in its place.
  public let text: String
  /// Why the text is another one; nil where it is The Time Machine.
  public let fallback: String?

  /// Reads the text from where `DatasetLocator` finds it.
  ///
  /// - Parameters:
  ///   - directory: A folder that has `timemachine.txt`, looked at before all others.
  ///   - allowsSubstitute: Whether another text, which every Debian system has, takes its place
  ///     where it is not on this machine and cannot be downloaded; ``fallback`` then tells of it.
  /// - Throws: `FileError`, where the text is missing, a named folder isn't there, or a file is
  ///   damaged.
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
  /// The text of a file in UTF-8.
  ///
  /// - Throws: `FileError`, where the file is missing or its bytes are no UTF-8.
  public init(textOf url: URL) throws {
    let bytes = try InputFile(url).bytes()
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(
        .unsupported, path: url.path, "the bytes are not UTF-8, where a text was expected")
    }
    self = text
  }
}
