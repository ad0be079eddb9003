import Foundation
import GannetData

/// Writes the history to a file, a line for each epoch, as CSV or JSON lines.
public final class HistoryLog: Callback {
  /// The format of the file.
  public enum Format: Sendable {
    /// CSV with a header.
    case csv
    /// A JSON object in each line.
    case jsonLines
  }

  private let file: URL
  private let format: Format

  /// Makes a log in `file`, which holds all epochs of the history and is replaced atomically.
  public init(_ file: URL, format: Format = .csv) {
    self.file = file
    self.format = format
  }

  public func epochDidEnd(_ training: any Training, _ epoch: History.Epoch) throws {
    let text =
      switch format {
      case .csv: Self.table(training.history)
      case .jsonLines: try Self.lines(training.history)
      }
    try training.onWriter(for: "the history") {
      try OutputFile.write(to: file) { try $0.write(text.utf8) }
    }
  }

  private static func table(_ history: History) -> String {
    let names = Set(history.epochs.flatMap(\.validation.keys)).sorted()
    // The column appears only if batches were skipped.
    let isSkipping = history.epochs.contains { $0.skippedBatches > 0 }
    let header =
      ["epoch", "training_loss"] + names.map(quoted) + ["learning_rate", "seconds"]
      + (isSkipping ? ["skipped_batches"] : [])
    let rows = history.epochs.map { epoch in
      ["\(epoch.index)", "\(epoch.trainingLoss)"]
        + names.map { epoch.validation[$0].map { "\($0)" } ?? "" }
        + ["\(epoch.learningRate)", "\(epoch.seconds)"]
        + (isSkipping ? ["\(epoch.skippedBatches)"] : [])
    }
    return ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// A name as a CSV field, quoted if necessary.
  private static func quoted(_ name: String) -> String {
    guard name.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return name
    }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  private static func lines(_ history: History) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .text
    return try history.epochs.map { epoch in
      String(decoding: try encoder.encode(epoch), as: UTF8.self) + "\n"
    }.joined()
  }
}

extension JSONEncoder.NonConformingFloatEncodingStrategy {
  static var text: Self {
    .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }
}

extension JSONDecoder.NonConformingFloatDecodingStrategy {
  static var text: Self {
    .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }
}
