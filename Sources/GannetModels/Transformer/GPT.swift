import GannetNN
import GannetTensor

/// A decoder-only language model (Radford et al., 2019; Dive into Deep Learning, section 11.9.3):
/// embeddings of tokens and positions, layers of causal self-attention with norms before their
/// sublayers, and a linear layer to logits, with GPT-2's names in Hugging Face's library.
///
///     let model = GPT(vocabularySize: 28, size: 384, layers: 6, heads: 6, context: 256)
///     let (logits, state) = model(tokens)  // [T, N] -> [T, N, 28]
///
/// A state has the tokens that have been read and their keys and values, so that the next token costs
/// one step. Where the context is full, its later half is read anew from position 0: memory stays as it
/// is, however long the text.
public final class GPT: NextTokenModel, NamedParts {
  public static let partNames = [
    "tokens": "transformer.wte", "positions": "transformer.wpe", "blocks": "transformer",
    "head": "lm_head",
  ]

  /// `[V, E]`.
  public let tokens: Embedding
  /// The vectors of positions, `[context, E]`, that are added to those of tokens; nil where positions
  /// are rotary.
  public let positions: Embedding?
  /// The dropout of the embeddings.
  public let dropout: Dropout
  /// The Transformer's layers and the last norm.
  public let blocks: TransformerEncoder
  /// The layer from the last norm to logits, without bias; nil where it is the token embedding.
  public let head: Linear?
  /// The number of tokens that attend to one another.
  public let context: Int

  /// How a model knows the positions of tokens.
  public enum Positions: Sendable {
    /// By a learned vector of each position of the context, as GPT-2.
    case learned
    /// By rotating queries and keys, as GPT-J and Llama.
    case rotary(RotaryPositions)
  }

  /// The tokens that have been read, and their keys and values.
  public struct State: DecoderState {
    /// The tokens in the caches, `[N, T]`.
    var tokens: IntTensor
    var caches: [KeyValueCache]

    /// The state of the sequences at `rows`, as a beam search keeps them.
    public func selectingBatch(_ rows: IntTensor) -> State {
      State(
        tokens: tokens.slices(at: rows, along: 0),
        caches: caches.map { $0.selectingBatch(rows) })
    }
  }

  /// Makes a model of `vocabularySize` tokens V and `size` features E.
  ///
  /// Weights are drawn from N(0, 0.02²), those before a residual sum from N(0, 0.02² / 2L) with L
  /// layers; biases are zeros.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of tokens V.
  ///   - size: The number of features E.
  ///   - layers: The number of layers.
  ///   - heads: The number of heads, which divides the number of features.
  ///   - context: The largest number of tokens; 1,024 by default.
  ///   - dropout: The probability of dropping an element of the embeddings, of the attention
  ///     weights and of the sublayers' results.
  ///   - positions: How the model knows the positions of tokens; by learned vectors by default.
  ///   - isTied: Whether the weight of the layer to logits is the token embedding's, as GPT-2's.
  public init(
    vocabularySize: Int, size: Int = 768, layers: Int = 12, heads: Int = 12, context: Int = 1_024,
    dropout: Float = 0.1, positions: Positions = .learned, isTied: Bool = true
  ) {
    let initializer = Initializer.normal(standardDeviation: 0.02)
    var settings = TransformerSettings(
      size, heads: heads, feedForwardSize: 4 * size, dropout: dropout, activation: .geluTanh,
      normalization: .pre, attentionInitializer: initializer)
    settings.hiddenDropout = 0
    tokens = Embedding(vocabularySize, size, initializer: initializer)
    switch positions {
    case .learned: self.positions = Embedding(context, size, initializer: initializer)
    case .rotary(let rotary):
      self.positions = nil
      settings.rotaryPositions = rotary
    }
    self.dropout = Dropout(dropout)
    blocks = TransformerEncoder(
      layers, settings,
      names: TransformerNames(
        layer: ["selfAttn": "attn", "feedForward": "mlp", "norm1": "ln_1", "norm2": "ln_2"],
        attention: [
          "inProjWeight": "c_attn.weight", "inProjBias": "c_attn.bias", "outProj": "c_proj",
        ],
        feedForward: ["linear1": "c_fc", "linear2": "c_proj"]),
      partNames: ["layers": "h", "norm": "ln_f"])
    head =
      isTied
      ? nil : Linear(size, vocabularySize, hasBias: false, weightInitializer: initializer)
    self.context = context
    let residual = Initializer.normal(standardDeviation: 0.02 / (2 * Float(layers)).squareRoot())
    for layer in blocks.layers {
      let (attention, hidden) = (layer.selfAttn, layer.feedForward)
      hidden.linear1.weight.value = initializer(hidden.linear1.weight.shape)
      for linear in [attention.outProj, hidden.linear2] {
        linear.weight.value = residual(linear.weight.shape)
      }
      for linear in [hidden.linear1, hidden.linear2] {
        linear.bias!.value = Tensor(zeros: linear.bias!.shape)
      }
      // Hugging Face's layers have their weights as [in, out].
      for weight in [
        attention.inProjWeight, attention.outProj.weight, hidden.linear1.weight,
        hidden.linear2.weight,
      ] { weight.isStoredTransposed = true }
    }
  }

  /// The logits of the next token after each step, `[T, N]` to `[T, N, V]`, and the state.
  ///
  /// Stops where there are more tokens than the context.
  ///
  /// - Parameters:
  ///   - tokens: Indices of tokens, `[T, N]`.
  ///   - state: The tokens that have been read; none by default.
  public func callAsFunction(
    _ tokens: IntTensor, state: State? = nil
  ) -> (logits: Tensor, state: State) {
    guard tokens.shape.rank == 2 else { failShape("GPT", tokens.shape, expected: "[T, N]") }
    guard tokens.shape[0] <= context else {
      fail("GPT: \(tokens.shape[0]) tokens, the context has \(context)")
    }
    let new = tokens.transposed()
    let steps = new.shape[1]
    guard let state else { return read(new, after: nil, last: steps) }
    guard state.tokens.shape[0] == new.shape[0] else {
      failShapes("GPT, state", state.tokens.shape, new.shape)
    }
    if state.tokens.shape[1] + steps <= context { return read(new, after: state, last: steps) }
    let all = concatenate([state.tokens, new], along: 1)
    let kept = max(steps, context / 2)
    let count = all.shape[1]
    return read(all.sliced(max(0, count - kept)..<count, along: 1), after: nil, last: steps)
  }

  /// The logits of the last `count` of `new` tokens, `[N, T]`, and the state after them.
  private func read(
    _ new: IntTensor, after state: State?, last count: Int
  ) -> (logits: Tensor, state: State) {
    let before = state?.tokens.shape[1] ?? 0
    let steps = new.shape[1]
    let places = IntTensor(Array(before..<before + steps))
    let vectors = tokens(new)
    let x = dropout(positions.map { vectors + $0(places) } ?? vectors)
    var caches = state?.caches ?? blocks.layers.map { _ in KeyValueCache() }
    var y = blocks(x, caches: &caches)
    if count < steps { y = y.sliced(steps - count..<steps, along: 1) }
    let read = state.map { concatenate([$0.tokens, new], along: 1) } ?? new
    let byTime = y.transposed(0, 1)
    return (
      linear(byTime, weight: (head?.weight ?? tokens.weight).value),
      State(tokens: read, caches: caches)
    )
  }
}
