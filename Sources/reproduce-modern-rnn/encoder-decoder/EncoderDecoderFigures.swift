import Reproduction

/// Section "The Encoder-Decoder Architecture": definitions, and what is said of them.
enum EncoderDecoderFigures {
  static let fixedState = PublishedFigure.claim(
    "change of the state's size with the source's length", "an encoded state of fixed shape", 0...0)
  static let otherLength = PublishedFigure.exact(
    "tokens written for a source of 4", "9", source: .definition)
  static let composed = PublishedFigure.claim(
    "the model against its encoder and decoder, called one after the other",
    "the decoder decodes the encoder's state", 0...0)
  static let tokenByToken = PublishedFigure.claim(
    "one token at a time against all at once", "generated token by token", 0...1e-5)
  static let source = PublishedFigure.claim(
    "change of the logits with the source", "the output depends on the input", 1e-4...10)
  static let padding = PublishedFigure.claim(
    "change with padding behind the source, which is not read", "inputs of variable length",
    0...1e-5)
  static let paddingRead = PublishedFigure.claim(
    "the same, where padding is read", "as the book's encoder does", 1e-4...10)

  static let all: [any FigureGroup] = [
    fixedState, otherLength, composed, tokenByToken, source, padding, paddingRead,
  ]
}
