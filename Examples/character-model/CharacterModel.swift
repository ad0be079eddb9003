// Learns the characters of a text of your own, and writes on.
import ArgumentParser
import Foundation
import Gannet

@main
struct CharacterModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "character-model", abstract: "Learns the characters of a text, and writes on.",
    subcommands: [Train.self, Write.self])

  /// Two layers of LSTM, and a linear layer to the next character.
  static func network(_ vocabulary: Vocabulary, hiddenSize: Int) -> LanguageModel<LSTMState> {
    LanguageModel(LSTM(vocabulary.count, hiddenSize, layers: 2, dropout: 0.2))
  }
}

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Trains on a text.")

  @Argument(help: "A text in UTF-8; a novel has enough of it.")
  var text: String
  @Option(help: "The file that gets the trained model.")
  var model = "character-model.safetensors"
  @Option(help: "The passes over the text.")
  var epochs = 20
  @Option(help: "The units of each layer.")
  var hidden = 256
  @Option(help: "The characters of a window, over which gradients go back.")
  var steps = 100
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0
  @Flag(help: "Train a model of 32 units for an epoch, to see that all is well.")
  var quick = false

  func validate() throws {
    guard epochs > 0, hidden > 0, steps > 0 else {
      throw ValidationError("Give --epochs, --hidden and --steps from 1.")
    }
  }

  func run() throws {
    seedRandom(seed)
    guard let content = try? String(contentsOf: URL(filePath: text), encoding: .utf8) else {
      throw FileError(
        .unreadable, path: text, "this cannot be read as text in UTF-8",
        advice: "Check the path, and convert the file to UTF-8.")
    }
    let characters = Tokenizer.characters(content)
    // The last tenth of the text is held out.
    let end = characters.count * 9 / 10
    guard characters.count - end > steps else {
      throw FileError(
        .truncated, path: text,
        "there are \(characters.count) characters, expected more than ten windows of \(steps)")
    }
    let vocabulary = Vocabulary(characters[..<end])
    let training = TokenWindows.partition(
      vocabulary.indices(of: characters[..<end]), steps: steps)
    let validation = TokenWindows.partition(
      vocabulary.indices(of: characters[end...]), steps: steps)
    print("\(characters.count) characters, \(vocabulary.count) distinct")

    let (hidden, epochs) = quick ? (32, 1) : (self.hidden, self.epochs)
    let network = CharacterModel.network(vocabulary, hiddenSize: hidden)
    let trainer = Trainer(
      network, optimizer: AdamW(network.parameters), loss: .nextToken, clipNorm: 1,
      callbacks: [
        Scheduling(.cosine(from: 2e-3, over: epochs)), BestCheckpoint(URL(filePath: model)),
      ])
    trainer.metadata.vocabulary = vocabulary
    trainer.metadata["hidden"] = "\(hidden)"
    trainer.evaluationMean = .overExamples
    let history = try trainer.fit(
      DataLoader(training, batchSize: 32, shuffle: true),
      validation: DataLoader(validation, batchSize: 32), epochs: epochs)
    let best = history.epochs.map { $0.value(of: "perplexity") }.min() ?? .infinity
    print("perplexity of the part held out:", best)
    print("wrote", model)
  }
}

struct Write: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Writes on after a beginning.")

  @Argument(help: "The beginning.")
  var beginning: String
  @Option(help: "The file of the trained model.")
  var model = "character-model.safetensors"
  @Option(help: "The characters to write.")
  var count = 300
  @Option(help: "Lower ones favour likely characters; 0 takes the most likely one each time.")
  var temperature = 0.7
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0

  func validate() throws {
    guard !beginning.isEmpty, count > 0, temperature >= 0 else {
      throw ValidationError(
        "Give a beginning of a character or more, --count from 1, --temperature from 0.")
    }
  }

  func run() throws {
    let checkpoint = try Checkpoint(contentsOf: URL(filePath: model))
    guard let vocabulary = checkpoint.metadata.vocabulary,
      let hidden = checkpoint.metadata["hidden"].flatMap({ Int($0) }), hidden > 0
    else {
      throw FileError(.unsupported, path: model, "this is no model of character-model train")
    }
    let network = CharacterModel.network(vocabulary, hiddenSize: hidden)
    try network.load(checkpoint.model)
    seedRandom(seed)
    print(
      network.text(
        after: beginning, count: count, in: vocabulary,
        choosing: temperature == 0 ? .greedy : .sampling(temperature: temperature)))
  }
}
