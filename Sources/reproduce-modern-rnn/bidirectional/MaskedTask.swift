import Gannet
import Reproduction

/// Characters of The Time Machine that are masked and to be filled in: windows of 32, side by side,
/// the last tenth of the text kept from training.
struct MaskedTask {
  let vocabulary: Vocabulary
  let fallback: String?
  private let training: DataLoader<TokenWindows>
  private let validation: DataLoader<TokenWindows>
  private let context: SectionContext

  init(_ context: SectionContext) throws {
    self.context = context
    let book = try TimeMachine(directory: context.dataFolder, allowsSubstitute: true)
    let characters = Tokenizer.characters(book.text.lettersAndSpaces)
    vocabulary = Vocabulary(characters, reserved: ["<mask>"])
    let text = vocabulary.indices(of: characters)
    let cut = text.count * 9 / 10
    training = DataLoader(
      .partition(Array(text[..<cut]), steps: 32), batchSize: 128, shuffle: true)
    validation = DataLoader(.partition(Array(text[cut...]), steps: 32), batchSize: 128)
    fallback = book.fallback
  }

  private var mask: Int32 { Int32(vocabulary["<mask>"]) }

  /// Windows of which 15% of the characters are masked by chance.
  private func masked(_ windows: IntTensor, using stream: inout RandomStream) -> MaskedWindows {
    MaskedWindows(windows, mask: mask) { _ in Float.random(in: 0..<1, using: &stream) < 0.15 }
  }

  /// The curves `train_ppl`, `val_ppl` and `val_acc` of `model`, trained by Adam with the
  /// gradient's norm clipped at 1.
  func train(_ model: LanguageModel<some Any>, as name: String, epochs: Int) -> TrainingCurves {
    let optimizer = Adam(model.parameters, learningRate: 0.01)
    var curves = TrainingCurves(batchesPerEpoch: training.batchCount)
    var stream = RandomSource.current.makeStream()
    let bar = context.progress(name, total: epochs * training.batchCount)
    for _ in 0..<epochs {
      for batch in training {
        let windows = masked(batch.inputs, using: &stream)
        optimizer.zeroGradients()
        let loss = crossEntropy(windows.logits(model), windows.targets)
        loss.backward()
        model.parameters.clipGradients(toNorm: 1)
        optimizer.step()
        let perplexity = Information.perplexity(crossEntropy: Double(loss.scalar))
        curves.train(.trainPerplexity, perplexity)
        bar.advance(showing: ["ppl": perplexity])
      }
      validate(model, &curves)
      curves.endEpoch()
    }
    bar.finish(showing: ["val_acc": curves.final(.validationAccuracy) ?? 0])
    return curves
  }

  /// Validates on fixed masks, the same each time and for each model.
  private func validate(_ model: LanguageModel<some Any>, _ curves: inout TrainingCurves) {
    var stream = RandomStream(seed: 0)
    model.evaluating {
      for batch in validation {
        let windows = masked(batch.inputs, using: &stream)
        let logits = windows.logits(model)
        let loss = Double(crossEntropy(logits, windows.targets).scalar)
        curves.validate(.validationPerplexity, Information.perplexity(crossEntropy: loss))
        curves.validate(.validationAccuracy, accuracy(logits, windows.targets))
      }
    }
  }

  /// `text` with the likeliest character at each `_`.
  func filling(_ text: String, by model: LanguageModel<some Any>) -> String {
    var choices = logits(text, by: model).argmax(along: -1).scalars.makeIterator()
    return String(
      text.map { character in
        character == "_" ? Character(vocabulary.token(Int(choices.next()!))) : character
      })
  }

  /// The probabilities of the characters at each `_` of `text`, `[M, V]`.
  func probabilities(_ text: String, by model: LanguageModel<some Any>) -> Tensor {
    softmax(logits(text, by: model))
  }

  private func logits(_ text: String, by model: LanguageModel<some Any>) -> Tensor {
    let tokens = Tokenizer.characters(text).map { $0 == "_" ? mask : Int32(vocabulary[$0]) }
    let windows = MaskedWindows(IntTensor(tokens, shape: [1, tokens.count]), mask: mask) {
      $0 == mask
    }
    return model.evaluating { windows.logits(model) }
  }

  /// A piece of the text kept from training, and the same with every seventh character masked.
  var example: (text: String, masked: String) {
    let tokens = validation.dataset.batch(at: [0, 1, 2]).inputs.scalars.map(Int.init)
    let characters = vocabulary.tokens(of: tokens)
    let masked = characters.enumerated().map { $0.offset % 7 == 4 ? "_" : $0.element }
    return (characters.joined(), masked.joined())
  }
}

/// Windows of a text, some of whose characters are masked.
private struct MaskedWindows {
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
