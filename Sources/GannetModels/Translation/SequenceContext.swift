import GannetTensor

/// The summary of a source, a function of an encoder's outputs h₁, ..., h_T (Dive into Deep Learning,
/// section 10.7.2).
///
///     SequenceContext { outputs, _ in outputs.max(along: 0) }
public struct SequenceContext {
  private let summary: (_ outputs: Tensor, _ lengths: IntTensor?) -> Tensor

  /// Makes a context of a function from the outputs, `[S, N, H]`, and the lengths of the sources,
  /// `[N]` or nil, to the context, `[N, C]`.
  public init(_ summary: @escaping (_ outputs: Tensor, _ lengths: IntTensor?) -> Tensor) {
    self.summary = summary
  }

  /// The context, `[N, C]`, of outputs `[S, N, H]` of sources of `lengths`, `[N]` or nil.
  public func callAsFunction(_ outputs: Tensor, lengths: IntTensor?) -> Tensor {
    summary(outputs, lengths)
  }

  /// The output of the last step, as in the book, which may be that of padding.
  public static var lastStep: SequenceContext { SequenceContext { outputs, _ in outputs[-1] } }

  /// The output of the last token that is not padding.
  public static var lastToken: SequenceContext {
    SequenceContext { outputs, lengths in
      guard let lengths else { return outputs[-1] }
      let (steps, count, size) = (outputs.shape[0], outputs.shape[1], outputs.shape[2])
      // Step t of sequence n is row t N + n.
      let rows = lengths.scalars.enumerated().map { row, length in
        (min(max(Int(length), 1), steps) - 1) * count + row
      }
      return outputs.reshaped(to: [steps * count, size]).slices(at: IntTensor(rows))
    }
  }

  /// The mean of the outputs of the tokens that are not padding.
  public static var mean: SequenceContext {
    SequenceContext { outputs, lengths in
      guard let lengths else { return outputs.mean(along: 0) }
      return meanOfValidSteps(
        "SequenceContext.mean", outputs.transposed(0, 1), lengths.scalars.map { Int($0) })
    }
  }
}
