// A translator, trained on a file of your own of two columns separated by a tab, or on numbers in English and
// French words; batches have sentences of similar lengths.
//
// swift run -c release Translation [FILE] [--quick]
import Foundation
import Gannet

let isQuick = CommandLine.arguments.contains("--quick")
let file = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("--") }
let pairs =
  try file.map { try SentencePairs(contentsOf: URL(filePath: $0)) }
  ?? EnglishFrench.numberWords(isQuick ? 300 : 5_000)
let (known, heldOut) = pairs.split(holdingOut: 20)
let set = TranslationSet(known, steps: 16, padding: .toLongest)
let training = DataLoader(set, batchSize: 64, shuffle: true, bucketedBy: set.tokenCounts)

seedRandom(0)
let (source, target) = (set.sourceVocabulary, set.targetVocabulary)
let model = EncoderDecoder(
  Seq2SeqEncoder(source.count, embeddingSize: 64, hiddenSize: 128, layers: 1),
  Seq2SeqDecoder(target.count, embeddingSize: 64, hiddenSize: 128, layers: 1))
let trainer = Trainer(
  model, optimizer: Adam(model.parameters, learningRate: 0.005),
  loss: .translation(ignoring: target[Vocabulary.padding]), clipNorm: 1)
try trainer.fit(training, epochs: isQuick ? 1 : 10)

let (tokens, lengths) = set.sources(of: heldOut.sources)
let translations = model.beamSearch(
  of: tokens, lengths: lengths, from: target[Vocabulary.beginning],
  until: target[Vocabulary.end], maximumLength: 16
).map { set.targetTokens(of: $0.first?.tokens ?? []) }
for (sentence, translation) in zip(heldOut.sources, translations).prefix(5) {
  print(sentence.joined(separator: " "), "=>", translation.joined(separator: " "))
}
print("BLEU", BLEU.corpus(translations, references: [heldOut.targets]))
