import Foundation
import GannetTensor

/// Sentences in one language and their translations into another, as tokens (Dive into Deep
/// Learning, section 10.5).
///
///     let pairs = try SentencePairs(contentsOf: URL(filePath: "fra.txt"))
///     pairs.sources[0]  // ["go", "."]
///     pairs.targets[0]  // ["va", "!"]
public struct SentencePairs: Hashable, Sendable {
  /// The tokens of the sentences to translate.
  public let sources: [[String]]
  /// The tokens of their translations, as many as ``sources``.
  public let targets: [[String]]

  /// Makes pairs of tokenized sentences; stops unless there are as many of both.
  public init(sources: [[String]], targets: [[String]]) {
    guard sources.count == targets.count else {
      fail("SentencePairs: \(sources.count) sources, but \(targets.count) targets")
    }
    self.sources = sources
    self.targets = targets
  }

  /// Reads a file of two columns separated by a tab: on each line a sentence and its translation.
  ///
  /// A line may end with CR LF. An empty line is an error unless it is the last one.
  ///
  /// - Parameters:
  ///   - url: The file, in UTF-8.
  ///   - limit: The number of pairs to read, from the first; all by default.
  ///   - tokenizer: The tokens of a sentence; those of ``translationTokens(of:)`` by default.
  /// - Throws: `FileError`, with the line where it is at fault: one that has not two columns, is not
  ///   UTF-8 or has a sentence without tokens.
  public init(
    contentsOf url: URL, limit: Int? = nil,
    tokenizer: (String) -> [String] = SentencePairs.translationTokens
  ) throws {
    let file = try InputFile(url)
    try self.init(try file.bytes(), of: file.path, limit: limit, tokenizer: tokenizer)
  }

  /// Parses the bytes of a file, or of an entry in an archive, called `path` in errors.
  init(
    _ bytes: [UInt8], of path: String, limit: Int? = nil,
    tokenizer: (String) -> [String] = SentencePairs.translationTokens
  ) throws {
    var lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: limit ?? .max, omittingEmptySubsequences: false)
    // The rest beyond the limit, or what follows the last line feed.
    if limit != nil && lines.count > limit! || lines.last?.isEmpty == true { lines.removeLast() }
    var (sources, targets): ([[String]], [[String]]) = ([], [])
    sources.reserveCapacity(lines.count)
    targets.reserveCapacity(lines.count)
    for (number, line) in lines.enumerated() {
      let fault = { FileError(.corrupt, path: path, line: number + 1, $0, advice: $1) }
      let columns = Self.columns(of: line)
      guard columns.count == 2 else {
        throw fault(
          "\(columns.count == 1 ? "1 column" : "\(columns.count) columns"), where a sentence, a "
            + "tab and its translation were expected",
          "Mend the line, or keep the two columns of sentences alone.")
      }
      let sentences = try columns.map { column in
        guard let text = String(validating: column, as: UTF8.self) else {
          throw fault("the bytes are not UTF-8", "Convert the file to UTF-8.")
        }
        return tokenizer(text)
      }
      for (sentence, name) in zip(sentences, ["sentence", "translation"]) where sentence.isEmpty {
        throw fault("the \(name) has no tokens", "Remove the line.")
      }
      sources.append(sentences[0])
      targets.append(sentences[1])
    }
    self.init(sources: sources, targets: targets)
  }

  private static func columns(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    return text.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
  }

  /// The number of pairs.
  public var count: Int { sources.count }

  /// The pairs of a range of indices.
  public subscript(range: Range<Int>) -> SentencePairs {
    SentencePairs(sources: Array(sources[range]), targets: Array(targets[range]))
  }

  /// The tokens of a sentence as in the book: in lower case, separated by spaces, the marks `,.!?`
  /// apart from the word before them. No-break spaces count as spaces.
  ///
  ///     SentencePairs.translationTokens(of: "I'm home.")  // ["i'm", "home", "."]
  public static func translationTokens(of sentence: String) -> [String] {
    var tokens: [String] = []
    var token = String.UnicodeScalarView()
    func endToken() {
      if !token.isEmpty { tokens.append(String(token)) }
      token = String.UnicodeScalarView()
    }
    for scalar in sentence.lowercased().unicodeScalars {
      switch scalar {
      case " ", "\u{a0}", "\u{202f}": endToken()
      case ",", ".", "!", "?":
        endToken()
        token.append(scalar)
      default: token.append(scalar)
      }
    }
    endToken()
    return tokens
  }
}
