// Finds the sentences nearest in meaning to a query, by a pretrained sentence encoder: a folder with
// BERT's config.json, model.safetensors and vocab.txt under Hugging Face's names, such as that of
// all-MiniLM-L6-v2.
import ArgumentParser
import Foundation
import Gannet

@main
struct SentenceSearch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sentence-search", abstract: "Finds the sentences nearest in meaning to a query.")

  @Argument(help: "The query.")
  var query: String
  @Option(help: "The sentences, one a line, in UTF-8.")
  var sentences: String
  @Option(help: "The encoder's folder, with config.json, model.safetensors and vocab.txt.")
  var encoder: String
  @Option(help: "The number of sentences to find.")
  var count = 3
  @Flag(help: "Search the first 100 sentences alone, to see that all is well.")
  var quick = false

  func validate() throws {
    guard count > 0 else { throw ValidationError("Give a --count from 1.") }
  }

  func run() throws {
    guard let text = try? String(contentsOf: URL(filePath: sentences), encoding: .utf8) else {
      throw FileError(
        .unreadable, path: sentences, "this cannot be read as text in UTF-8",
        advice: "Check the path, and convert the file to UTF-8.")
    }
    let lines = text.split(whereSeparator: \.isNewline).prefix(quick ? 100 : .max).map(String.init)
    guard !lines.isEmpty else {
      throw FileError(.truncated, path: sentences, "there are no sentences")
    }
    let encoder = try Encoder(URL(filePath: encoder))

    // Unit vectors: their products are the cosines of the angles between them.
    let target = encoder.vectors(of: [query])[0]
    var similarities: [Float] = []
    for start in stride(from: 0, to: lines.count, by: 32) {
      let batch = Array(lines[start..<min(start + 32, lines.count)])
      similarities += matmul(encoder.vectors(of: batch), target).scalars
    }
    for index in lines.indices.sorted(by: { similarities[$0] > similarities[$1] }).prefix(count) {
      print("\((1_000 * similarities[index]).rounded() / 1_000)  \(lines[index])")
    }
  }
}

/// A BERT whose states of a sentence's tokens are averaged to a vector of length 1.
struct Encoder {
  let network: BERT
  let wordPiece: WordPiece
  /// The positions that the network knows: longer sentences lose their ends.
  let context: Int

  /// The parts of Hugging Face's config.json that matter here.
  private struct Configuration: Decodable {
    let vocabSize: Int
    let hiddenSize: Int
    let numHiddenLayers: Int
    let numAttentionHeads: Int
    let intermediateSize: Int
    let maxPositionEmbeddings: Int
  }

  init(_ folder: URL) throws {
    let file = folder.appending(path: "config.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let data = try? Data(contentsOf: file),
      let sizes = try? decoder.decode(Configuration.self, from: data)
    else {
      throw FileError(
        .unsupported, path: file.path, "this is no configuration of a BERT",
        advice: "Name the folder of a sentence encoder.")
    }
    let all = [
      sizes.vocabSize, sizes.hiddenSize, sizes.numHiddenLayers, sizes.numAttentionHeads,
      sizes.intermediateSize, sizes.maxPositionEmbeddings - 2,
    ]
    guard all.allSatisfy({ (1...1_000_000).contains($0) }),
      sizes.hiddenSize.isMultiple(of: sizes.numAttentionHeads)
    else { throw FileError(.corrupt, path: file.path, "the sizes are impossible") }

    wordPiece = try WordPiece(contentsOf: folder.appending(path: "vocab.txt"))
    guard wordPiece.count == sizes.vocabSize else {
      throw FileError(
        .corrupt, path: file.path,
        "there are \(sizes.vocabSize) tokens here and \(wordPiece.count) in vocab.txt")
    }
    context = sizes.maxPositionEmbeddings
    network = BERT(
      vocabularySize: sizes.vocabSize, size: sizes.hiddenSize, layers: sizes.numHiddenLayers,
      heads: sizes.numAttentionHeads, feedForwardSize: sizes.intermediateSize, context: context)
    var weights = try Safetensors.read(from: folder.appending(path: "model.safetensors"))
    // Older files have the numbers of the positions, which are no weights.
    weights["embeddings.position_ids"] = nil
    try network.load(weights)
  }

  /// The vectors of sentences, `[N, E]`.
  func vectors(of sentences: [String]) -> Tensor {
    let batch = wordPiece.batch(of: sentences, maximumLength: context)
    return network.evaluating {
      let states = network(batch.indices, validLengths: batch.lengths)
      let means = BERT.meanPooled(states, validLengths: batch.lengths)
      return means / means.norm(along: 1, keepingAxes: true)
    }
  }
}
