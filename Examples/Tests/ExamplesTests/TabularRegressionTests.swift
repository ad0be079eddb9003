import Foundation
import Gannet
import Testing

@Suite("Tabular regression")
struct TabularRegressionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var model: [String] { ["--model", folder.path("model.safetensors")] }

  /// A price of three hundred houses, 30 for each unit of their area and 500 for each room.
  private func houses() -> String {
    var stream = RandomStream(seed: 5)
    let rows = (0..<300).map { number -> String in
      let area = Float.random(in: 40...200, using: &stream)
      let rooms = Int.random(in: 1...7, using: &stream)
      // Some fields are missing, and one is in quotation marks.
      return "\(area),\(number % 20 == 3 ? "" : "\(rooms)"),\"north, by \"\"the\"\" sea\","
        + (number == 7 ? "" : "\(30 * area + 500 * Float(rooms))")
    }
    return (["area,rooms,place,price"] + rows).joined(separator: "\n") + "\n"
  }

  @Test("predicts rows held out far better than their mean does, and rows of another table")
  func learning() throws {
    let table = try folder.write(houses(), "houses.csv")
    let output = try Program.run(
      "tabular-regression",
      ["train", table, "--target", "price", "--features", "area", "rooms"] + model)
    #expect(output.contains("59 rows held out"), "\(output)")
    let error = try #require(output.number(after: "root mean squared error"))
    let trivial = try #require(output.number(after: "training rows' mean"))
    #expect(error < 0.3 * trivial, "\(output)")

    let new = try folder.write("rooms,area\n2,100\n5,150\n", "new.csv")
    let predictions = try Program.run("tabular-regression", ["predict", new] + model)
      .split(separator: "\n").compactMap { Float($0) }
    try #require(predictions.count == 2)
    #expect(abs(predictions[0] - 4_000) < 400 && abs(predictions[1] - 7_000) < 500)
  }

  /// The mean of powers of two tells of how many rows it is.
  @Test("standardizes by the training rows alone")
  func standardization() throws {
    struct Preparation: Decodable {
      let inputs: Standardizer
      let target: Standardizer
    }
    let rows = (0..<20).map { "\(1 << $0),\(1 << $0)" }
    let table = try folder.write((["x,y"] + rows).joined(separator: "\n"), "powers.csv")
    _ = try Program.run(
      "tabular-regression",
      ["train", table, "--target", "y", "--features", "x", "--quick"] + model)
    let checkpoint = try Checkpoint(contentsOf: folder.url.appending(path: "model.safetensors"))
    let text = try #require(checkpoint.metadata["preparation"])
    let preparation = try JSONDecoder().decode(Preparation.self, from: Data(text.utf8))
    for mean in [preparation.inputs.mean[0], preparation.target.mean[0]] {
      #expect(Int(mean * 16).nonzeroBitCount == 16)
    }
  }

  @Test("says what is wrong with tables and models")
  func errors() throws {
    let table = try folder.write(houses(), "houses.csv")
    let train = { ["train", $0, "--target", $1, "--features", $2, "--quick"] + model }
    try Program.expectError(
      "tabular-regression", train(table, "prize", "area"), "\"prize\"", "area, rooms, place, price")
    try Program.expectError(
      "tabular-regression", train(table, "price", "place"), "row 1 is no number", "north")
    try Program.expectError(
      "tabular-regression", train(folder.path("none.csv"), "price", "area"), "none.csv")
    let short = try folder.write("area,price\n1,2\n3,4\n", "short.csv")
    try Program.expectError("tabular-regression", train(short, "price", "area"), "2 rows")
    let ragged = try folder.write("a,b,c\n1,\"2\n", "ragged.csv")
    try Program.expectError("tabular-regression", train(ragged, "b", "c"), "ragged.csv")
    try Program.expectError(
      "tabular-regression", ["predict", table] + model, "model.safetensors")
  }
}
