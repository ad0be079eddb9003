import Gannet

/// The recall task: sequences begin with one of eight letters, followed by noise of eight other
/// tokens; the letter must be predicted at the end.
struct RecallTask {
  static let letters = 8
  static let vocabularySize = 16

  /// The number of noise tokens behind the letter.
  let distance: Int

  /// `count` sequences, `[T, N]`, and their letters, `[N]`.
  func batch(
    _ count: Int, using stream: inout RandomStream
  ) -> (tokens: IntTensor, letters: IntTensor) {
    let letters = (0..<count).map { _ in Int32.random(in: 0..<Int32(Self.letters), using: &stream) }
    let noise = (0..<distance * count).map { _ in
      Int32.random(in: Int32(Self.letters)..<Int32(Self.vocabularySize), using: &stream)
    }
    return (IntTensor(letters + noise, shape: [distance + 1, count]), IntTensor(letters))
  }

  /// The logits of the letters after the last step.
  func logits(_ model: LanguageModel<some Any>, _ tokens: IntTensor) -> Tensor {
    model.linear(model.rnn(tokens).output[-1])
  }
}

/// One run of the recall task, from the initial weights to the end of training.
struct RecallRun {
  /// The accuracy on 512 new sequences.
  let accuracy: Double
  /// The number of batches that it was trained on.
  let batches: Int
  /// The norm of the gradient of the loss by the input of each step, before training.
  let gradientNorms: [Double]
  /// The change of the hidden state by the letter, relative to that by a noise token.
  let selection: Double
  /// The relative change of the hidden state before training.
  let untrainedSelection: Double

  /// Trains `model` by Adam with the gradient's norm clipped at 1, until it predicts all letters of
  /// ten successive batches, or for `limit` batches of 64.
  init(_ model: LanguageModel<some Any>, on task: RecallTask, limit: Int) {
    var stream = RandomSource.current.makeStream()
    let sample = task.batch(16, using: &stream).tokens
    untrainedSelection = Self.selection(model, sample)
    gradientNorms = Self.gradientNorms(model, task.batch(64, using: &stream))
    let optimizer = Adam(model.parameters, learningRate: 0.01)
    var (batches, perfect) = (0, 0)
    while batches < limit, perfect < 10 {
      let (tokens, letters) = task.batch(64, using: &stream)
      optimizer.zeroGradients()
      let logits = task.logits(model, tokens)
      crossEntropy(logits, letters).backward()
      model.parameters.clipGradients(toNorm: 1)
      optimizer.step()
      batches += 1
      perfect = Gannet.accuracy(logits, letters) == 1 ? perfect + 1 : 0
    }
    self.batches = batches
    selection = Self.selection(model, sample)
    let (tokens, letters) = task.batch(512, using: &stream)
    accuracy = model.evaluating { Gannet.accuracy(task.logits(model, tokens), letters) }
  }

  private static func gradientNorms(
    _ model: LanguageModel<some Any>, _ batch: (tokens: IntTensor, letters: IntTensor)
  ) -> [Double] {
    let x = Tensor(oneHot: batch.tokens, classCount: RecallTask.vocabularySize).requiringGradient()
    crossEntropy(model.linear(model.rnn(x).output[-1]), batch.letters).backward()
    // In double precision: their squares would soon be 0.
    return x.gradient!.unstacked().map { step in
      step.scalars.map { Double($0) * Double($0) }.reduce(0, +).squareRoot()
    }
  }

  private static func selection(
    _ model: LanguageModel<some Any>, _ tokens: IntTensor
  ) -> Double {
    let states = model.evaluating { model.rnn(tokens).output }
    let steps = states.shape[0]
    let later = abs(states[1..<steps] - states[0..<steps - 1])
    return Double((abs(states[0]).mean() / later.mean()).scalar)
  }
}
