import Foundation
import GannetTensor

extension CSVTable {
  /// Treatment of missing values in columns of numbers.
  public enum MissingNumber: Sendable {
    /// A missing value is an error.
    case error
    /// NaN, which `Standardizer` replaces by the mean.
    case notANumber
    /// The given number.
    case value(Float)
  }

  /// The numbers in some columns, `[rows, columns]`, each rounded to the nearest float.
  ///
  /// Numbers are decimal: `-3`, `1.5`, `.5`, `1e-3`, `inf`. A field `nan` is a missing value.
  ///
  /// - Parameters:
  ///   - columns: The columns' names in the tensor's order; all columns by default.
  ///   - missing: The treatment of missing values; an error by default.
  ///   - roundsWholeNumbers: Whether to round whole numbers beyond 2^24 that no float equals; an
  ///     error by default, because they often are identifiers, which must stay distinct.
  /// - Throws: `FileError` with the line, if there is no such column, or a field is not a number,
  ///   beyond a float's range or a whole number that would be rounded.
  public func numbers(
    _ columns: [String]? = nil, missing: MissingNumber = .error, roundsWholeNumbers: Bool = false
  ) throws -> Tensor {
    let indices = try (columns ?? columnNames).map(index(of:))
    return try Tensor(shape: [rowCount, indices.count]) { target in
      for row in 0..<rowCount {
        for (position, column) in indices.enumerated() {
          target[row * indices.count + position] =
            try number(row, column, roundsWholeNumbers) ?? value(missing, row, column)
        }
      }
    }
  }

  /// The whole numbers in a column, `[rows]`.
  ///
  /// - Throws: `FileError` with the line, if there is no such column, or a field is missing, not a
  ///   whole number or beyond 32 bits.
  public func integers(_ column: String) throws -> IntTensor {
    let index = try index(of: column)
    let numbers = try (0..<rowCount).map { row in
      guard let text = field(row, index) else { throw fault(row, index, "the number is missing") }
      guard NumberText(text)?.form == .whole, let double = Double(text) else {
        throw fault(row, index, "\"\(text)\" is not a whole number")
      }
      guard let number = Int32(exactly: double) else {
        throw fault(row, index, "\(text) is beyond 32 bits")
      }
      return number
    }
    return IntTensor(numbers, shape: [rowCount])
  }

  /// The distinct values of a column, sorted, without missing values.
  ///
  /// They are sorted as numbers where all are finite numbers (-1, 2, 10), else by their
  /// Unicode scalars ("10", "2", "x").
  ///
  /// - Throws: `FileError`, if there is no such column.
  public func categories(_ column: String) throws -> [String] {
    let texts = try texts(column).compactMap(\.self).counted().keys.sortedByScalars()
    let numbers = texts.compactMap { NumberText($0)?.double }.filter(\.isFinite)
    guard numbers.count == texts.count else { return texts }
    // Equal numbers, such as "1" and "1.0", are sorted by their texts.
    return texts.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }.map { texts[$0] }
  }

  /// A column as class indices, `[rows]`, with the classes' names.
  ///
  /// - Parameters:
  ///   - column: The column's name.
  ///   - names: The classes in the order of their indices, such as a training table's for a test
  ///     table; the column's `categories(_:)` by default.
  /// - Throws: `FileError` with the line, if there is no such column, or a value is missing or not
  ///   among the classes.
  public func classes(
    _ column: String, names: [String]? = nil
  ) throws -> (labels: IntTensor, names: [String]) {
    let index = try index(of: column)
    let names = try names ?? categories(column)
    let numbers = Self.numbered(names)
    let labels = try (0..<rowCount).map { row in
      guard let text = field(row, index) else { throw fault(row, index, "the class is missing") }
      guard let number = numbers[ExactKey(text)] else {
        throw fault(row, index, "the class \"\(text)\" is unknown")
      }
      return Int32(number)
    }
    return (IntTensor(labels, shape: [rowCount]), names)
  }

  /// A column in one-hot encoding, `[rows, categories]`.
  ///
  /// Rows with a missing or an unknown value are zero.
  ///
  /// - Parameters:
  ///   - column: The column's name.
  ///   - categories: The categories in order, such as a training table's for a test table; the
  ///     column's `categories(_:)` by default.
  ///   - marksMissing: Whether to append a column that is 1 where the value is missing; false by
  ///     default.
  /// - Throws: `FileError`, if there is no such column.
  public func oneHot(
    _ column: String, categories: [String]? = nil, marksMissing: Bool = false
  ) throws -> Tensor {
    let index = try index(of: column)
    let numbers = try Self.numbered(categories ?? self.categories(column))
    let width = numbers.count + (marksMissing ? 1 : 0)
    return Tensor(shape: [rowCount, width]) { target in
      target.update(repeating: 0)
      for row in 0..<rowCount {
        let position =
          field(row, index).map { numbers[ExactKey($0)] } ?? (marksMissing ? numbers.count : nil)
        if let position { target[row * width + position] = 1 }
      }
    }
  }

  /// The number in a field; nil where it is missing.
  private func number(_ row: Int, _ column: Int, _ roundsWholeNumbers: Bool) throws -> Float? {
    guard let text = field(row, column) else { return nil }
    guard let number = NumberText(text) else {
      throw fault(row, column, "\"\(text)\" is not a number")
    }
    if number.form == .notANumber { return nil }
    guard let value = number.float else {
      throw fault(row, column, "\(text) is beyond a float's range")
    }
    guard roundsWholeNumbers || number.isKept(by: value) else {
      throw fault(
        row, column, "\(text) would be rounded to \(String(format: "%.0f", Double(value)))",
        advice: """
          Read the column with integers(_:) or texts(_:), or accept the rounding with \
          roundsWholeNumbers: true.
          """)
    }
    return value
  }

  private func value(_ missing: MissingNumber, _ row: Int, _ column: Int) throws -> Float {
    switch missing {
    case .error: throw fault(row, column, "the number is missing")
    case .notANumber: return .nan
    case .value(let value): return value
    }
  }

  private static func numbered(_ names: [String]) -> [ExactKey<String>: Int] {
    guard names.firstRepeated == nil else { fail("CSVTable: \(names) has a name twice") }
    return Dictionary(uniqueKeysWithValues: zip(names.lazy.map(ExactKey.init), names.indices))
  }

  private func fault(
    _ row: Int, _ column: Int, _ problem: String, advice: String = "Correct the table."
  ) -> FileError {
    FileError(
      .corrupt, path: path, line: line(ofRow: row),
      "column \"\(columnNames[column])\": \(problem)", advice: advice)
  }
}
