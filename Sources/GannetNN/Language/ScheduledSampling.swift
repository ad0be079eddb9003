import GannetTensor

/// An encoder and decoder in training, whose decoder reads some of its own tokens in place of the true
/// ones (scheduled sampling, Bengio et al., 2015).
///
/// Each token behind the first is with ``probability`` the one that was the most likely at the step
/// before. In evaluation mode, and at a probability of 0, it is the model itself.
///
///     let sampling = ScheduledSampling(model, probability: 0.25)
///     let trainer = Trainer(
///       sampling, optimizer: Adam(sampling.parameters), loss: .translation(ignoring: padding))
public final class ScheduledSampling<E: SequenceEncoder, D: SequenceDecoder>:
  SequenceToSequenceModel,
  StochasticModule, TrainingDependent
where E.Encoding == D.Encoding {
  /// The model, whose own tokens are read at times.
  public let model: EncoderDecoder<E, D>
  /// The probability of reading an own token, which a schedule may change.
  public var probability: Double
  public var isTraining = true
  /// The random stream of the choices.
  public var stream: RandomStream

  /// Stops unless `probability` is in 0...1.
  public init(_ model: EncoderDecoder<E, D>, probability: Double) {
    guard (0...1).contains(probability) else {
      fail("ScheduledSampling: probability \(probability), expected 0 to 1")
    }
    self.model = model
    self.probability = probability
    stream = RandomSource.current.makeStream()
  }

  public func callAsFunction(
    _ source: IntTensor, _ target: IntTensor, sourceLengths: IntTensor? = nil
  ) -> Tensor {
    guard isTraining, probability > 0, target.shape.rank == 2, target.shape[1] > 1 else {
      return model(source, target, sourceLengths: sourceLengths)
    }
    var state = model.state(of: source, lengths: sourceLengths)
    var logits: [Tensor] = []
    for step in 0..<target.shape[1] {
      let given = target.sliced(step..<step + 1, along: 1)
      let read = logits.last.map { mixing(given, $0.detached().argmax(along: -1)) } ?? given
      let (next, after) = model.decoder(read, state: state)
      logits.append(next)
      state = after
    }
    return concatenate(logits, along: 1)
  }

  /// Replaces some true tokens, `[N, 1]`, by the model's own.
  private func mixing(_ given: IntTensor, _ own: IntTensor) -> IntTensor {
    let tokens = zip(given.scalars, own.scalars).map { given, own in
      Double.random(in: 0..<1, using: &stream) < probability ? own : given
    }
    return IntTensor(tokens, shape: given.shape)
  }
}
