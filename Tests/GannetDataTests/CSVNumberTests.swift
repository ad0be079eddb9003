import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

/// Parsing of numbers in tables, compared to `pandas.read_csv` 3.1.
struct CSVNumberTests {
  private func table(_ field: String) throws -> CSVTable {
    try CSVTable(text: "a,b\n\(field),1\n")
  }

  @Test(
    arguments: [
      ("1e5", 1e5), ("1E5", 1e5), ("1e+5", 1e5), ("1e-3", 1e-3), ("+3", 3), ("-3", -3), ("1.", 1),
      (".5", 0.5), ("-.5e1", -5), (" 3 ", 3), ("\t3", 3), ("00012", 12), ("inf", .infinity),
      ("-inf", -.infinity), ("+inf", .infinity), ("Infinity", .infinity), ("iNf", .infinity),
      ("1e-400", 0), ("\"4\"", 4), ("-0", 0), ("3.4028235e38", .greatestFiniteMagnitude),
      ("1.17549435e-38", 0x1p-126), ("1e-45", 0x1p-149),
    ] as [(String, Float)])
  func numbers(text: String, value: Float) throws {
    #expect(try table(text).numbers(["a"]).scalars == [value])
    #expect(try table(text).numericColumnNames == ["a", "b"])
  }

  @Test(arguments: [
    "0x1F", "0X1f", "-0x1p4", ".", "+", "-", "e5", "1e", "1e+", "１", "1_000", "infinit", "nan(1)",
    "1 2", "--1", "+-1", "1.5.2", "1f", "1d5", "1L", "true", "0b1", "1e5.0", "٣", "½", "−3", "3%",
    "1e 5", "- 3", "1'000", "∞",
  ])
  func noNumbers(text: String) throws {
    let error = #expect(throws: FileError.self) { try table(text).numbers(["a"]) }
    #expect(error?.line == 2 && error?.problem.contains("\"\(text)\" is not a number") == true)
    #expect(try table(text).numericColumnNames == ["b"])
  }

  /// NaN is a missing number, independent of the markers of missing values.
  @Test(arguments: ["nan", "NaN", "NAN", "-nan", "+NaN"])
  func notANumber(text: String) throws {
    for missing: Set<String> in [["", "NA"], ["?"]] {
      let table = try CSVTable(text: "a\n1\n\(text)\n", missing: missing)
      let error = #expect(throws: FileError.self) { try table.numbers() }
      #expect(error?.line == 3 && error?.problem.contains("the number is missing") == true)
      #expect(try table.numbers(missing: .value(0)).scalars == [1, 0])
      #expect(try table.numbers(missing: .notANumber).scalars[1].isNaN)
      #expect(table.numericColumnNames == ["a"])
      #expect(try CSVTable(text: "a\n\(text)\n", missing: missing).numericColumnNames.isEmpty)
    }
  }

  @Test(arguments: ["1e400", "-1e400", "1e39", "3.5e38", "1" + String(repeating: "0", count: 60)])
  func beyondTheRange(text: String) throws {
    let error = #expect(throws: FileError.self) { try table(text).numbers(["a"]) }
    #expect(error?.line == 2 && error?.problem.contains("beyond a float's range") == true)
  }

  /// Whole numbers without an equal float are an error by default.
  @Test(
    arguments: [
      ("16777217", 16_777_216), ("-16777217", -16_777_216), ("16777217.0", 16_777_216),
      ("016777219", 16_777_220), ("+9007199254740993", 0x1p53), ("18446744073709551617", 0x1p64),
      ("123456789012345678901234567890", 1.2345679e29),
    ] as [(String, Float)])
  func wholeNumbers(text: String, rounded: Float) throws {
    let error = #expect(throws: FileError.self) { try table(text).numbers(["a"]) }
    #expect(error?.line == 2 && error?.problem.contains("would be rounded to") == true)
    #expect(error?.advice.contains("roundsWholeNumbers: true") == true)
    #expect(try table(text).numbers(["a"], roundsWholeNumbers: true).scalars == [rounded])
    #expect(try table(text).numericColumnNames == ["a", "b"])
  }

  @Test(
    arguments: [
      ("16777216", 16_777_216), ("-16777218", -16_777_218), ("18446744073709551616", 0x1p64),
      ("9007199254740992.00", 0x1p53), ("100000000", 1e8), ("16777217.5", 16_777_218),
      ("1.6777217e7", 16_777_216), ("340282346638528859811704183484516925440", 0x1.fffffep127),
    ] as [(String, Float)])
  func numbersThatFloatsHaveOrRound(text: String, value: Float) throws {
    #expect(try table(text).numbers(["a"]).scalars == [value])
  }

  @Test func integers() throws {
    let table = try CSVTable(text: "a\n16777217\n-3\n7.0\n2147483647\n")
    #expect(try table.integers("a") == IntTensor([16_777_217, -3, 7, 2_147_483_647]))
    for (text, words) in [
      ("2147483648", "beyond 32 bits"), ("1.5", "not a whole number"), ("0x1", "not a whole"),
      ("nan", "missing"), ("1e2", "not a whole number"),
    ] {
      let error = #expect(throws: FileError.self) { try self.table(text).integers("a") }
      #expect(error?.line == 2 && error?.description.contains(words) == true)
    }
  }
}
