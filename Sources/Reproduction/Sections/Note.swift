/// A result other than a number.
///
/// A remark is written as a string: `result.notes = ["rate 0.5: \(kept)"]`.
package enum Note: Sendable, Equatable {
  /// A remark.
  case remark(String)
  /// A text that a model wrote, such as `trained`: `it has a the the`.
  case writing(by: String, String)
  /// A row of labelled values, such as a sentence and its translations; consecutive ones of the same
  /// labels are a table.
  case row([Cell])

  /// A labelled value of a row.
  package struct Cell: Codable, Sendable, Equatable {
    package let label: String
    package let text: String

    package init(label: String, text: String) {
      self.label = label
      self.text = text
    }
  }

  /// A row of values under labels.
  package static func row(_ cells: KeyValuePairs<String, String>) -> Note {
    .row(cells.map { Cell(label: $0.key, text: $0.value) })
  }

  /// The note as a line of text.
  package var line: String {
    switch self {
    case .remark(let text): text
    case .writing(let writer, let text): "\(writer): \"\(text)\""
    case .row(let cells):
      cells.filter { !$0.text.isEmpty }.map { "\($0.label): \($0.text)" }.joined(separator: "; ")
    }
  }
}

extension Note: ExpressibleByStringInterpolation {
  package init(stringLiteral text: String) { self = .remark(text) }
}

// A remark is stored as its text, as results were before there were other notes.
extension Note: Codable {
  private enum CodingKeys: String, CodingKey { case writer, text, row }

  package init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self = .remark(text)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let cells = try container.decodeIfPresent([Cell].self, forKey: .row) {
      self = .row(cells)
    } else {
      self = .writing(
        by: try container.decode(String.self, forKey: .writer),
        try container.decode(String.self, forKey: .text))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .remark(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .writing(let writer, let text):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(writer, forKey: .writer)
      try container.encode(text, forKey: .text)
    case .row(let cells):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(cells, forKey: .row)
    }
  }
}
