// Predicts a number, such as a price, from the other numbers of a table's rows.
import ArgumentParser
import Foundation
import Gannet
import SwiftCSV

@main
struct TabularRegression: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tabular-regression",
    abstract: "Predicts a column of a CSV file from the other columns of numbers.",
    subcommands: [Train.self, Predict.self])

  static func network(_ inputs: Int) -> Sequential {
    Sequential {
      Linear(inputs, 128)
      ReLU()
      Linear(128, 1)
    }
  }
}

/// Feature columns and standardizers for predictions, stored as JSON in the checkpoint's metadata.
struct Preparation: Codable {
  let columns: [String]
  let inputs: Standardizer
  let target: Standardizer

  /// The predictions, `[N, 1]`, for features, `[N, D]`, both in their own units.
  func predictions(of network: Sequential, for features: Tensor) -> Tensor {
    target.inverse(network.evaluating { network(inputs(features)) })
  }
}

/// The numbers of columns of a CSV file, `[N, D]`, NaN where a field is empty.
func numbers(_ columns: [String], in path: String) throws -> Tensor {
  guard let table = try? EnumeratedCSV(url: URL(filePath: path), loadColumns: false) else {
    throw FileError(
      .unreadable, path: path, "this cannot be read as a table",
      advice: "Check the path, the quotation marks, and that the file is in UTF-8.")
  }
  let places = try columns.map { column in
    guard let place = table.header.firstIndex(of: column) else {
      throw FileError(
        .missing, path: path, "there is no column \"\(column)\"",
        advice: "The columns are \(table.header.joined(separator: ", ")).")
    }
    return place
  }
  var values: [Float] = []
  for (row, fields) in table.rows.enumerated() {
    for place in places {
      let field = place < fields.count ? fields[place].trimmingCharacters(in: .whitespaces) : ""
      guard let number = field.isEmpty ? .nan : Float(field), !number.isInfinite else {
        throw FileError(
          .corrupt, path: path, "\"\(field)\" in row \(row + 1) is no number",
          advice: "Leave missing numbers empty.")
      }
      values.append(number)
    }
  }
  return Tensor(values, shape: [table.rows.count, columns.count])
}

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Trains on a table.")

  @Argument(help: "A CSV file, whose first row has the names of the columns.")
  var table: String
  @Option(help: "The column to predict.")
  var target: String
  @Option(parsing: .upToNextOption, help: "The columns from which it is predicted.")
  var features: [String]
  @Option(help: "The file that gets the trained model.")
  var model = "tabular-regression.safetensors"
  @Option(help: "The passes over the rows.")
  var epochs = 100
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0
  @Flag(help: "Train for five epochs, to see that all is well.")
  var quick = false

  func validate() throws {
    guard epochs > 0 else { throw ValidationError("Give --epochs from 1.") }
  }

  func run() throws {
    seedRandom(seed)
    let (inputs, targets) = (try numbers(features, in: table), try numbers([target], in: table))
    var stream = RandomStream(seed: seed)
    let rows = (0..<targets.count).filter { !targets[$0, 0].isNaN }.shuffled(using: &stream)
    guard rows.count >= 10 else {
      throw FileError(.truncated, path: table, "\(rows.count) rows have \"\(target)\", expected 10")
    }
    // A fifth of the rows is held out. Nothing is learned from it, not even a mean.
    let (training, heldOut) = (rows.dropLast(rows.count / 5), rows.suffix(rows.count / 5))
    func part(_ all: Tensor, _ rows: ArraySlice<Int>) -> Tensor {
      all.slices(at: IntTensor(Array(rows)))
    }
    let preparation = Preparation(
      columns: features, inputs: Standardizer(fitting: part(inputs, training)),
      target: Standardizer(fitting: part(targets, training)))
    // Missing numbers become the training rows' mean.
    let set = TensorDataset(
      features: preparation.inputs(part(inputs, training)),
      targets: preparation.target(part(targets, training)))
    let epochs = quick ? 5 : self.epochs
    let network = TabularRegression.network(features.count)
    let trainer = Trainer(network, optimizer: AdamW(network.parameters), loss: .regression)
    trainer.callbacks = [Scheduling(.cosine(from: 3e-3, over: epochs))]
    trainer.metadata["preparation"] = String(
      decoding: try JSONEncoder().encode(preparation), as: UTF8.self)
    try trainer.fit(DataLoader(set, batchSize: 32, shuffle: true), epochs: epochs)
    try trainer.save(to: URL(filePath: model))

    // Errors are in the target's own unit.
    let truth = part(targets, heldOut)
    let predictions = preparation.predictions(of: network, for: part(inputs, heldOut))
    let mean = Tensor(repeating: preparation.target.mean[0], shape: truth.shape)
    print("\(heldOut.count) rows held out:")
    print("  mean absolute error", meanAbsoluteError(predictions, truth).scalar)
    print("  root mean squared error", sqrt(meanSquaredError(predictions, truth)).scalar)
    print("  that of always the training rows' mean", sqrt(meanSquaredError(mean, truth)).scalar)
    print("wrote", model)
  }
}

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints a prediction for each row of a table.")

  @Argument(help: "A CSV file with the columns from which the model predicts.")
  var table: String
  @Option(help: "The file of the trained model.")
  var model = "tabular-regression.safetensors"

  func run() throws {
    let checkpoint = try Checkpoint(contentsOf: URL(filePath: model))
    guard let text = checkpoint.metadata["preparation"],
      let preparation = try? JSONDecoder().decode(Preparation.self, from: Data(text.utf8))
    else {
      throw FileError(.unsupported, path: model, "this is no model of tabular-regression train")
    }
    let network = TabularRegression.network(preparation.columns.count)
    try network.load(checkpoint.model)
    let inputs = try numbers(preparation.columns, in: table)
    for value in preparation.predictions(of: network, for: inputs).scalars { print(value) }
  }
}
