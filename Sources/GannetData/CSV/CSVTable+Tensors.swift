import Foundation
import GannetTensor

extension CSVTable {
  /// What stands for a missing value in a column of numbers.
  public enum MissingNumber: Sendable {
    /// Nothing: the column must be complete.
    case error
    /// NaN, which `Standardizer` knows.
    case notANumber
    /// This number.
    case value(Float)
  }

  /// The numbers in some columns, `[rows, columns]`, each rounded to the nearest float.
  ///
  /// Numbers are decimal: `-3`, `1.5`, `.5`, `1e-3`, `inf`. A field `nan` is a missing value.
  ///
  /// - Parameters:
  ///   - columns: The columns' names in the tensor's order; all columns unless given.
  ///   - missing: What stands for a missing value.
  ///   - roundsWholeNumbers: Whether whole numbers beyond 2^24 that no float is equal to are
  ///     rounded, as all others are; they are an error unless that is asked for, because they
  ///     often are numbers of customers or accounts, which must stay apart.
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

  /// The distinct texts of a column in their order; a missing value is not among them.
  ///
  /// Where all texts are whole or other finite numbers, their order is that of the numbers: -1, 2,
  /// 10. It is that of their Unicode scalars in any other column: "10", "2", "x".
  ///
  /// - Throws: `FileError`, if there is no such column.
  public func categories(_ column: String) throws -> [String] {
    let texts = try texts(column).compactMap(\.self).counted().keys.sortedByScalars()
    let numbers = texts.compactMap { NumberText($0)?.double }.filter(\.isFinite)
    guard numbers.count == texts.count else { return texts }
    // Equal numbers, as "1" and "1.0", stay in the order of their texts.
    return texts.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }.map { texts[$0] }
  }

  /// A column of classes: the class of each row, `[rows]`, and the classes' names.
  ///
  /// - Parameters:
  ///   - column: The column's name.
  ///   - names: The classes in their order, as those of a training table for a test table; the
  ///     column's own `categories(_:)`, in their order, unless given.
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

  /// A column as indicators, `[rows, categories]`: 1 in the column of the row's category, 0 elsewhere.
  ///
  /// A missing value, and one that is not among the categories, has zeros only.
  ///
  /// - Parameters:
  ///   - column: The column's name.
  ///   - categories: The categories in their order, as those of a training table for a test table;
  ///     the column's own unless given.
  ///   - marksMissing: Whether a last column has 1 where the value is missing.
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
