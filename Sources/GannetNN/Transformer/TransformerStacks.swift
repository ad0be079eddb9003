import GannetTensor

/// A chain of ``TransformerEncoderLayer``s, with the names of PyTorch's `nn.TransformerEncoder`.
///
///     let encoder = TransformerEncoder(6, TransformerSettings(512, heads: 8))
///     let y = encoder(x, mask: .validLengths([5, 3]))  // [N, T, 512]
public final class TransformerEncoder: Layer, NamedPartsOfInstance {
  /// The layers, in order.
  public let layers: [TransformerEncoderLayer]
  /// The norm after the last layer; nil for none.
  public let norm: LayerNorm?
  /// The settings of all layers.
  public let settings: TransformerSettings
  package let partNames: [String: String]

  /// Makes `count` layers.
  ///
  /// - Parameters:
  ///   - count: The number of layers.
  ///   - settings: The settings of the layers.
  ///   - hasFinalNorm: Whether a norm follows the last layer; by default where the layers' norms
  ///     precede their sublayers.
  public convenience init(
    _ count: Int, _ settings: TransformerSettings, hasFinalNorm: Bool? = nil
  ) {
    self.init(
      count, settings, hasFinalNorm: hasFinalNorm, names: TransformerNames(), partNames: [:])
  }

  package init(
    _ count: Int, _ settings: TransformerSettings, hasFinalNorm: Bool? = nil,
    names: TransformerNames, partNames: [String: String]
  ) {
    layers = (0..<count).map { _ in TransformerEncoderLayer(settings, names: names) }
    norm = hasFinalNorm ?? (settings.normalization == .pre) ? settings.makeNorm() : nil
    self.settings = settings
    self.partNames = partNames
  }

  /// `[N, T, E]` to `[N, T, E]`, where each step attends to all.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, mask: .none) }

  /// `[N, T, E]` to `[N, T, E]`, where each step attends to those that `mask` allows.
  public func callAsFunction(_ x: Tensor, mask: AttentionMask) -> Tensor {
    let mask = settings.resolved(mask, x, x)
    return normalized(layers.reduce(x) { $1($0, mask: mask) })
  }

  /// The first `count` steps of the result for `x`, `[N, count, E]`, such as a class token's: the last
  /// layer does not compute the others.
  public func first(_ count: Int, of x: Tensor, mask: AttentionMask = .none) -> Tensor {
    guard let last = layers.last else { return normalized(x.sliced(0..<count, along: 1)) }
    let resolved = settings.resolved(mask, x, x)
    let y = layers.dropLast().reduce(x) { $1($0, mask: resolved) }
    return normalized(last.first(count, of: y, mask: mask))
  }

  /// The result for new tokens, which attend to those in `caches` too, one for each layer, and are
  /// added to them.
  public func callAsFunction(_ x: Tensor, caches: inout [KeyValueCache]) -> Tensor {
    let mask = settings.causalMask(x, behind: caches.first)
    var y = x
    for (index, layer) in layers.enumerated() { y = layer(y, cache: &caches[index], mask: mask) }
    return normalized(y)
  }

  /// The result with each layer's attention weights, `[N, H, T, T]`.
  public func withWeights(
    _ x: Tensor, mask: AttentionMask = .none
  ) -> (output: Tensor, weights: [Tensor]) {
    let mask = settings.resolved(mask, x, x)
    var (y, weights) = (x, [Tensor]())
    for layer in layers {
      let result = layer.withWeights(y, mask: mask)
      y = result.output
      weights.append(result.weights)
    }
    return (normalized(y), weights)
  }

  private func normalized(_ x: Tensor) -> Tensor { norm?(x) ?? x }
}

/// A chain of ``TransformerDecoderLayer``s, with the names of PyTorch's `nn.TransformerDecoder`.
public final class TransformerDecoder: Module {
  /// The layers, in order.
  public let layers: [TransformerDecoderLayer]
  /// The norm after the last layer; nil for none.
  public let norm: LayerNorm?
  /// The settings of all layers.
  public let settings: TransformerSettings

