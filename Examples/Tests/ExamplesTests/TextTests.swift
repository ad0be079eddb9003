import Foundation
import Gannet
import Testing

@Suite("The character model")
struct CharacterModelTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var model: [String] { ["--model", folder.path("model.safetensors")] }

  private func write(_ beginning: String, _ options: [String] = []) throws -> String {
    try Program.run("character-model", ["write", beginning, "--count", "30"] + options + model)
  }

  @Test("learns a phrase by heart, and writes on")
  func learning() throws {
    let text = try folder.write(
      String(repeating: "the gannet dives. ", count: 1_000), "text.txt")
    let output = try Program.run(
      "character-model",
      ["train", text, "--hidden", "64", "--steps", "20", "--epochs", "12"] + model)
    let perplexity = try #require(output.number(after: "part held out:"))
    #expect(perplexity < 1.5, "\(output)")
    #expect(
      try write("the ga", ["--temperature", "0"]) == "the gannet dives. the gannet dives. \n")
    #expect(try write("the ga", ["--seed", "1"]) == write("the ga", ["--seed", "1"]))
    // A character that the model has never read.
    #expect(try write("the 🐦 ").count == "the 🐦 ".count + 31)
  }

  @Test("a quick model writes any characters of its text")
  func quick() throws {
    let text = try folder.write(String(repeating: "naïve 🐦\n", count: 200), "text.txt")
    _ = try Program.run("character-model", ["train", text, "--quick"] + model)
    // Of a model that knows little, some are <unk>.
    let written = try write("n").replacing("<unk>", with: "?")
    #expect(written.count == 32 && written.allSatisfy { "naïve 🐦\n?".contains($0) }, "\(written)")
  }

  @Test("says what is wrong with texts and beginnings")
  func errors() throws {
    let short = try folder.write("short", "short.txt")
    try Program.expectError("character-model", ["train", short] + model, "5 characters")
    let bytes = try folder.write([0xff, 0xfe, 0x00], "bytes.txt")
    try Program.expectError("character-model", ["train", bytes] + model, "UTF-8")
    try Program.expectError("character-model", ["write", ""] + model, "beginning")
    try Program.expectError("character-model", ["write", "a"] + model, "model.safetensors")
  }
}

@Suite("Translation")
struct TranslationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var model: [String] { ["--model", folder.path("model.safetensors")] }

  /// Numbers of three figures, figure by figure.
  private func figures() -> String {
    let english = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    let french = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
    let lines = (0..<1_000).map { number in
      let places = [number / 100, number / 10 % 10, number % 10]
      let (source, target) = (places.map { english[$0] }, places.map { french[$0] })
      return source.joined(separator: " ") + ".\t" + target.joined(separator: " ") + " !"
    }
    return lines.joined(separator: "\n")
  }

  @Test("translates sentences that it has not seen")
  func learning() throws {
    let pairs = try folder.write(figures(), "pairs.tsv")
    let output = try Program.run(
      "translation", ["train", pairs, "--hidden", "64", "--epochs", "15"] + model)
    let score = try #require(output.number(after: "sentences held out:"))
    #expect(score > 0.9, "\(output)")
    let answers = try Program.run("translation", ["translate", "One two six.", "Nine"] + model)
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(answers.first == "un deux six !")
    #expect(answers.count == 3)
  }

  @Test("takes sentences of any length, also empty ones")
  func lengths() throws {
    let pairs = try folder.write(figures(), "pairs.tsv")
    _ = try Program.run("translation", ["train", pairs, "--quick"] + model)
    let long = [String](repeating: "one", count: 100).joined(separator: " ")
    _ = try Program.run("translation", ["translate", "", long, "words unknown"] + model)
  }

  @Test("says what is wrong with pairs and models")
  func errors() throws {
    let columns = try folder.write("one\tun\nthree columns\tare\ttoo many\n", "columns.tsv")
    try Program.expectError("translation", ["train", columns] + model, "line 2", "3 columns")
    let short = try folder.write("one\tun\n", "short.tsv")
    try Program.expectError("translation", ["train", short] + model, "fewer than 20")
    try Program.expectError("translation", ["translate", "a"] + model, "model.safetensors")
    try Program.expectError("translation", ["train", short, "--hidden", "3"], "--hidden")
  }
}

@Suite("Sentence search")
struct SentenceSearchTests {
  let folder: TemporaryFolder
  private let tokens = "[PAD] [UNK] [CLS] [SEP] [MASK] a bird dives train"
    .split(separator: " ").map(String.init)

  /// Makes a tiny encoder with random weights under Hugging Face's names.
  init() throws {
    folder = try TemporaryFolder()
    try folder.write(tokens.joined(separator: "\n") + "\n", "encoder/vocab.txt")
    try folder.write(
      """
      {"model_type": "bert", "vocab_size": \(tokens.count), "hidden_size": 16,
       "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
       "max_position_embeddings": 12}
      """, "encoder/config.json")
    let network = withRandomSeed(1) {
      BERT(
        vocabularySize: tokens.count, size: 16, layers: 2, heads: 2, feedForwardSize: 32,
        context: 12)
    }
    try network.save(to: folder.url.appending(path: "encoder/model.safetensors"))
    try folder.write("the train\n\na bird dives\na train dives\n", "sentences.txt")
  }

  private func search(_ query: String) -> [String] {
    [query, "--sentences", folder.path("sentences.txt"), "--encoder", folder.path("encoder")]
  }

  @Test("finds the query itself first, and no more than asked for")
  func nearest() throws {
    let output = try Program.run(
      "sentence-search", search("A bird dives") + ["--count", "2", "--quick"])
    let lines = output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first == "1.0  a bird dives", "\(output)")
  }

  @Test("takes queries that are longer than the encoder's context, empty or unknown")
  func lengths() throws {
    for query in [[String](repeating: "bird", count: 50).joined(separator: " "), "", "¿?"] {
      #expect(
        try Program.run("sentence-search", search(query)).split(separator: "\n").count == 3)
    }
  }

  @Test("says what is wrong with encoders and sentences")
  func errors() throws {
    let encoder = ["--encoder", folder.path("encoder")]
    try Program.expectError(
      "sentence-search", ["a", "--sentences", folder.path("none.txt")] + encoder, "none.txt")
    let blank = try folder.write("\n\n", "blank.txt")
    try Program.expectError("sentence-search", ["a", "--sentences", blank] + encoder, "blank.txt")
    try folder.write(tokens.dropLast().joined(separator: "\n"), "encoder/vocab.txt")
    try Program.expectError("sentence-search", search("a"), "9 tokens", "8 in vocab.txt")
    try folder.write("{}", "encoder/config.json")
    try Program.expectError("sentence-search", search("a"), "config.json")
  }
}
