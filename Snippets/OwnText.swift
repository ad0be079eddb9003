// A language model of your own text: subwords are learned from the file, a small GPT is trained on them, and writes.
//
// swift run -c release OwnText [FILE] [--quick]
import Foundation
import Gannet

let isQuick = CommandLine.arguments.contains("--quick")
let path = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("--") }
// snippet.read
let text =
  try path.map { try String(contentsOf: URL(filePath: $0), encoding: .utf8) }
  ?? TimeMachine(allowsSubstitute: true).text
let encoding = ByteLevelBPE(training: text, vocabularySize: 1_000)
let tokens = encoding.indices(of: text)
print(text.count, "characters,", tokens.count, "tokens of", encoding.count)
// snippet.windows
let context = isQuick ? 16 : 64
let end = isQuick ? 400 : tokens.count * 9 / 10
let training = TokenWindows(tokens, steps: context, startingIn: 0..<end)
let validation = TokenWindows(
  tokens, steps: context, startingIn: end..<min(end + 1_000, tokens.count - context))
// snippet.model
seedRandom(0)
let model = GPT(
  vocabularySize: encoding.count, size: isQuick ? 32 : 192, layers: isQuick ? 1 : 4, heads: 4,
  context: context, dropout: 0.1)
// snippet.train
let trainer = Trainer(
  model, optimizer: AdamW(model.parameters, learningRate: 1e-3), loss: .nextToken, clipNorm: 1,
  callbacks: [Budget(steps: isQuick ? 10 : 2_000)])
try trainer.fit(
  DataLoader(training, batchSize: 32, shuffle: true), epochs: 10)
print(try trainer.evaluate(DataLoader(validation, batchSize: 32)))
// snippet.write
let prompt = encoding.indices(of: "The Time Traveller")
let written = model.continuation(
  of: prompt, choosing: .sampling(temperature: 0.8, topK: 40)
).prefix(isQuick ? 5 : 100)
print(encoding.text(of: prompt + written))
// snippet.end
