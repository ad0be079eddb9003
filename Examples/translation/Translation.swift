// Learns to translate from pairs of sentences of your own, and translates a sentence.
import ArgumentParser
import Foundation
import Gannet

@main
struct Translation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translation", abstract: "Learns to translate from your own pairs of sentences.",
    subcommands: [Train.self, Translate.self])

  /// The largest number of tokens of a sentence; longer ones lose their ends.
  static let steps = 24
}

/// An encoder and a decoder that attends to it, with the vocabularies of both languages.
struct Translator {
  let set: TranslationSet
  let network: EncoderDecoder<Seq2SeqEncoder, Seq2SeqAttentionDecoder>

  init(_ set: TranslationSet, hiddenSize: Int) {
    self.set = set
    network = EncoderDecoder(
      Seq2SeqEncoder(
        set.sourceVocabulary.count, embeddingSize: hiddenSize, hiddenSize: hiddenSize, layers: 1,
        dropout: 0.1, isBidirectional: true, readsPadding: false),
      Seq2SeqAttentionDecoder(
        set.targetVocabulary.count, embeddingSize: hiddenSize, hiddenSize: hiddenSize, layers: 1,
        dropout: 0.1))
  }

  /// The most likely translations of sentences of tokens, by a beam search.
  func callAsFunction(_ sentences: [[String]]) -> [[String]] {
    let (tokens, lengths) = set.sources(of: sentences)
    let (begin, end) = (Vocabulary.beginning, Vocabulary.end)
    return network.beamSearch(
      of: tokens, lengths: lengths, from: set.targetVocabulary[begin],
      until: set.targetVocabulary[end], maximumLength: Translation.steps
    ).map { set.targetTokens(of: $0.first?.tokens ?? []) }
  }
}

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Trains on a file of pairs.")

  @Argument(help: "On each line a sentence, a tab, and its translation.")
  var pairs: String
  @Option(help: "The file that gets the trained model.")
  var model = "translation.safetensors"
  @Option(help: "The passes over the pairs.")
  var epochs = 15
  @Option(help: "The units of a layer, an even number.")
  var hidden = 256
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0
  @Flag(help: "Train a model of 32 units for an epoch, to see that all is well.")
  var quick = false

  func validate() throws {
    guard epochs > 0, hidden > 0, hidden.isMultiple(of: 2) else {
      throw ValidationError("Give --epochs from 1 and an even --hidden.")
    }
  }

  func run() throws {
    seedRandom(seed)
    // Of twenty sentences one is held out, with all its translations.
    let (known, heldOut) = try SentencePairs(contentsOf: URL(filePath: pairs))
      .split(holdingOut: 20)
    guard heldOut.count > 0 else {
      throw FileError(
        .truncated, path: pairs, "there are fewer than 20 sentences, so that none can be held out")
    }
    let set = TranslationSet(known, steps: Translation.steps, padding: .toLongest)
    let (hidden, epochs) = quick ? (32, 1) : (self.hidden, self.epochs)
    let translator = Translator(set, hiddenSize: hidden)
    let trainer = Trainer(
      translator.network, optimizer: AdamW(translator.network.parameters),
      loss: .translation(ignoring: set.targetVocabulary[Vocabulary.padding]), clipNorm: 1,
      callbacks: [
        Scheduling(.cosine(from: 2e-3, over: epochs)), Checkpoints(URL(filePath: model)),
      ])
    trainer.metadata.vocabulary = set.targetVocabulary
    trainer.metadata.sourceVocabulary = set.sourceVocabulary
    trainer.metadata["hidden"] = "\(hidden)"
    // Batches have sentences of similar lengths.
    try trainer.fit(
      DataLoader(set, batchSize: 64, shuffle: true, bucketedBy: set.tokenCounts), epochs: epochs)

    let sentences = heldOut.translationsBySource
    let translations = translator(sentences.map(\.source))
    for (sentence, translation) in zip(sentences, translations).prefix(5) {
      print(sentence.source.joined(separator: " "), "=>", translation.joined(separator: " "))
    }
    // A sentence counts with the closest of its translations.
    let most = sentences.map(\.targets.count).max() ?? 1
    let references = (0..<most).map { number in
      sentences.map { $0.targets[min(number, $0.targets.count - 1)] }
    }
    print(
      "BLEU of \(sentences.count) sentences held out:",
      BLEU.corpus(translations, references: references))
    print("wrote", model)
  }
}

struct Translate: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Translates sentences.")

  @Argument(help: "The sentences, each in quotation marks.")
  var sentences: [String]
  @Option(help: "The file of the trained model.")
  var model = "translation.safetensors"

  func run() throws {
    let checkpoint = try Checkpoint(contentsOf: URL(filePath: model))
    guard let source = checkpoint.metadata.sourceVocabulary,
      let target = checkpoint.metadata.vocabulary,
      let hidden = checkpoint.metadata["hidden"].flatMap({ Int($0) }), hidden > 0
    else { throw FileError(.unsupported, path: model, "this is no model of translation train") }
    let set = TranslationSet(
      SentencePairs(sources: [], targets: []), steps: Translation.steps,
      sourceVocabulary: source, targetVocabulary: target, padding: .toLongest)
    let translator = Translator(set, hiddenSize: hidden)
    try translator.network.load(checkpoint.model)
    for translation in translator(sentences.map(SentencePairs.translationTokens)) {
      print(translation.joined(separator: " "))
    }
  }
}
