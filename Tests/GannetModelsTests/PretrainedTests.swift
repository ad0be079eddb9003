import Foundation
import GannetData
import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Where `scripts/test-pretrained` has put its files; nil in other runs.
private let folder = ProcessInfo.processInfo.environment["GANNET_PRETRAINED"].map {
  URL(filePath: $0)
}

/// A trained sentence encoder, all-MiniLM-L6-v2, beside transformers and PyTorch.
@Suite(.enabled(if: folder != nil), .serialized) struct PretrainedTests {
  private struct Described: Decodable {
    let sentences: [String]
    let indices: [[Int]]
    let texts: [String]
    let textIndices: [[Int]]
    let ordinary: [String]
    let fineTuning: [[String]]
  }

  private let model = BERT(vocabularySize: 30_522, size: 384, layers: 6, heads: 12)
  private let wordPiece: WordPiece
  private let described: Described
  private let computed: SafetensorsFile

  init() throws {
    let folder = try #require(folder)
    var state = try Safetensors.read(from: folder.appending(path: "model.safetensors"))
    // 0 to 511, which is no parameter.
    state["embeddings.position_ids"] = nil
    try model.load(state)
    model.eval()
    wordPiece = try WordPiece(contentsOf: folder.appending(path: "vocab.txt"))
    described = try JSONDecoder().decode(
      Described.self, from: Data(contentsOf: folder.appending(path: "described.json")))
    computed = try SafetensorsFile(folder.appending(path: "computed.safetensors"))
  }

  @Test func textsHaveTransformersIndices() {
    for (text, wanted) in zip(
      described.sentences + described.texts, described.indices + described.textIndices)
    {
      #expect(wordPiece.indices(of: text) == wanted, "\(text.debugDescription)")
    }
  }

  /// The words before they are cut into pieces. A few characters have changed their role since
  /// Unicode 8.
  @Test func everyCharacterHasItsRole() throws {
    let file = try #require(folder).appending(path: "characters.txt")
    let lines = try Data(contentsOf: file).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var (different, count) = (0, 0)
    for value in UInt32(0)..<0x110000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      // Tables of other versions of Unicode differ for newer characters.
      guard let age = scalar.properties.age, age.major < 8 else { continue }
      count += 1
      let words = wordPiece.words(of: "a\(scalar)b").joined(separator: " ")
      if !words.utf8.elementsEqual(lines[Int(value)]) { different += 1 }
    }
    #expect(count > 100_000 && different <= 8, "\(different) of \(count)")
  }

  private func embeddings(_ batch: TokenBatch) -> (states: Tensor, means: Tensor) {
    let states = model(batch.indices, validLengths: batch.lengths)
    let means = BERT.meanPooled(states, validLengths: batch.lengths)
    return (states, means / means.norm(along: 1, keepingAxes: true))
  }

  @Test(arguments: [1, 7, 32]) func statesAndEmbeddingsArePyTorchs(batchSize: Int) throws {
    let wanted = try (computed.tensor("states"), computed.tensor("embeddings"))
    var row = 0
    for start in stride(from: 0, to: described.sentences.count, by: batchSize) {
      let sentences = Array(described.sentences[start...].prefix(batchSize))
      let batch = wordPiece.batch(of: sentences)
      let (states, means) = withoutGradients { embeddings(batch) }
      for (index, length) in batch.lengths.enumerated() {
        let error = abs(states[index][0..<length] - wanted.0[row..<row + length]).max().scalar
        #expect(error < 1e-5, "\(sentences[index].prefix(40))")
        row += length
      }
      expectClose(means, wanted.1[start..<start + sentences.count], tolerance: 1e-5)
    }
    #expect(row == wanted.0.shape[0])
  }

  @Test func statesOfPairsArePyTorchs() throws {
    let wanted = try computed.tensor("pairStates")
    let batch = wordPiece.batch(ofPairs: described.fineTuning.map { ($0[0], $0[1]) })
    let states = withoutGradients {
      model(batch.indices, validLengths: batch.lengths, types: batch.types)
    }
    var row = 0
    for (index, length) in batch.lengths.enumerated() {
      let error = abs(states[index][0..<length] - wanted[row..<row + length]).max().scalar
      #expect(error < 1e-5, "\(described.fineTuning[index])")
      row += length
    }
    #expect(row == wanted.shape[0])
  }

  /// Ten steps in which, in a batch, each first sentence of a pair is to find its second.
  @Test func fineTuningFollowsPyTorch() throws {
    let sides = (0..<2).map { side in wordPiece.batch(of: described.fineTuning.map { $0[side] }) }
    let targets = IntTensor(Array(0..<described.fineTuning.count))
    let optimizer = AdamW(model.parameters, learningRate: 5e-5, weightDecay: 0.01)
    for wanted in try computed.tensor("losses").scalars {
      let means = sides.map { embeddings($0).means }
      let loss = crossEntropy(20 * matmul(means[0], means[1].transposed()), targets)
      #expect(abs(loss.scalar - wanted) < 1e-3 * max(1, wanted), "\(loss.scalar), \(wanted)")
      optimizer.zeroGradients()
      loss.backward()
      optimizer.step()
    }
  }

  /// Prints the times of the workloads of `fixtures.sentence_encoder --times`.
  @Test func times() {
    let ordinary = described.ordinary
    let long = Array(repeating: String(repeating: "gannets dive ", count: 400), count: 8)
    let workloads: [(String, [TokenBatch])] = [
      (
        "100 sentences, batches of 32",
        stride(from: 0, to: 100, by: 32).map {
          wordPiece.batch(of: Array(ordinary[$0..<min($0 + 32, 100)]))
        }
      ),
      ("100 sentences, one by one", ordinary.map { wordPiece.batch(of: [$0]) }),
      ("8 texts of 512 tokens, one batch", [wordPiece.batch(of: long)]),
    ]
    print("Gannet, times in ms")
    for (name, batches) in workloads {
      let time = leastMilliseconds {
        for batch in batches {
          withoutGradients { _ = model(batch.indices, validLengths: batch.lengths).scalars }
        }
      }
      print("\(name): \(time)")
    }
    let texts = Array(repeating: described.texts, count: 10).flatMap { $0 }
    let time = leastMilliseconds { for text in texts { _ = wordPiece.indices(of: text) } }
    print("tokenizing \(texts.count) texts: \(time)")
  }

  private func leastMilliseconds(_ body: () -> Void) -> Double {
    (0..<7).map { _ in ContinuousClock().measure(body) / .milliseconds(1) }.min()!
  }
}
