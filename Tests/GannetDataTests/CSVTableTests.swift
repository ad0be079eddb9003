import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct CSVTableTests {
  let flowers = """
    length,width, species
    5.1,3.5,setosa
    NA,3.0,virginica
    4.7,,setosa

    -1e3, 2 ,
    """

  @Test func columns() throws {
    let table = try CSVTable(text: flowers)
    #expect(table.columnNames == ["length", "width", "species"])
    #expect(table.rowCount == 4)
    #expect(table.numericColumnNames == ["length", "width"])
    #expect(try table.texts("species") == ["setosa", "virginica", "setosa", nil])
    #expect(try table.text(row: 3, column: "width") == "2")
    #expect(try table.text(row: 1, column: "length") == nil)
  }

  @Test func numbers() throws {
    let table = try CSVTable(text: flowers)
    let filled = try table.numbers(["width", "length"], missing: .value(9))
    #expect(filled.shape == [4, 2])
    #expect(filled.scalars == [3.5, 5.1, 3, 9, 9, 4.7, 2, -1000])
    let marked = try table.numbers(["length"], missing: .notANumber).scalars
    #expect(marked[1].isNaN && marked[2] == 4.7)
    #expect(try CSVTable(text: "a,b\n1,2").numbers().scalars == [1, 2])
  }

  @Test func classes() throws {
    let table = try CSVTable(text: "species\nb\na\nb\n")
    let (labels, names) = try table.classes("species")
    #expect(labels.scalars == [1, 0, 1])
    #expect(names == ["a", "b"])
    #expect(try table.classes("species", names: ["z", "b", "a"]).labels.scalars == [1, 2, 1])
  }

  /// Numbers are sorted by value, other columns by text.
  @Test func classesInOrder() throws {
    func names(_ texts: [String]) throws -> [String] {
      try CSVTable(text: "a\n" + texts.joined(separator: "\n")).classes("a").names
    }
    let twelve = (0..<12).map { "\($0)" }
    #expect(try names(twelve.reversed()) == twelve)
    let table = try CSVTable(text: "a\n" + twelve.joined(separator: "\n"))
    #expect(try table.classes("a").labels.scalars == Array(0..<12))
    #expect(try table.oneHot("a").scalars[2 * 12 + 2] == 1)
    #expect(try names(["10", "-1", "2", "0", "-10"]) == ["-10", "-1", "0", "2", "10"])
    #expect(try names(["10.0", "2.0", "1.5", "1e1"]) == ["1.5", "2.0", "10.0", "1e1"])
    #expect(try names(["10", "2", "x"]) == ["10", "2", "x"])
    #expect(try names(["10", "2", "inf"]) == ["10", "2", "inf"])
    #expect(try names(["0x2", "10", "0x1"]) == ["0x1", "0x2", "10"])
    #expect(try CSVTable(text: "a\n10\nnan\n2\nNaN").categories("a") == ["2", "10"])
  }

  @Test func oneHot() throws {
    let table = try CSVTable(text: flowers)
    #expect(try table.oneHot("species").scalars == [1, 0, 0, 1, 1, 0, 0, 0])
    let marked = try table.oneHot("species", categories: ["virginica"], marksMissing: true)
    #expect(marked.shape == [4, 2])
    #expect(marked.scalars == [0, 0, 1, 0, 0, 0, 0, 1])
  }

  @Test func quotes() throws {
    let table = try CSVTable(
      text: "\u{feff}\"a\",\"b \"\"c\"\"\"\r\n\"1,5\",\"two\nlines\"\r\n\"\",5\" wide\r\n")
    #expect(table.columnNames == ["a", "b \"c\""])
    #expect(try table.texts("a") == ["1,5", nil])
    #expect(try table.texts("b \"c\"") == ["two\nlines", "5\" wide"])
  }

  /// The rows that `pandas.read_csv` finds.
  @Test(arguments: [
    ("a,b\r1,2\r3,4\r", [1, 2, 3, 4]), ("a,b\r\n1,2\r3,4\n5,6", [1, 2, 3, 4, 5, 6]),
    ("a,b\r\r1,2\r", [1, 2]), ("a,b\n1,2\r\r\n3,4\n", [1, 2, 3, 4]), ("\r\ra,b\r1,2", [1, 2]),
    ("a,b\n1,\"2\"\r3,4\r", [1, 2, 3, 4]), ("a,b\n \n\t\n1,2\n  ", [1, 2]),
  ])
  func endsOfLines(text: String, values: [Float]) throws {
    let table = try CSVTable(text: text)
    #expect(table.columnNames == ["a", "b"])
    #expect(try table.numbers().scalars == values)
  }

  @Test func endsOfLinesInQuotes() throws {
    let table = try CSVTable(text: "a,b\r\"x\ry\",2\r\"x\r\ny\",x\r\n")
    #expect(
      try table.texts("a").map { $0.map { Array($0.utf8) } } == [
        Array("x\ry".utf8), Array("x\r\ny".utf8),
      ])
    let error = #expect(throws: FileError.self) { try table.numbers(["b"]) }
    #expect(error?.line == 4)
  }

  /// Column names and values with two spellings of é.
  @Test func textsAreComparedByScalars() throws {
    let table = try CSVTable(text: "\u{e9},e\u{301}\ne\u{301},2\n\u{e9},4\nK,5\n\u{212a},6")
    #expect(try table.numbers(["e\u{301}"]).scalars == [2, 4, 5, 6])
    let (labels, names) = try table.classes("\u{e9}")
    #expect(names.map(\.utf8.count) == [1, 3, 2, 3] && labels.scalars == [1, 2, 0, 3])
    #expect(try table.oneHot("\u{e9}").shape == [4, 4])
    #expect(try CSVTable(text: "a\n\u{212a}", missing: ["K"]).texts("a").count == 1)
    let error = #expect(throws: FileError.self) {
      try CSVTable(text: "\u{e9}\n1").numbers(["e\u{301}"])
    }
    #expect(error?.description.contains("U+E9, the one asked for U+65 U+301") == true)
  }

  @Test func separatorAndNoHeader() throws {
    let table = try CSVTable(text: "1\t2\n3\t4\n", separator: "\t", hasHeader: false)
    #expect(table.columnNames == ["0", "1"])
    #expect(try table.numbers().scalars == [1, 2, 3, 4])
    let empty = try CSVTable(text: "", hasHeader: false)
    #expect(empty.rowCount == 0 && empty.columnNames.isEmpty)
  }

  @Test func headerOnly() throws {
    let table = try CSVTable(text: "a,b\n")
    #expect(table.rowCount == 0)
    #expect(try table.numbers().shape == [0, 2])
    #expect(try table.categories("a").isEmpty)
  }

  @Test func ownMissingValues() throws {
    let table = try CSVTable(text: "a\n?\nNA\n", missing: ["?"])
    #expect(try table.texts("a") == [nil, "NA"])
  }

  @Test func errorsOfTheFile() throws {
    let folder = try TemporaryFolder()
    let cases: [(String, String, String)] = [
      ("a,b\n1,2\n\n1,2,3\n", "line 4", "3 fields, where the first has 2"),
      ("a,b\n\"x\ny\",2\n1\n", "line 4", "1 fields, where the first has 2"),
      ("a,b\n1,\"2\n3\n", "line 2", "never closed"),
      ("a,b\n1,\"2\"3\n", "line 2", "after its closing quotation mark"),
      ("a,b,a\n", "line 1", "two columns have the name \"a\""),
    ]
    for (text, line, words) in cases {
      let url = try folder.write(text, "table.csv")
      expectFileError(.corrupt, url, "table.csv, \(line):", words) {
        _ = try CSVTable(contentsOf: url)
      }
    }
    let latin = try folder.write(Array("a\nb\n".utf8) + [0xe9], "latin.csv")
    expectFileError(.corrupt, latin, "line 3", "not UTF-8") { _ = try CSVTable(contentsOf: latin) }
    let empty = try folder.write("", "empty.csv")
    expectFileError(.truncated, empty, "no row of names") { _ = try CSVTable(contentsOf: empty) }
  }

  @Test func errorsOfValues() throws {
    let folder = try TemporaryFolder()
    let url = try folder.write(flowers, "flowers.csv")
    let table = try CSVTable(contentsOf: url)
    expectFileError(.corrupt, url, "line 3", "column \"length\": the number is missing") {
      _ = try table.numbers(["length"])
    }
    expectFileError(.corrupt, url, "line 2", "\"setosa\" is not a number") {
      _ = try table.numbers(["species"])
    }
    expectFileError(.corrupt, url, "line 6", "the class is missing") {
      _ = try table.classes("species")
    }
    expectFileError(.corrupt, url, "line 3", "the class \"virginica\" is unknown") {
      _ = try table.classes("species", names: ["setosa"])
    }
    expectFileError(.missing, url, "no column \"color\"", "It has length, width, species.") {
      _ = try table.numbers(["color"])
    }
  }

  @Test func mistakes() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = try CSVTable(text: "a", separator: "\"")
      }, "CSVTable: \"\"\" cannot separate fields")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = try CSVTable(text: "a\n1").text(row: 1, column: "a")
      }, "CSVTable: row 1 is out of range for 1 rows")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = try CSVTable(text: "a\nx").oneHot("a", categories: ["x", "x"])
      }, "CSVTable: [\"x\", \"x\"] has a name twice")
  }
}
