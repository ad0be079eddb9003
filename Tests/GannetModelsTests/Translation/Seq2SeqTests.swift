import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct Seq2SeqTests {
  /// The sizes of the book's section 10.7.
  @Test func theBooksShapesAndParameters() {
    let encoder = Seq2SeqEncoder(10, embeddingSize: 8, hiddenSize: 16, layers: 2)
    let decoder = Seq2SeqDecoder(10, embeddingSize: 8, hiddenSize: 16, layers: 2)
    let tokens = HashSequence.labels(36, classes: 10, seed: 1).reshaped(to: [4, 9])
    let encoding = encoder(tokens)
    #expect(encoding.outputs.shape == [9, 4, 16] && encoding.state.shape == [2, 4, 16])
    let (logits, state) = decoder(tokens, state: decoder.initialState(encoding))
    #expect(logits.shape == [4, 9, 10] && state.hidden.shape == [2, 4, 16])
    let book = EncoderDecoder(
      Seq2SeqEncoder(194, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2),
      Seq2SeqDecoder(214, embeddingSize: 256, hiddenSize: 256, layers: 2, dropout: 0.2))
    #expect(book.parameters.scalarCount == 1_935_062)
    #expect(book.parameters.first!.name == "encoder.embedding.weight")
    #expect(book.stateDictionary["decoder.rnn.weight_ih_l0"]?.shape == [768, 512])
    // Xavier's bound on the stacked gates.
    let weight = book.encoder.rnn.weights[0][0].inputWeight.value
    let bound = (6 / Float(256 + 768)).squareRoot()
    #expect(weight.max().scalar <= bound && weight.max().scalar > 0.99 * bound)
  }

  @Test func oneTokenAtATimeGivesTheSameLogits() {
    withRandomSeed(1) {
      let model = Self.model()
      let (source, target) = (Self.tokens(3, 5, seed: 1), Self.tokens(3, 6, seed: 2))
      model.evaluating {
        let all = model(source, target)
        var state = model.state(of: source)
        for step in 0..<6 {
          let (logits, next) = model.decoder(
            target.sliced(step..<step + 1, along: 1), state: state)
          state = next
          expectClose(
            logits, all.sliced(step..<step + 1, along: 1), tolerance: 1e-5, "step \(step)")
        }
      }
    }
  }

  @Test func rowsOfTheStateAreOtherSentences() {
    withRandomSeed(2) {
      let model = Self.model()
      let (source, target) = (Self.tokens(3, 5, seed: 1), Self.tokens(3, 2, seed: 2))
      let rows = IntTensor([2, 0, 0, 1])
      model.evaluating {
        let chosen = model.decoder(
          target.slices(at: rows), state: model.state(of: source).selectingBatch(rows)
        ).logits
        expectClose(chosen, model(source, target).slices(at: rows), tolerance: 1e-5)
      }
    }
  }

  @Test func contextsSummarizeTheOutputs() {
    let outputs = Tensor(hash: 1, [4, 3, 2])
    let lengths = IntTensor([4, 1, 2])
    expectIdentical(SequenceContext.lastStep(outputs, lengths: lengths), outputs[3])
    let last = SequenceContext.lastToken(outputs, lengths: lengths)
    expectIdentical(last, stack([outputs[3][0], outputs[0][1], outputs[1][2]]))
    expectIdentical(SequenceContext.lastToken(outputs, lengths: nil), outputs[3])
    let mean = SequenceContext.mean(outputs, lengths: lengths)
    expectClose(mean[0], outputs.mean(along: 0)[0])
    expectClose(mean[1], outputs[0][1])
    expectClose(mean[2], (outputs[0][2] + outputs[1][2]) / 2)
    expectClose(SequenceContext.mean(outputs, lengths: nil), outputs.mean(along: 0))
    let user = Seq2SeqDecoder(
      7, embeddingSize: 4, hiddenSize: 6, layers: 1, contextSize: 3,
      context: SequenceContext { outputs, _ in outputs.max(along: 0).sliced(0..<3, along: 1) })
    #expect(user.rnn.inputSize == 7)
  }

  @Test func paddingIsReadAsInTheBookOrLeftOut() {
    withRandomSeed(3) {
      for isBidirectional in [false, true] {
        let (book, other) = (
          Seq2SeqEncoder(
            7, embeddingSize: 4, hiddenSize: 6, layers: 2, isBidirectional: isBidirectional),
          Seq2SeqEncoder(
            7, embeddingSize: 4, hiddenSize: 6, layers: 2, isBidirectional: isBidirectional,
            readsPadding: false)
        )
        let short = Self.tokens(2, 3, seed: 4)
        let long = concatenate([short, Self.tokens(2, 2, seed: 5)], along: 1)
        let lengths = IntTensor([3, 3])
        let alone = other(short, lengths: lengths)
        let padded = other(long, lengths: lengths)
        #expect(alone.state.shape == [2, 2, 6] && alone.outputs.shape == [3, 2, 6])
        expectClose(padded.state, alone.state, tolerance: 1e-6)
        expectClose(padded.outputs[0..<3], alone.outputs, tolerance: 1e-6)
        let difference = abs(book(long, lengths: lengths).state - book(short).state).max()
        #expect(difference.scalar > 1e-3)
        // Both directions end with the outputs at their last steps.
        let (forward, backward) = (padded.outputs[2], padded.outputs[0])
        if isBidirectional {
          expectClose(padded.state[1].sliced(0..<3, along: 1), forward.sliced(0..<3, along: 1))
          expectClose(padded.state[1].sliced(3..<6, along: 1), backward.sliced(3..<6, along: 1))
        } else {
          expectClose(padded.state[1], forward)
        }
      }
    }
  }

  @Test func translationsAreGreedyOrDrawn() {
    withRandomSeed(5) {
      let model = Self.model()
      for parameter in model.parameters { parameter.value = (parameter.value * 4).detached() }
      let source = Self.tokens(8, 5, seed: 1)
      func write(_ choice: TokenChoice, seed: UInt64 = 1) -> [[Int]] {
        withRandomSeed(seed) {
          model.translations(of: source, from: 3, until: 4, maximumLength: 10, choosing: choice)
        }
      }
      let greedy = write(.greedy)
      let beams = model.beamSearch(of: source, from: 3, until: 4, maximumLength: 10, width: 1)
      #expect(greedy == beams.map { $0[0].tokens })
      #expect(greedy.allSatisfy { $0.count <= 10 && !$0.contains(4) })
      #expect(write(.sampling(topK: 1)) == greedy && write(.sampling(topP: 0)) == greedy)
      let drawn = write(.sampling(temperature: 2))
      #expect(drawn == write(.sampling(temperature: 2)))
      #expect(drawn != write(.sampling(temperature: 2), seed: 2))
      // A sequence's draws do not depend on the sequences after it in the batch.
      let first = withRandomSeed(1) {
        model.translations(
          of: source[0..<1], from: 3, until: 4, maximumLength: 10,
          choosing: .sampling(temperature: 2))
      }
      #expect(first[0] == drawn[0])
    }
  }

  /// In a process of its own: 10,000 tokens take no more tensors than 100.
  @Test func aLongTranslationTakesNoMoreMemory() async {
    await #expect(processExitsWith: .success) {
      let model = Self.model()
      let source = Self.tokens(2, 5, seed: 1)
      func peak(_ length: Int) -> Int {
        BufferPool.resetPeak()
        // No token ends the sequences.
        let found = model.translations(of: source, from: 3, until: -1, maximumLength: length)
        #expect(found.allSatisfy { $0.count == length })
        return BufferPool.statistics.peakBytes
      }
      for _ in 0..<2 { _ = peak(2) }  // from the second use on, packed weights are kept
      let short = peak(100)
      #expect(peak(10_000) == short)
    }
  }

  @Test func mistakesStop() async {
    let lengths = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Self.model()(
        Self.tokens(2, 5, seed: 1), Self.tokens(2, 3, seed: 2),
        sourceLengths: IntTensor([5, 6] as [Int32]))
    }
    expectMessage(lengths, "EncoderDecoder: the length 6 is not in 0...5")
    let rows = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Self.model()(Self.tokens(2, 5, seed: 1), Self.tokens(3, 3, seed: 2)) }
    expectMessage(rows, "EncoderDecoder: shapes [2, 5] and [3, 3]")
  }

  /// A small model of 7 tokens on both sides.
  static func model() -> EncoderDecoder<Seq2SeqEncoder, Seq2SeqDecoder> {
    EncoderDecoder(
      Seq2SeqEncoder(7, embeddingSize: 4, hiddenSize: 6, layers: 2),
      Seq2SeqDecoder(7, embeddingSize: 4, hiddenSize: 6, layers: 2))
  }

  static func tokens(_ count: Int, _ steps: Int, seed: UInt32) -> IntTensor {
    HashSequence.labels(count * steps, classes: 7, seed: seed).reshaped(to: [count, steps])
  }
}
