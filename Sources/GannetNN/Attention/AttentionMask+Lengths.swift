import GannetTensor

extension AttentionMask {
  /// The mask of sequences of `lengths`, `[N]`; all keys where that is nil.
  @_disfavoredOverload  // a literal is an array
  public static func validLengths(_ lengths: IntTensor?) -> AttentionMask {
    lengths.map { .validLengths($0.scalars.map { Int($0) }) } ?? .none
  }
}
