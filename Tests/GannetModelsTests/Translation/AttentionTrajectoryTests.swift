import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// From the same weights, on the same batch, networks of attention follow PyTorch's losses, dropout off.
@Suite struct AttentionTrajectoryTests {
  @Test func visionTransformer() throws {
    let model = VisionTransformer.book()
    #expect(model.parameters.scalarCount == 6_457_866)
    let trajectory = try AttentionTrajectory("vit", model)
    let images = Tensor(hash: 1, [trajectory.batch, 1, 96, 96], low: 0, high: 1)
    let labels = HashSequence.labels(trajectory.batch, classes: 10, seed: 2)
    trajectory.follow(by: SGD(model.parameters, learningRate: trajectory.learningRate)) {
      crossEntropy(model(images), labels)
    }
  }

  @Test func generativeTransformer() throws {
    let model = GPT(
      vocabularySize: 28, size: 384, layers: 6, heads: 6, context: 256, isTied: false)
    #expect(model.parameters.scalarCount == 10_767_360)
    let trajectory = try AttentionTrajectory("gpt", model)
    let count = 256 * trajectory.batch
    let tokens = HashSequence.labels(count, classes: 28, seed: 1).reshaped(to: [256, -1])
    let labels = HashSequence.labels(count, classes: 28, seed: 2)
    trajectory.follow(
      by: Adam(model.parameters, learningRate: trajectory.learningRate), clip: 1
    ) {
      crossEntropy(model(tokens).logits.reshaped(to: [count, 28]), labels)
    }
  }

  @Test func translationTransformer() throws {
    try followTranslation(
      "transformer",
      EncoderDecoder(
        TokenTransformerEncoder(194, layers: 2, .book()),
        TokenTransformerDecoder(214, layers: 2, .book())))
  }

  @Test func bahdanausAttention() throws {
    try followTranslation(
      "bahdanau",
      EncoderDecoder(
        Seq2SeqEncoder(194, embeddingSize: 256, hiddenSize: 256, layers: 2),
        Seq2SeqAttentionDecoder(214, embeddingSize: 256, hiddenSize: 256, layers: 2)))
  }

  private func followTranslation(_ name: String, _ model: some SequenceToSequenceModel) throws {
    let trajectory = try AttentionTrajectory(name, model)
    let count = trajectory.batch
    func rows(_ classes: Int, seed: UInt32) -> IntTensor {
      HashSequence.labels(count * 9, classes: classes, seed: seed).reshaped(to: [count, 9])
    }
    let (source, target) = (rows(194, seed: 1), rows(214, seed: 4))
    let lengths = IntTensor(
      HashSequence.labels(count, classes: 9, seed: 3).scalars.map { $0 + 1 })
    trajectory.follow(
      by: Adam(model.parameters, learningRate: trajectory.learningRate), clip: 1
    ) {
      crossEntropy(
        model(source, target, sourceLengths: lengths).reshaped(to: [count * 9, 214]),
        rows(214, seed: 2).flattened(), ignoring: 5)
    }
  }
}

/// A case of the fixture `trajectory_attention` and a model with its weights, in evaluation mode.
struct AttentionTrajectory {
  let batch: Int
  let learningRate: Float
  private let name: String
  private let model: any Module
  private let fixture: Fixture
  /// The stored names, in PyTorch's order.
  private let names: [String]

  init(_ name: String, _ model: any Module) throws {
    (self.name, self.model) = (name, model)
    fixture = try Fixture("trajectory_attention")
    names = try #require(fixture.setting("parameters", of: name, as: [String].self))
    batch = Int(try #require(fixture.setting("batch", of: name)))
    learningRate = try #require(fixture.setting("learningRate", of: name))
    let state = model.stateDictionary
    let shapes = try names.map { try #require(state[$0], "\($0)").shape }
    let (order, stored) = (names, shapes)
    let weights = fixtureWeights(shapes) {
      stored[$0].rank == 1 && order[$0].hasSuffix("weight")
    }
    try model.load(Dictionary(uniqueKeysWithValues: zip(names, weights)))
    model.eval()
  }

  /// Trains, gradients clipped where PyTorch's were, and compares losses and the first step's
  /// gradients.
  func follow(by optimizer: Optimizer, clip: Float = .infinity, _ loss: () -> Tensor) {
    let losses = fixture.tensor("\(name)/losses")!
    let norms = fixture.tensor("\(name)/gradientNorms")!
    var followed: [Float] = []
    for step in 0..<losses.count {
      optimizer.zeroGradients()
      let loss = loss()
      loss.backward()
      if step == 0 { expectClose(gradientNorms, norms, tolerance: 1e-3, "\(name), norms") }
      model.parameters.clipGradients(toNorm: clip)
      optimizer.step()
      followed.append(loss.scalar)
    }
    expectClose(Tensor(followed), losses, tolerance: 1e-3, "\(name), losses")
  }

  /// The norms of the gradients by stored name.
  private var gradientNorms: Tensor {
    let values = model.parameters.map { $0.value.detached() }
    for parameter in model.parameters { parameter.value = parameter.gradient! }
    let state = model.stateDictionary
    let norms = names.map { state[$0]!.norm().scalar }
    for (parameter, value) in zip(model.parameters, values) { parameter.value = value }
    return Tensor(norms)
  }
}
