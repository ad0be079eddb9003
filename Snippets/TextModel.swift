// A language model: an LSTM is trained on the characters of The Time Machine and generates text.
//
// swift run -c release TextModel [--quick]
import Gannet

let isQuick = CommandLine.arguments.contains("--quick")
let book = try TimeMachine(allowsSubstitute: true)
let characters = Tokenizer.characters(book.text.lettersAndSpaces)
let vocabulary = Vocabulary(characters)
let tokens = vocabulary.indices(of: characters)
func windows(_ starts: Range<Int>) -> TokenWindows {
  TokenWindows(tokens, steps: 32, startingIn: starts)
}
let count = isQuick ? 500 : 10_000
let training = DataLoader(windows(0..<count), batchSize: isQuick ? 100 : 1024, shuffle: true)
let validation = DataLoader(windows(count..<count * 3 / 2), batchSize: 1024)

seedRandom(0)
let model = LanguageModel(LSTM(vocabulary.count, 32))
let trainer = Trainer(
  model, optimizer: SGD(model.parameters, learningRate: 4), loss: .nextToken,
  clipNorm: 1)
trainer.metadata.vocabulary = vocabulary
let history = try trainer.fit(training, validation: validation, epochs: isQuick ? 1 : 50)
print("validation perplexity", history.epochs.last!.value(of: "perplexity"))
print(model.text(after: "it has", in: vocabulary))
