import Gannet
import Reproduction

extension Section {
  /// An encoder for sequences of any length, a decoder of its state, and both together.
  static let encoderDecoder = Section(
    "encoder-decoder", title: "The encoder-decoder architecture",
    reference: "10.6, encoder-decoder", seconds: 1, published: EncoderDecoderFigures.all
  ) { context in
    context.seeded {
      let decoder = Seq2SeqDecoder(10, embeddingSize: 8, hiddenSize: 16, layers: 2)
      func model(readsPadding: Bool) -> EncoderDecoder<Seq2SeqEncoder, Seq2SeqDecoder> {
        EncoderDecoder(
          Seq2SeqEncoder(
            10, embeddingSize: 8, hiddenSize: 16, layers: 2, readsPadding: readsPadding),
          decoder)
      }
      let book = model(readsPadding: true)
      let source = IntTensor((0..<16).map { $0 * 7 % 10 }).reshaped(to: [4, 4])
      let target = IntTensor((0..<36).map { $0 * 3 % 10 }).reshaped(to: [4, 9])
      return book.evaluating {
        let logits = book(source, target)
        let encoding = book.encoder(source)
        let short = book.encoder(source.sliced(0..<2, along: 1))
        let composed = decoder(target, state: decoder.initialState(encoding)).logits
        let other = book(source.sliced(1..<4, along: 1), target)
        return SectionResult(figures: [
          EncoderDecoderFigures.fixedState:
            Double(encoding.state.count - short.state.count),
          EncoderDecoderFigures.otherLength: Double(logits.shape[1]),
          EncoderDecoderFigures.composed: largestDifference(logits, composed),
          EncoderDecoderFigures.tokenByToken:
            largestDifference(logits, tokenByToken(book, source, target)),
          EncoderDecoderFigures.source: largestDifference(logits, other),
          EncoderDecoderFigures.padding:
            changeByPadding(model(readsPadding: false), source),
          EncoderDecoderFigures.paddingRead: changeByPadding(book, source),
        ])
      }
    }
  }

  /// The logits where the decoder reads one token at a time.
  private static func tokenByToken(
    _ model: EncoderDecoder<Seq2SeqEncoder, Seq2SeqDecoder>, _ source: IntTensor,
    _ target: IntTensor
  ) -> Tensor {
    var state = model.state(of: source)
    let steps = (0..<target.shape[1]).map { step in
      let (logits, next) = model.decoder(target.sliced(step..<step + 1, along: 1), state: state)
      state = next
      return logits
    }
    return concatenate(steps, along: 1)
  }

  /// The change of the encoder's state with five tokens of padding behind the source.
  private static func changeByPadding(
    _ model: EncoderDecoder<Seq2SeqEncoder, Seq2SeqDecoder>, _ source: IntTensor
  ) -> Double {
    model.evaluating {
      let padding = IntTensor([Int32](repeating: 1, count: 20), shape: [4, 5])
      let lengths = IntTensor([4, 4, 4, 4] as [Int32])
      return largestDifference(
        model.state(of: source, lengths: lengths).hidden,
        model.state(of: concatenate([source, padding], along: 1), lengths: lengths).hidden)
    }
  }
}