  /// Makes `count` layers.
  ///
  /// - Parameters:
  ///   - count: The number of layers.
  ///   - settings: The settings of the layers.
  ///   - hasFinalNorm: Whether a norm follows the last layer; by default where the layers' norms
  ///     precede their sublayers.
  public init(_ count: Int, _ settings: TransformerSettings, hasFinalNorm: Bool? = nil) {
    layers = (0..<count).map { _ in TransformerDecoderLayer(settings) }
    norm = hasFinalNorm ?? (settings.normalization == .pre) ? settings.makeNorm() : nil
    self.settings = settings
  }

  /// The tokens that have been read, and the encoder's outputs.
  public struct State: DecoderState {
    /// The projected outputs of the encoder, for each layer.
    public var memories: [AttentionMemory]
    /// The number of places of each source that are not padding, `[N]`; nil means all.
    public var lengths: IntTensor?
    /// The tokens that have been read, for each layer.
    public var caches: [KeyValueCache]

    /// The number of tokens that have been read.
    public var count: Int { caches.first?.count ?? 0 }

    /// The state of the sequences at `rows`, as a beam search keeps them.
    public func selectingBatch(_ rows: IntTensor) -> State {
      State(
        memories: memories.map { $0.selectingBatch(rows) }, lengths: lengths?.slices(at: rows),
        caches: caches.map { $0.selectingBatch(rows) })
    }
  }

  /// The state before the first token.
  ///
  /// - Parameters:
  ///   - memory: The encoder's outputs, `[N, K, E]`.
  ///   - lengths: The number of places of each source that tokens attend to, `[N]`; all by default.
  public func state(of memory: Tensor, lengths: IntTensor? = nil) -> State {
    State(
      memories: layers.map { $0.multiheadAttn.memory(of: memory) }, lengths: lengths,
      caches: layers.map { _ in KeyValueCache() })
  }

  /// The result for new tokens, `[N, T, E]`, which attend to those that have been read and to the
  /// encoder's outputs.
  public func callAsFunction(_ x: Tensor, state: inout State) -> Tensor {
    let (mask, memoryMask) = masks(x, state)
    var y = x
    for (index, layer) in layers.enumerated() {
      y = layer(
        y, memory: state.memories[index], cache: &state.caches[index], mask: mask,
        memoryMask: memoryMask)
    }
    return norm?(y) ?? y
  }

  /// The masks of new tokens in all layers.
  private func masks(
    _ x: Tensor, _ state: State
  ) -> (own: AttentionMask, ofMemory: AttentionMask) {
    let lengths = AttentionMask.validLengths(state.lengths)
    let memory = state.memories.first?.keys.shape[2]
    return (
      settings.causalMask(x, behind: state.caches.first),
      memory.map { settings.resolved(lengths, x, keys: $0) } ?? lengths
    )
  }

  /// The result for all tokens, `[N, T, E]`, and the encoder's outputs, `[N, K, E]`.
  public func callAsFunction(
    _ x: Tensor, memory: Tensor, mask: AttentionMask = .causal, memoryMask: AttentionMask = .none
  ) -> Tensor {
    let (mask, memoryMask) = (
      settings.resolved(mask, x, x), settings.resolved(memoryMask, x, memory)
    )
    let y = layers.reduce(x) { $1($0, memory: memory, mask: mask, memoryMask: memoryMask) }
    return norm?(y) ?? y
  }

  /// The result for new tokens together with each layer's weights of the self-attention and of the
  /// attention to the encoder's outputs, `[N, H, T, K]`.
  public func withWeights(
    _ x: Tensor, state: inout State
  ) -> (output: Tensor, weights: [Tensor], memoryWeights: [Tensor]) {
    let (mask, memoryMask) = masks(x, state)
    var (y, weights, memoryWeights) = (x, [Tensor](), [Tensor]())
    for (index, layer) in layers.enumerated() {
      let result = layer.withWeights(
        y, memory: state.memories[index], cache: &state.caches[index], mask: mask,
        memoryMask: memoryMask)
      y = result.output
      weights.append(result.weights)
      memoryWeights.append(result.memoryWeights)
    }
    return (norm?(y) ?? y, weights, memoryWeights)
  }
}
