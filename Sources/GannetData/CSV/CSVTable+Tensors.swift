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

  /// The numbers in some columns, `[rows, columns]`.
  ///
  /// - Parameters:
  ///   - columns: The columns' names in the tensor's order; all columns unless given.
  ///   - missing: What stands for a missing value.
  /// - Throws: `FileError` with the line, if there is no such column, or a field is not a number.
  public func numbers(_ columns: [String]? = nil, missing: MissingNumber = .error) throws -> Tensor
  {
    let indices = try (columns ?? columnNames).map(index(of:))
    return try Tensor(shape: [rowCount, indices.count]) { target in
      for row in 0..<rowCount {
        for (position, column) in indices.enumerated() {
          target[row * indices.count + position] = try number(row, column, missing)
        }
      }
    }
  }

  /// The distinct texts of a column, sorted; a missing value is not among them.
  ///
  /// - Throws: `FileError`, if there is no such column.
  public func categories(_ column: String) throws -> [String] {
    try Set(texts(column).compactMap(\.self)).sorted()
  }

  /// A column of classes: the class of each row, `[rows]`, and the classes' names.
  ///
  /// - Parameters:
  ///   - column: The column's name.
  ///   - names: The classes in their order, as those of a training table for a test table; the
  ///     column's own categories unless given.
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
      guard let number = numbers[text] else {
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
          field(row, index).map { numbers[$0] } ?? (marksMissing ? numbers.count : nil)
        if let position { target[row * width + position] = 1 }
      }
    }
  }

  private func number(_ row: Int, _ column: Int, _ missing: MissingNumber) throws -> Float {
    if let text = field(row, column) {
      guard let number = Float(text) else {
        throw fault(row, column, "\"\(text)\" is not a number")
      }
      return number
    }
    switch missing {
    case .error: throw fault(row, column, "the number is missing")
    case .notANumber: return .nan
    case .value(let value): return value
    }
  }

  private static func numbered(_ names: [String]) -> [String: Int] {
    let numbers = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    guard numbers.count == names.count else { fail("CSVTable: \(names) has a name twice") }
    return numbers
  }

  private func fault(_ row: Int, _ column: Int, _ problem: String) -> FileError {
    FileError(
      .corrupt, path: path, line: line(ofRow: row),
      "column \"\(columnNames[column])\": \(problem)", advice: "Correct the table.")
  }
}
