import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// The translators with attention: Bahdanau's decoder, and the Transformer.
@Suite struct AttentionTranslatorTests {
  private typealias Attentive = EncoderDecoder<Seq2SeqEncoder, Seq2SeqAttentionDecoder>
  private typealias Transformer = EncoderDecoder<TokenTransformerEncoder, TokenTransformerDecoder>

  @Test func theBooksParameters() {
    let attentive = EncoderDecoder(
      Seq2SeqEncoder(194, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
      Seq2SeqAttentionDecoder(214, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2))
    #expect(attentive.parameters.scalarCount == 2_066_390)
    #expect(attentive.stateDictionary["decoder.attention.W_q.weight"]?.shape == [256, 256])
    #expect(attentive.stateDictionary["decoder.rnn.weight_ih_l0"]?.shape == [768, 512])
    let transformer = EncoderDecoder(
      TokenTransformerEncoder(194, layers: 2, .book()),
      TokenTransformerDecoder(214, layers: 2, .book()))
    #expect(transformer.parameters.scalarCount == 1_869_782)
    let name = "decoder.blocks.layers.1.multihead_attn.in_proj_weight"
    #expect(transformer.stateDictionary[name]?.shape == [768, 256])
    // The bound of a linear layer, as the book's projections have it.
    let weight = transformer.encoder.blocks.layers[0].selfAttn.inProjWeight.value
    #expect(weight.max().scalar <= 1 / 16 && weight.max().scalar > 0.99 / 16)
  }

  @Test func oneTokenAtATimeGivesTheSameLogits() {
    withRandomSeed(1) {
      checkSteps(Self.attentive())
      checkSteps(Self.transformer())
    }
  }

  private func checkSteps<E: SequenceEncoder, D: SequenceDecoder>(_ model: EncoderDecoder<E, D>) {
    let (source, target) = (Self.tokens(3, 5, seed: 1), Self.tokens(3, 6, seed: 2))
    let lengths = IntTensor([5, 1, 3])
    model.evaluating {
      let all = model(source, target, sourceLengths: lengths)
      // A state of which another goes on, too, keeps its own tokens.
      var state = model.state(of: source, lengths: lengths)
      for step in 0..<6 {
        let token = target.sliced(step..<step + 1, along: 1)
        _ = model.decoder(Self.tokens(3, 1, seed: 7), state: state)
        let (logits, next) = model.decoder(token, state: state)
        state = next
        expectClose(
          logits, all.sliced(step..<step + 1, along: 1), tolerance: 1e-5, "\(D.self), \(step)")
      }
    }
  }

  @Test func rowsOfTheStateAreOtherSentences() {
    withRandomSeed(2) {
      checkRows(Self.attentive())
      checkRows(Self.transformer())
    }
  }

  private func checkRows<E: SequenceEncoder, D: SequenceDecoder>(_ model: EncoderDecoder<E, D>) {
    let (source, target) = (Self.tokens(3, 5, seed: 1), Self.tokens(3, 4, seed: 2))
    let (lengths, rows) = (IntTensor([5, 1, 3]), IntTensor([2, 0, 0, 1]))
    model.evaluating {
      let all = model(source, target, sourceLengths: lengths)
      let first = model.decoder(
        target.sliced(0..<2, along: 1), state: model.state(of: source, lengths: lengths))
      let chosen = model.decoder(
        target.slices(at: rows).sliced(2..<4, along: 1), state: first.state.selectingBatch(rows)
      ).logits
      expectClose(
        chosen, all.slices(at: rows).sliced(2..<4, along: 1), tolerance: 1e-5, "\(D.self)")
    }
  }

  @Test func paddingDoesNotChangeTheTransformersResult() {
    withRandomSeed(3) {
      let model = Self.transformer()
      let (source, target) = (Self.tokens(2, 3, seed: 1), Self.tokens(2, 4, seed: 2))
      let padded = concatenate([source, Self.tokens(2, 2, seed: 3)], along: 1)
      model.evaluating {
        let lengths = IntTensor([3, 3])
        expectClose(
          model(padded, target, sourceLengths: lengths), model(source, target), tolerance: 1e-5)
        #expect(
          abs(model(padded, target) - model(source, target)).max().scalar > 1e-3)
      }
    }
  }

  /// The weights that are shown are those of the same result, each row a mean.
  @Test func weightsOfTheAttention() {
    withRandomSeed(4) {
      let (source, target) = (Self.tokens(2, 5, seed: 1), Self.tokens(2, 3, seed: 2))
      let lengths = IntTensor([5, 2])
      let attentive = Self.attentive()
      attentive.evaluating {
        let state = attentive.state(of: source, lengths: lengths)
        let (logits, _, weights) = attentive.decoder.withWeights(target, state: state)
        expectIdentical(logits, attentive.decoder(target, state: state).logits)
        #expect(weights.shape == [2, 3, 5])
        expectClose(weights.sum(along: 2), Tensor(ones: [2, 3]))
        #expect(weights[1].sliced(2..<5, along: 1).max().scalar == 0)
      }
      let transformer = Self.transformer()
      transformer.evaluating {
        let encoding = transformer.encoder.withWeights(source, lengths: lengths)
        expectClose(encoding.output, transformer.encoder(source, lengths: lengths))
        let state = transformer.decoder.initialState(encoding.output, lengths: lengths)
        let result = transformer.decoder.withWeights(target, state: state)
        expectClose(result.logits, transformer.decoder(target, state: state).logits)
        #expect(encoding.weights.map(\.shape) == [[2, 2, 5, 5], [2, 2, 5, 5]])
        #expect(result.weights.map(\.shape) == [[2, 2, 3, 3], [2, 2, 3, 3]])
        for weights in result.memoryWeights {
          #expect(weights[1].sliced(2..<5, along: 2).max().scalar == 0)
        }
      }
    }
  }

  @Test func aBeamOfOneIsTheGreedyTranslation() {
    withRandomSeed(5) {
      let model = Self.transformer()
      let source = Self.tokens(4, 5, seed: 1)
      let greedy = model.translations(of: source, from: 3, until: 4, maximumLength: 6)
      let beam = model.beamSearch(of: source, from: 3, until: 4, maximumLength: 6, width: 1)
      #expect(greedy == beam.map { $0[0].tokens })
    }
  }

  private static func attentive() -> Attentive {
    EncoderDecoder(
      Seq2SeqEncoder(7, embeddingSize: 4, hiddenSize: 6, layers: 2),
      Seq2SeqAttentionDecoder(7, embeddingSize: 4, hiddenSize: 6, layers: 2, dropout: 0.5))
  }

  private static func transformer() -> Transformer {
    let settings = TransformerSettings.book(8, heads: 2, feedForwardSize: 5, dropout: 0.5)
    return EncoderDecoder(
      TokenTransformerEncoder(7, layers: 2, settings),
      TokenTransformerDecoder(7, layers: 2, settings))
  }

  private static func tokens(_ count: Int, _ steps: Int, seed: UInt32) -> IntTensor {
    HashSequence.labels(count * steps, classes: 7, seed: seed).reshaped(to: [count, steps])
  }
}
