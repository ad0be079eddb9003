import Reproduction

/// Section "Recurrent Neural Networks": sizes, indices 0 and 2 of 5 as vectors, and what is said of
/// hidden states.
enum RNNFigures {
  static let productRows = PublishedFigure.exact("product of concatenations: rows", "3")
  static let productColumns = PublishedFigure.exact("product of concatenations: columns", "4")
  static let oneHot = MatrixFigures("one-hot", [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]])

  static let product = PublishedFigure.claim(
    "product of concatenations against the sum of two", "they are the same", 0...1e-5)
  static let firstState = PublishedFigure.claim(
    "first state against a perceptron's hidden layer", "without a past it is one", 0...1e-6)
  static let laterSteps = PublishedFigure.claim(
    "steps 7 to 10 from the state of step 6 against all 10", "the state holds the past", 0...1e-6)
  static let tokens = PublishedFigure.claim(
    "tokens against their one-hot vectors", "they are the same", 0...1e-6)
  static let machineTarget = PublishedFigure.claim(
    "machine: target of step 3 is h", "the sequence shifted by one", 1...1)
  static let machineLater = PublishedFigure.claim(
    "machine: output 3 where steps 4 to 6 differ", "it depends on m, a, c alone", 0...0)
  static let machineEarlier = PublishedFigure.claim(
    "machine: output 3 where step 1 differs", "and on each of them", 1e-4...10)
  static let usedParameters = PublishedFigure.claim(
    "parameters used by 100 steps beside those by 10", "they do not grow with the steps", 1...1)
  static let tableOfRuns = PublishedFigure.claim(
    "a table of all runs of 4 characters beside an RNN's parameters",
    "n-grams grow exponentially", 100...1000)

  static let all: [any FigureGroup] = [
    productRows, productColumns, oneHot, product, firstState, laterSteps, tokens, machineTarget,
    machineLater, machineEarlier, usedParameters, tableOfRuns,
  ]
}
