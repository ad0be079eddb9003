import Gannet
import Reproduction

extension Section {
  /// Two networks in opposite directions: their outputs, filling of masked characters, and why they
  /// are no language model.
  static let bidirectional = Section(
    "bidirectional", title: "Bidirectional networks", reference: "10.4, bi-rnn", seconds: 25,
    epochs: 25, published: BidirectionalFigures.all
  ) { context in
    try context.seeded {
      var result = withoutGradients { OppositeDirections().figures }
      result.add(try fillMasks(context))
      result.add(try predictNext(context))
      return result
    }
  }

  /// Masked characters, by a bidirectional GRU and by one of as many weights that reads forward
  /// only.
  private static func fillMasks(_ context: SectionContext) throws -> SectionResult {
    let task = try MaskedTask(context)
    let (size, epochs) = (task.vocabulary.count, context.isQuick ? 1 : 12)
    let models: KeyValuePairs = [
      Direction.both: LanguageModel(GRU(size, 64, isBidirectional: true)),
      .forward: LanguageModel(GRU(size, 97)),
    ]
    let (example, masked) = task.example
    let sentences = [
      masked, "i am _____", "i am ___ hungry", "i am ____ hungry and i can eat half a pig",
    ]
    var result = SectionResult(fallback: task.fallback)
    var filled: [[Note.Cell]] = sentences.map { [Note.Cell(label: "masked", text: $0)] }
    for (direction, model) in models {
      let name = direction.rawValue
      let training = try task.train(model, as: "masks, \(name)", epochs: epochs)
      result.add(training, as: direction.masks)
      result[direction.anotherFuture] = largestDifference(
        task.probabilities("the ma_ came in then", by: model),
        task.probabilities("the ma_ing of a time", by: model))
      result[direction.anotherPast] = largestDifference(
        task.probabilities("the ma_ came in then", by: model),
        task.probabilities("and he_ came in then", by: model))
      for (row, sentence) in sentences.enumerated() {
        filled[row].append(Note.Cell(label: name, text: task.filling(sentence, by: model)))
      }
    }
    filled[0].append(Note.Cell(label: "the book", text: example))
    for row in filled.indices.dropFirst() {
      filled[row].append(Note.Cell(label: "the book", text: ""))
    }
    result.notes = filled.map { .row($0) }
    result[BidirectionalFigures.maskWeights] =
      Double(models[0].value.parameters.scalarCount)
      / Double(models[1].value.parameters.scalarCount)
    func final(_ direction: Direction, _ curve: CurveName) -> Double {
      result[direction.masks[curve]]!
    }
    result[BidirectionalFigures.maskAccuracy] =
      final(.both, .validationAccuracy) - final(.forward, .validationAccuracy)
    result[BidirectionalFigures.maskPerplexity] =
      final(.both, .validationPerplexity) / final(.forward, .validationPerplexity)
    result.plots = [
      Plot(
        "masks", title: "Masked characters of text not seen", x: Axis("epoch"),
        y: Axis("accuracy"),
        series: result.curves.filter { $0.name.hasSuffix("val_acc") }.map {
          Series($0.name, x: $0.epochs, y: $0.values)
        })
    ]
    return result
  }

  /// Both as language models: the bidirectional one sees the token that it is to predict.
  private static func predictNext(_ context: SectionContext) throws -> SectionResult {
    let task = try LanguageTask(context)
    let size = task.vocabulary.count
    let models: KeyValuePairs = [
      Direction.both: LanguageModel(LSTM(size, 32, isBidirectional: true)),
      .forward: LanguageModel(LSTM(size, 32)),
    ]
    var result = SectionResult(fallback: task.fallback)
    for (direction, model) in models {
      let (name, figures) = (direction.rawValue, direction.languageModel)
      var training = try task.result(
        of: model, figures, title: "A \(name) LSTM as a language model", learningRate: 4)
      training.plots[0].name = "language-model-\(name)"
      result.add(training)
      let perplexity = task.perplexityTokenByToken(of: model)
      result[direction.tokenByToken] = perplexity
      result[direction.tokenByTokenBeside] = perplexity / result[figures[.validationPerplexity]]!
      let drawn = model.text(
        after: "it has", count: 80, in: task.vocabulary, choosing: .sampling())
      result.notes.append(.writing(by: "language model, \(name), drawn", drawn))
    }
    result[BidirectionalFigures.outputInputs] = Double(models[0].value.linear.weight.shape[1])
    return result
  }
}

extension LanguageTask {
  /// The perplexity over the validation windows where tokens are read one at a time, as they are
  /// when a text is written: none is seen before it is predicted.
  fileprivate func perplexityTokenByToken(of model: LanguageModel<LSTMState>) -> Double {
    let perplexities = model.evaluating {
      validation.map { batch in
        let (tokens, targets) = (batch.inputs.transposed(), batch.targets.transposed())
        var state: LSTMState?
        let losses = (0..<tokens.shape[0]).map { step in
          let (logits, next) = model(tokens[step..<step + 1], state: state)
          state = next
          return Double(crossEntropy(logits[0], targets[step]).scalar)
        }
        return Information.perplexity(
          crossEntropy: losses.reduce(0, +) / Double(losses.count))
      }
    }
    return perplexities.reduce(0, +) / Double(perplexities.count)
  }
}
