import Foundation

/// The vocabulary of a byte-level encoding in a file, `vocab.json`: an object of the tokens' indices.
enum ByteLevelFiles {
  /// Reads the tokens in the order of their indices, which are those from 0 on.
  static func tokens(from url: URL) throws -> [String] {
    let file = try InputFile(url)
    var scanner = HeaderScanner(try file.bytes(), path: file.path, isWholeFile: true)
    var entries: [(token: String, index: Int)] = []
    try scanner.begin("{")
    while try scanner.next(before: "}") {
      let token = try scanner.string()
      try scanner.expect(":")
      entries.append((token, try scanner.integer()))
    }
    try scanner.expectEnd()
    func error(_ problem: String) -> FileError { FileError(.corrupt, path: file.path, problem) }
    if let token = entries.map(\.token).firstRepeated {
      throw error("the token \(token) comes twice")
    }
    var tokens: [String?] = Array(repeating: nil, count: entries.count)
    for (token, index) in entries {
      guard tokens.indices.contains(index) else {
        throw error("the index \(index) of \(token) is not in 0..<\(tokens.count)")
      }
      if let other = tokens[index] {
        throw error("the index \(index) is that of \(other) and of \(token)")
      }
      tokens[index] = token
    }
    return tokens.map { $0! }
  }

  /// Writes the tokens with their indices.
  static func write(_ tokens: [String], to url: URL) throws {
    try OutputFile.write(to: url) { file in
      try file.write("{".utf8)
      for (index, token) in tokens.enumerated() {
        try file.write("\(index == 0 ? "" : ", ")\(quoted(token)): \(index)".utf8)
      }
      try file.write("}".utf8)
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case ..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
