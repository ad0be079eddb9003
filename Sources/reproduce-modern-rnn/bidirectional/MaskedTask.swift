import Gannet
import Reproduction

/// Characters of The Time Machine that are masked and to be filled in: windows of 32, side by side,
/// the last tenth of the text kept from training.
struct MaskedTask: TrainingTask {
  let vocabulary: Vocabulary
  let fallback: String?
  let training: DataLoader<TokenWindows>
  let validation: DataLoader<TokenWindows>
  let context: SectionContext

  init(_ context: SectionContext) throws {
    self.context = context
    let novel = try Novel(context)
    let (vocabulary, text) = novel.indexed(reserved: ["<mask>"])
    self.vocabulary = vocabulary
    let cut = text.count * 9 / 10
    training = DataLoader(
      .partition(Array(text[..<cut]), steps: 32), batchSize: 128, shuffle: true)
    validation = DataLoader(.partition(Array(text[cut...]), steps: 32), batchSize: 128)
    fallback = novel.fallback
  }

  private var mask: Int32 { Int32(vocabulary["<mask>"]) }

  /// The curves `train_ppl`, `val_ppl` and `val_acc` of `model`, trained by Adam with the gradient's
  /// norm clipped at 1.
  func train(
    _ model: LanguageModel<some Any>, as name: String, epochs: Int
  ) throws -> TrainingCurves {
    let masked = MaskedModel(model, mask: mask, validationBatches: validation.batchCount)
    return try fit(
      masked, as: name, optimizer: Adam(masked.parameters, learningRate: 0.01),
      loss: Objective(loss: { $0.loss($1) }, measurements: { $0.measurements($1) }),
      curves: .perplexities, clipNorm: 1, epochs: epochs)
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
