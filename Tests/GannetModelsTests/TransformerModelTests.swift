import GannetData
import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct TransformerModelTests {
  // MARK: GPT

  private static let positions: [GPT.Positions] = [
    .learned, .rotary(RotaryPositions()), .rotary(RotaryPositions(size: 2, pairing: .halves)),
  ]

  private func smallGPT(positions: GPT.Positions = .learned, isTied: Bool = true) -> GPT {
    withRandomSeed(1) {
      GPT(
        vocabularySize: 11, size: 12, layers: 2, heads: 3, context: 8, positions: positions,
        isTied: isTied)
    }
  }

  @Test func namesOfGPTAreHuggingFaces() {
    let state = smallGPT().stateDictionary
    #expect(state["transformer.wte.weight"]!.shape == [11, 12])
    #expect(state["transformer.wpe.weight"]!.shape == [8, 12])
    #expect(state["transformer.h.0.attn.c_attn.weight"]!.shape == [12, 36])
    #expect(state["transformer.h.1.attn.c_proj.bias"]!.shape == [12])
    #expect(state["transformer.h.1.mlp.c_fc.weight"]!.shape == [12, 48])
    #expect(state["transformer.h.1.mlp.c_proj.weight"]!.shape == [48, 12])
    #expect(state["transformer.h.0.ln_1.weight"] != nil)
    #expect(state["transformer.ln_f.bias"] != nil)
    #expect(state["lm_head.weight"] == nil)
    #expect(smallGPT(isTied: false).stateDictionary["lm_head.weight"]!.shape == [11, 12])
    #expect(GPT(vocabularySize: 50, size: 48, layers: 1, heads: 2).context == 1_024)
  }

  @Test func rotaryPositionsReplaceTheTable() {
    let rotary = smallGPT(positions: .rotary(RotaryPositions())).stateDictionary
    let learned = smallGPT().stateDictionary
    #expect(Set(learned.keys).subtracting(rotary.keys) == ["transformer.wpe.weight"])
    #expect(Set(rotary.keys).isSubset(of: learned.keys))
    // One layer without positions reads earlier tokens in any order.
    let model = withRandomSeed(1) {
      GPT(
        vocabularySize: 11, size: 12, layers: 1, heads: 3, context: 8,
        positions: .rotary(RotaryPositions()))
    }
    model.evaluating {
      let last = [[1, 2, 3, 4], [2, 1, 3, 4]].map {
        model(IntTensor($0).reshaped(to: [4, 1])).logits[3]
      }
      #expect(abs(last[0] - last[1]).max().scalar > 1e-5)
    }
  }

  @Test func aStateOfGPTLoads() throws {
    let (one, other) = (smallGPT(), withRandomSeed(5) { smallGPT() })
    for parameter in other.parameters { parameter.value = Tensor(zeros: parameter.shape) }
    try other.load(one.stateDictionary)
    for (a, b) in zip(one.parameters, other.parameters) { expectIdentical(a.value, b.value) }
  }

  @Test(arguments: positions.indices) func textTokenByTokenIsTextAtOnce(_ kind: Int) {
    let model = smallGPT(positions: Self.positions[kind])
    let tokens = HashSequence.labels(16, classes: 11, seed: 1).reshaped(to: [8, 2])
    model.evaluating {
      let whole = model(tokens).logits
      #expect(whole.shape == [8, 2, 11])
      var state: GPT.State?
      let steps = (0..<8).map { step in
        let (logits, next) = model(tokens[step..<step + 1], state: state)
        state = next
        return logits
      }
      expectClose(concatenate(steps), whole, tolerance: 1e-5)
    }
  }

  @Test(arguments: positions.indices) func aFullContextIsReadAnew(_ kind: Int) {
    let model = smallGPT(positions: Self.positions[kind])
    let tokens = HashSequence.labels(9, classes: 11, seed: 1).reshaped(to: [9, 1])
    model.evaluating {
      let (_, state) = model(tokens[0..<8])
      let (logits, after) = model(tokens[8..<9], state: state)
      let anew = model(tokens[5..<9]).logits
      expectClose(logits[0], anew[3], tolerance: 1e-6)
      // Three more tokens fit before the context is full again.
      let (more, _) = model(tokens[0..<3], state: after)
      expectClose(
        more, model(concatenate([tokens[5..<9], tokens[0..<3]])).logits[4..<7], tolerance: 1e-5)
    }
    let text = model.continuation(of: [1, 2, 3]).prefix(40)
    #expect(Array(text).count == 40)
  }

  @Test func moreTokensThanTheContextStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = GPT(vocabularySize: 11, size: 12, layers: 1, heads: 3, context: 8)
      _ = model(IntTensor([Int](repeating: 1, count: 9)).reshaped(to: [9, 1]))
    }
    expectMessage(result, "GPT: 9 tokens, the context has 8")
  }

  // MARK: BERT

  private func smallBERT() -> BERT {
    withRandomSeed(1) { BERT(vocabularySize: 13, size: 12, layers: 2, heads: 3, context: 10) }
  }

  @Test func namesOfBERTAreHuggingFaces() throws {
    let model = smallBERT()
    let state = model.stateDictionary
    let embeddings = [
      "word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight",
      "LayerNorm.weight", "LayerNorm.bias",
    ].map { "embeddings.\($0)" }
    let layer = [
      "attention.self.query", "attention.self.key", "attention.self.value",
      "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense",
      "output.dense", "output.LayerNorm",
    ]
    let layers = (0..<2).flatMap { index in
      layer.flatMap { part in
        ["weight", "bias"].map { "encoder.layer.\(index).\(part).\($0)" }
      }
    }
    #expect(
      Set(state.keys) == Set(embeddings + layers + ["pooler.dense.weight", "pooler.dense.bias"]))
    #expect(state["encoder.layer.0.attention.self.key.weight"]!.shape == [12, 12])

    var changed = state
    changed["encoder.layer.1.attention.self.key.weight"] = Tensor(hash: 3, [12, 12])
    try model.load(changed)
    let projections = model.encoder.layers[1].selfAttn.inProjWeight.value
    expectIdentical(projections[12..<24], Tensor(hash: 3, [12, 12]))
    expectIdentical(
      projections[0..<12], state["encoder.layer.1.attention.self.query.weight"]!)
  }

  @Test func paddingDoesNotMatter() {
    let model = smallBERT()
    let tokens = HashSequence.labels(12, classes: 13, seed: 1).reshaped(to: [2, 6])
    model.evaluating {
      let states = model(tokens, validLengths: [6, 4])
      let alone = model(tokens[1..<2].sliced(0..<4, along: 1))
      expectClose(states[1][0..<4], alone[0], tolerance: 1e-5)
      let mean = BERT.meanPooled(states, validLengths: [6, 4])
      expectClose(mean[1], alone[0].mean(along: 0), tolerance: 1e-5)
      #expect(model.pooled(states).shape == [2, 12])
      let types = model(tokens, types: IntTensor([Int32](repeating: 1, count: 12), shape: [2, 6]))
      #expect(zip(types.scalars, model(tokens).scalars).contains { $0 != $1 })
      #expect(model.withWeights(tokens).weights.map(\.shape) == [[2, 3, 6, 6], [2, 3, 6, 6]])
    }
    #expect(
      BERT.meanPooled(Tensor(ones: [1, 3, 2]), validLengths: [0]).scalars.allSatisfy { $0 == 0 })
  }

  @Test func pairsOfSentencesAreReadWithTheirTypes() {
    let model = smallBERT()
    let wordPiece = WordPiece(
      tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"])
    let batch = wordPiece.batch(ofPairs: [("a b c", "b c"), ("c", "a")])
    let alone = wordPiece.batch(ofPairs: [("c", "a")])
    model.evaluating {
      let states = model(batch.indices, validLengths: batch.lengths, types: batch.types)
      #expect(states.shape == [2, 8, 12])
      let one = model(alone.indices, types: alone.types)
      expectClose(states[1][0..<5], one[0], tolerance: 1e-5)
      #expect(abs(one - model(alone.indices)).max().scalar > 1e-3)
      let single = wordPiece.batch(of: ["a b", "c"])
      expectIdentical(
        model(single.indices, validLengths: single.lengths, types: single.types),
        model(single.indices, validLengths: single.lengths))
    }
  }

  // MARK: Vision Transformer

  @Test func namesOfVisionTransformersAreTorchvisions() {
    let model = VisionTransformer.base16(imageSize: 32, classCount: 10)
    let state = model.stateDictionary
    #expect(state["class_token"]!.shape == [1, 1, 768])
    #expect(state["conv_proj.weight"]!.shape == [768, 3, 16, 16])
    #expect(state["encoder.pos_embedding"]!.shape == [1, 5, 768])
    for part in [
      "ln_1.weight", "self_attention.in_proj_weight", "self_attention.in_proj_bias",
      "self_attention.out_proj.weight", "self_attention.out_proj.bias", "ln_2.bias",
      "mlp.0.weight", "mlp.3.bias",
    ] {
      #expect(state["encoder.layers.encoder_layer_11.\(part)"] != nil, "\(part)")
    }
    #expect(state["encoder.ln.weight"] != nil)
    #expect(state["heads.head.weight"]!.shape == [10, 768])
    // At 224 pixels and 1,000 classes there are 192 more positions and 990 more classes.
    #expect(
      model.parameters.scalarCount + 192 * 768 + 990 * 769 == 86_567_656)
  }

  @Test func theBooksPatchesAndScores() {
    let model = VisionTransformer.book(dropout: 0)
    let images = Tensor(hash: 1, [2, 1, 96, 96])
    model.evaluating {
      #expect(model.patches(images).shape == [2, 36, 512])
      let (scores, weights) = model.withWeights(images)
      expectClose(model(images), scores, tolerance: 1e-5)
      #expect(weights.map(\.shape) == [[2, 8, 37, 37], [2, 8, 37, 37]])
    }
  }

  // MARK: Bits

  @Test(arguments: positions.indices) func anyNumberOfThreadsGivesTheSameBits(_ kind: Int) {
    func train() -> [Tensor] {
      let model = withRandomSeed(2) {
        GPT(
          vocabularySize: 28, size: 48, layers: 2, heads: 4, context: 40, dropout: 0.2,
          positions: Self.positions[kind])
      }
      let tokens = HashSequence.labels(40 * 6, classes: 28, seed: 1).reshaped(to: [40, 6])
      let labels = HashSequence.labels(40 * 6, classes: 28, seed: 2)
      let optimizer = Adam(model.parameters, learningRate: 0.001)
      for _ in 0..<3 {
        optimizer.zeroGradients()
        crossEntropy(model(tokens).logits.reshaped(to: [-1, 28]), labels).backward()
        optimizer.step()
      }
      return model.parameters.map { $0.value.detached() }
    }
    let one = onThreads(1, train)
    for threads in [2, 3] {
      for (own, other) in zip(onThreads(threads, train), one) { expectIdentical(own, other) }
    }
  }
}
