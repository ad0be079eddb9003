import Gannet

/// A language model that predicts randomly masked characters, 15% of each window.
final class MaskedModel<State>: StochasticModule {
  private let model: LanguageModel<State>
  /// The random stream of the masks of training batches.
  var stream = RandomSource.current.makeStream()
  private let mask: Int32
  private let validationBatches: Int
  /// The stream of the masks of validation batches: the same in each evaluation and for each model.
  private var validationStream = RandomStream(seed: 0)
  private var validatedBatches = 0

  /// - Parameters:
  ///   - mask: The token that replaces a masked one.
  ///   - validationBatches: The number of batches of an evaluation.
  init(_ model: LanguageModel<State>, mask: Int32, validationBatches: Int) {
    (self.model, self.mask, self.validationBatches) = (model, mask, validationBatches)
  }

  /// The mean cross-entropy of the masked characters of a batch.
  func loss(_ batch: Batch<IntTensor, IntTensor>) -> Tensor {
    let windows = masked(batch.inputs, using: &stream)
    return crossEntropy(windows.logits(model), windows.targets)
  }

  /// The perplexity and the accuracy of the masked characters of the next validation batch.
  func measurements(_ batch: Batch<IntTensor, IntTensor>) -> [(name: String, value: Double)] {
    if validatedBatches % validationBatches == 0 { validationStream = RandomStream(seed: 0) }
    validatedBatches += 1
    let windows = masked(batch.inputs, using: &validationStream)
    let logits = windows.logits(model)
    let loss = Double(crossEntropy(logits, windows.targets).scalar)
    return [
      ("perplexity", Information.perplexity(crossEntropy: loss)),
      ("accuracy", accuracy(logits, windows.targets)),
    ]
  }

  private func masked(_ windows: IntTensor, using stream: inout RandomStream) -> MaskedWindows {
    MaskedWindows(windows, mask: mask) { _ in Float.random(in: 0..<1, using: &stream) < 0.15 }
  }
}

/// Windows of a text, some of whose characters are masked.
struct MaskedWindows {
  /// `[T, N]`.
  private let inputs: IntTensor
  /// The indices of masked tokens among all `T · N`, `[M]`.
  private let places: IntTensor
  /// The masked tokens, `[M]`.
  let targets: IntTensor

  /// Masks the tokens of `windows`, `[N, T]`, for which `isMasked` is true.
  init(_ windows: IntTensor, mask: Int32, where isMasked: (Int32) -> Bool) {
    let tokens = windows.transposed()
    var scalars = tokens.scalars
    let places = scalars.indices.filter { isMasked(scalars[$0]) }
    targets = IntTensor(places.map { scalars[$0] })
    for place in places { scalars[place] = mask }
    inputs = IntTensor(scalars, shape: tokens.shape)
    self.places = IntTensor(places)
  }

  /// The logits of the masked characters, `[M, V]`.
  func logits(_ model: LanguageModel<some Any>) -> Tensor {
    let output = model.rnn(inputs).output
    return model.linear(output.reshaped(to: [inputs.count, output.shape[2]]).slices(at: places))
  }
}
