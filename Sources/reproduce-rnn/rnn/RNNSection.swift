import Foundation
import Gannet
import Reproduction

extension Section {
  /// Hidden states: one product instead of two, one-hot vectors, dependencies of an output, the
  /// cost of longer contexts.
  static let rnn = Section(
    "rnn", title: "Hidden states", reference: "9.4, rnn; 9.5.2, rnn-scratch", seconds: 1,
    published: RNNFigures.all
  ) { context in
    context.seeded {
      var result = products()
      result.add(RNNFigures.oneHot, Tensor(oneHot: IntTensor([0, 2]), classCount: 5))
      result.add(recurrence())
      result.add(machine())
      result[RNNFigures.usedParameters] =
        usedParameters(steps: 100) / usedParameters(steps: 10)
      let model = LanguageModel(RNN(28, 32))
      result[RNNFigures.tableOfRuns] =
        pow(28, 4) / Double(model.parameters.scalarCount)
      return result
    }
  }

  /// Section 9.4.2: the state's update as one product.
  private static func products() -> SectionResult {
    let (x, inputWeight) = (Tensor(normal: [3, 1]), Tensor(normal: [1, 4]))
    let (h, stateWeight) = (Tensor(normal: [3, 4]), Tensor(normal: [4, 4]))
    let sum = matmul(x, inputWeight) + matmul(h, stateWeight)
    let product = matmul(
      concatenate([x, h], along: 1), concatenate([inputWeight, stateWeight], along: 0))
    return SectionResult(figures: [
      RNNFigures.productRows: Double(product.shape[0]),
      RNNFigures.productColumns: Double(product.shape[1]),
      RNNFigures.product: largestDifference(product, sum),
    ])
  }

  /// Properties of the recurrence in a layer: initial state, continuation, and tokens as one-hot
  /// vectors.
  private static func recurrence() -> SectionResult {
    let rnn = RNN(28, 32)
    let tokens = IntTensor((0..<40).map { $0 * 11 % 28 }).reshaped(to: [10, 4])
    let vectors = Tensor(oneHot: tokens, classCount: 28)
    return withoutGradients {
      let (whole, _) = rnn(tokens)
      let weights = rnn.weights[0][0]
      let bias = weights.inputBias!.value + weights.stateBias!.value
      let perceptron = tanh(linear(vectors[0], weight: weights.inputWeight.value, bias: bias))
      let (_, state) = rnn(tokens[0..<6])
      return SectionResult(figures: [
        RNNFigures.firstState: largestDifference(whole[0], perceptron),
        RNNFigures.laterSteps:
          largestDifference(rnn(tokens[6..<10], state: state).output, whole[6..<10]),
        RNNFigures.tokens: largestDifference(rnn(vectors).output, whole),
      ])
    }
  }

  /// "machin", whose third output is to tell "h" (figure 9.4.2).
  private static func machine() -> SectionResult {
    let characters = Tokenizer.characters("machine")
    let vocabulary = Vocabulary(characters)
    let word = TokenWindows(vocabulary.indices(of: characters), steps: 6).batch(at: [0])
    let model = LanguageModel(RNN(vocabulary.count, 16))
    func thirdOutput(_ text: String) -> Tensor {
      let tokens = IntTensor(vocabulary.indices(of: Tokenizer.characters(text)))
      return withoutGradients { model(tokens.reshaped(to: [6, 1])).logits[2] }
    }
    let output = thirdOutput("machin")
    return SectionResult(figures: [
      RNNFigures.machineTarget:
        vocabulary.token(Int(word.targets[0].scalars[2])) == "h" ? 1 : 0,
      RNNFigures.machineLater: largestDifference(
        thirdOutput("macmac"), output),
      RNNFigures.machineEarlier: largestDifference(thirdOutput("nachin"), output),
    ])
  }

  private static func usedParameters(steps: Int) -> Double {
    let model = LanguageModelByHand([RNNByHand(8, 16)], vocabularySize: 8)
    let tokens = IntTensor((0..<steps * 2).map { $0 * 3 % 8 }).reshaped(to: [steps, 2])
    model(tokens, state: nil).logits.sum().backward()
    return Double(model.parameters.filter { $0.gradient != nil }.scalarCount)
  }
}
