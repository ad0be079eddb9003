import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct TranslationTrajectoryTests {
  /// From the same weights, on the same batch, the book's model follows PyTorch's losses for twenty
  /// steps of Adam, the gradient's norm clipped at 1, dropout off.
  @Test func seq2seq() throws {
    let model = EncoderDecoder(
      Seq2SeqEncoder(194, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
      Seq2SeqDecoder(214, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2))
    try follow("seq2seq", model)
  }

  /// Logits, and all gradients of the mean loss of the labels that are not padding.
  @Test func smallSeq2SeqHasPyTorchsLogitsAndGradients() throws {
    let fixture = try Fixture("translation")
    let name = "seq2seq_small"
    let model = EncoderDecoder(
      Seq2SeqEncoder(7, embeddingSize: 6, hiddenSize: 6, layers: 2),
      Seq2SeqDecoder(9, embeddingSize: 6, hiddenSize: 6, layers: 2))
    let names = try #require(fixture.setting("parameters", of: name, as: [String].self))
    #expect(model.parameters.map(\.name) == names)
    model.fillWithFixtureWeights(gain: 2)
    let batch = HashPairs(3, steps: 4, source: 7, target: 9)
    let logits = model(batch.source, batch.target).reshaped(to: [12, 9])
    expectClose(
      logits, try #require(fixture.tensor("\(name)/logits")), tolerance: 1e-5, "logits")
    crossEntropy(logits, batch.labels, ignoring: 2).backward()
    for parameter in model.parameters {
      expectClose(
        parameter.gradient!, try #require(fixture.tensor("\(name)/\(parameter.name)")),
        tolerance: 1e-4, parameter.name)
    }
  }

  private func follow(_ name: String, _ model: some SequenceToSequenceModel) throws {
    let fixture = try Fixture("trajectory_translation")
    let losses = try #require(fixture.tensor("\(name)/losses"))
    let norms = try #require(fixture.tensor("\(name)/gradientNorms"))
    let names = try #require(fixture.setting("parameters", of: name, as: [String].self))
    #expect(model.parameters.map(\.name) == names)
    model.fillWithFixtureWeights()
    model.eval()
    let size = Int(try #require(fixture.setting("batch", of: name)))
    let batch = HashPairs(size, steps: 9, source: 194, target: 214)
    let optimizer = Adam(
      model.parameters, learningRate: try #require(fixture.setting("learningRate", of: name)))
    let followed = (0..<losses.count).map { step in
      optimizer.zeroGradients()
      let logits = model(batch.source, batch.target, sourceLengths: batch.lengths)
      let loss = crossEntropy(logits.reshaped(to: [-1, 214]), batch.labels, ignoring: 5)
      loss.backward()
      if step == 0 {
        let own = model.parameters.map { $0.gradient!.norm().scalar }
        expectClose(Tensor(own), norms, tolerance: 1e-4, "\(name), gradients' norms")
      }
      model.parameters.clipGradients(toNorm: 1)
      optimizer.step()
      return loss.scalar
    }
    expectClose(Tensor(followed), losses, tolerance: 1e-3, "\(name), losses")
  }
}

/// Sentence pairs from the hash, as the fixtures' scripts make them.
private struct HashPairs {
  let source, lengths, target, labels: IntTensor

  init(_ count: Int, steps: Int, source: Int, target: Int) {
    func rows(_ classes: Int, seed: UInt32) -> IntTensor {
      HashSequence.labels(count * steps, classes: classes, seed: seed)
        .reshaped(to: [count, steps])
    }
    self.source = rows(source, seed: 1)
    self.target = rows(target, seed: 4)
    labels = rows(target, seed: 2).flattened()
    lengths = IntTensor(
      HashSequence.labels(count, classes: steps, seed: 3).scalars.map { $0 + 1 })
  }
}
