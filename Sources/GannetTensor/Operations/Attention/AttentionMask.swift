/// The keys that each query of an attention may see.
///
///     maskedSoftmax(scores, .validLengths([2, 3]))
///     scaledDotProductAttention(
///       query: q, key: k, value: v, mask: .causal.and(.validLengths(lengths)))
///
/// A query that may see no key gives all keys the same weight, as a fill of large negative scores
/// does (Dive into Deep Learning, section 11.3.2), never NaN.
public struct AttentionMask {
  /// Numbers of visible keys: one for each example, or one for each of its queries; or, resolved, for
  /// each query of the whole batch.
  enum Lengths {
    case ofExamples(IntTensor)
    case ofQueries([[Int]])
    case ofRows([Int32])
  }

  /// Whether query i of Q sees key j of K only where j <= i + K - Q.
  private(set) var isCausal = false
  private(set) var lengths: [Lengths] = []
  /// Tensors of 0 where a key is hidden.
  private(set) var allowed: [Tensor] = []
  /// Tensors that are added to the scores.
  private(set) var biases: [Tensor] = []

  /// No mask: each query sees all keys.
  public static var none: AttentionMask { AttentionMask() }

  /// Query i of Q sees the keys up to i + K - Q of K: those up to its own, where the keys of
  /// earlier queries come first, as in a cache.
  public static var causal: AttentionMask { AttentionMask(isCausal: true) }

  /// All queries of example b see its first `lengths[b]` keys.
  public static func validLengths(_ lengths: [Int]) -> AttentionMask {
    .validLengths(IntTensor(lengths))
  }

  /// All queries of example b see its first `lengths[b]` keys, `[N]`; all keys where that is nil.
  @_disfavoredOverload  // a literal is an array
  public static func validLengths(_ lengths: IntTensor?) -> AttentionMask {
    lengths.map { AttentionMask(lengths: [.ofExamples($0)]) } ?? .none
  }

  /// Query i of example b sees the first `lengths[b][i]` keys.
  public static func validLengths(_ lengths: [[Int]]) -> AttentionMask {
    AttentionMask(lengths: [.ofQueries(lengths)])
  }

  /// Keys are visible where `mask`, which broadcasts to the scores' shape, `[B, H, Q, K]`, is not 0.
  public static func allowed(_ mask: Tensor) -> AttentionMask { AttentionMask(allowed: [mask]) }

  /// `bias`, which broadcasts to the scores' shape, `[B, H, Q, K]`, is added to the scaled scores;
  /// -∞ hides a key. It gets a gradient where it requires one.
  public static func bias(_ bias: Tensor) -> AttentionMask { AttentionMask(biases: [bias]) }

  /// The keys that both masks let a query see; biases add up.
  public func and(_ other: AttentionMask) -> AttentionMask {
    AttentionMask(
      isCausal: isCausal || other.isCausal, lengths: lengths + other.lengths,
      allowed: allowed + other.allowed, biases: biases + other.biases)
  }

  /// Whether each query sees all keys, by scores alone.
  var isEmpty: Bool { !isCausal && lengths.isEmpty && allowed.isEmpty && biases.isEmpty }

  /// Whether a bias gets a gradient now.
  var isRecorded: Bool { biases.contains(where: \.isRecorded) }

  /// This mask in the form that scores of `shape`, `[B, H, Q, K]`, read without further work, for the
  /// attentions of several layers. Stops where it does not fit.
  package func resolved(for shape: Shape) -> AttentionMask {
    if Trace.current != nil { return self }  // the graph serves other shapes too
    let operation: StaticString = "scaledDotProductAttention"
    let limits = MaskRows.limits(operation, self, shape, shape)
    var result = AttentionMask(lengths: limits.map { [.ofRows($0)] } ?? [])
    if isRecorded {
      (result.allowed, result.biases) = (allowed, biases)
    } else if let bias = MaskRows.bias(operation, self, shape) {
      result.biases = [bias]
    }
    return result
  }

  /// This mask without the biases.
  var withoutBiases: AttentionMask {
    AttentionMask(isCausal: isCausal, lengths: lengths, allowed: allowed)
  }

  /// This mask of scores `[B, Q, K]` as one of `[B, 1, Q, K]`.
  var unsqueezedHeads: AttentionMask {
    func withHeads(_ x: Tensor) -> Tensor { x.rank == 3 ? x.unsqueezed(at: 1) : x }
    return AttentionMask(
      isCausal: isCausal, lengths: lengths, allowed: allowed.map(withHeads),
      biases: biases.map(withHeads))
  }
}
