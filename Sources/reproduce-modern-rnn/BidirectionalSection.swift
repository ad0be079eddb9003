import Gannet
import Reproduction

extension Section {
  /// Two networks in opposite directions: what they give, masked characters that they fill in, and why they
  /// are no language model.
  static let bidirectional = Section(
    "bidirectional", title: "Bidirectional networks", reference: "10.4, bi-rnn", seconds: 60,
    epochs: 50, published: .bidirectional + .bidirectionalClaims
  ) { context in
    try context.seeded {
      var result = withoutGradients { OppositeDirections().figures }
      result.add(try fillMasks(context))
      result.add(try predictNext(context))
      return result
    }
  }

  /// Masked characters, by a bidirectional GRU and by one of as many weights that reads forward only.
  private static func fillMasks(_ context: SectionContext) throws -> SectionResult {
    let task = try MaskedTask(context)
    let (size, epochs) = (task.vocabulary.count, context.isQuick ? 1 : 15)
    let models: KeyValuePairs = [
      "bidirectional": LanguageModel(GRU(size, 64, isBidirectional: true)),
      "forward-only": LanguageModel(GRU(size, 97)),
    ]
    let (example, masked) = task.example
    var result = SectionResult(notes: ["masks: \"\(masked)\""], fallback: task.fallback)
    for (name, model) in models {
      let training = task.train(model, as: "masks, \(name)", epochs: epochs)
      result.add(training, variant: "masks, \(name)")
      result["masks, \(name): another future against the same"] = largestDifference(
        task.probabilities("the ti_e traveller came back", by: model),
        task.probabilities("the ti_es were in the bushes", by: model))
      result["masks, \(name): another past against the same"] = largestDifference(
        task.probabilities("the ti_e traveller came back", by: model),
        task.probabilities("and co_e traveller came back", by: model))
      result.notes += [
        "\(name): \"\(task.filling(masked, by: model))\"",
        "\(name): \"\(task.filling("i am ___ hungry", by: model))\"",
      ]
    }
    result.notes.append("the book: \"\(example)\"")
    result["masks: weights of the bidirectional beside the forward-only"] =
      Double(models[0].value.parameters.scalarCount)
      / Double(models[1].value.parameters.scalarCount)
    result["masks: val_acc, bidirectional less forward-only"] =
      result["masks, bidirectional val_acc"]! - result["masks, forward-only val_acc"]!
    result["masks: val_ppl, bidirectional beside forward-only"] =
      result["masks, bidirectional val_ppl"]! / result["masks, forward-only val_ppl"]!
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
    let words = try BookWords(context)
    let size = task.vocabulary.count
    let models: KeyValuePairs = [
      "bidirectional": LanguageModel(LSTM(size, 32, isBidirectional: true)),
      "forward-only": LanguageModel(LSTM(size, 32)),
    ]
    var result = SectionResult(fallback: task.fallback)
    for (name, model) in models {
      let variant = "language model, \(name)"
      var training = task.result(
        of: model, variant: variant, title: "A \(name) LSTM as a language model", learningRate: 4,
        published: [])
      training.plots[0].name = "language-model-\(name)"
      result.add(training)
      result["\(variant): perplexity where the next token is out of sight"] =
        task.lastStepPerplexity(of: model)
      let written = model.text(after: "it has", count: 200, in: task.vocabulary)
      result["\(variant): characters that it writes in words of the book"] =
        words.share(of: written.dropFirst("it has".count))
      result.notes.append("\(variant): \"\(written)\"")
    }
    result["inputs of the output layer"] = Double(models[0].value.linear.weight.shape[1])
    return result
  }
}

extension LanguageTask {
  /// The perplexity of the last step's predictions alone, over the validation windows.
  fileprivate func lastStepPerplexity(of model: LanguageModel<LSTMState>) -> Double {
    let perplexities = model.evaluating {
      validation.map { batch in
        let logits = model(batch.inputs.transposed()).logits[-1]
        let loss = crossEntropy(logits, batch.targets.transposed()[-1])
        return Information.perplexity(crossEntropy: Double(loss.scalar))
      }
    }
    return perplexities.reduce(0, +) / Double(perplexities.count)
  }
}

/// The words of The Time Machine, by which a text is told from nonsense.
private struct BookWords {
  private let words: Set<String>

  init(_ context: SectionContext) throws {
    let book = try TimeMachine(directory: context.dataFolder)
    words = Set(Tokenizer.words(book.text.lettersAndSpaces))
  }

  /// The share of the letters of `text` that stand in words of the book.
  func share(of text: Substring) -> Double {
    let written = text.split(separator: " ").map(String.init)
    let known = written.filter(words.contains)
    return Double(known.joined().count) / Double(written.joined().count)
  }
}
