import Gannet
import Reproduction

extension Section {
  /// The book's layer of five heads: shapes, masks, each head by itself, and the order of keys and of
  /// steps.
  static let multiHead = Section(
    "multi-head", title: "Multi-head attention",
    reference: "11.5, multihead-attention; 11.6.1, self-attention-and-positional-encoding",
    seconds: 1, published: MultiHeadFigures.all
  ) { context in
    context.seeded {
      let attention = MultiHeadAttention(
        100, heads: 5, dropout: 0.5, hasBias: false, weightInitializer: .fanInUniform)
      let (query, key) = (Tensor(normal: [2, 4, 100]), Tensor(normal: [2, 6, 100]))
      let mask = AttentionMask.validLengths([3, 2])
      var result = SectionResult()
      let training = attention(
        Tensor(ones: query.shape), key: Tensor(ones: key.shape), mask: mask)
      result.add(MultiHeadFigures.shape, training.shape)
      let ones = Tensor(ones: query.shape)
      result.add(MultiHeadFigures.selfShape, attention(ones, mask: mask).shape)
      result[MultiHeadFigures.parameters] = Double(attention.parameters.scalarCount)
      attention.eval()
      result.add(withoutGradients { heads(attention, query, key, mask) })
      result.add(withoutGradients { orders(attention, query, key) })
      return result
    }
  }

  private static func heads(
    _ attention: MultiHeadAttention, _ query: Tensor, _ key: Tensor, _ mask: AttentionMask
  ) -> SectionResult {
    let (output, weights) = attention.withWeights(query, key: key, mask: mask)
    let masked = [(0, 3), (1, 2)].map { example, length in
      weights[example].sliced(length..<6, along: 2).max().scalar
    }
    let parts = weights.unstacked(along: 1)
    let differences = parts.indices.flatMap { first in
      (0..<first).map { largestDifference(parts[first], parts[$0]) }
    }
    return SectionResult(
      figures: [
        MultiHeadFigures.rows: weights.largestDifferenceFromSumOne,
        MultiHeadFigures.masked: Double(masked.max()!),
        MultiHeadFigures.heads: largestDifference(
          output, headByHead(attention, query, key, mask)),
        MultiHeadFigures.different: differences.min()!,
      ],
      plots: [
        Plot(
          "heads", title: "Weights of five heads",
          panels: (0..<2).flatMap { example in
            weights[example].unstacked().enumerated().map { head, weights in
              Panel(attention: weights, "example \(example + 1), head \(head + 1)")
            }
          }, columns: 5)
      ])
  }

  /// The layer as five attentions, whose projections are the rows of the layer's weights.
  private static func headByHead(
    _ attention: MultiHeadAttention, _ query: Tensor, _ key: Tensor, _ mask: AttentionMask
  ) -> Tensor {
    let (heads, size) = (attention.heads, attention.headSize)
    func projected(_ x: Tensor, _ kind: Int, _ head: Int) -> Tensor {
      let first = (kind * heads + head) * size
      return linear(x, weight: attention.inProjWeight.value[first..<first + size])
    }
    let results = (0..<heads).map { head in
      scaledDotProductAttention(
        query: projected(query, 0, head), key: projected(key, 1, head),
        value: projected(key, 2, head), mask: mask)
    }
    return attention.outProj(concatenate(results, along: 2))
  }

  private static func orders(
    _ attention: MultiHeadAttention, _ query: Tensor, _ key: Tensor
  ) -> SectionResult {
    let keyOrder = IntTensor([4, 0, 5, 2, 1, 3])
    let order = IntTensor([2, 0, 3, 1])
    let output = attention(query)
    // Each step in turn is changed; all steps notice.
    let changes = (0..<4).map { step in
      let change = Tensor((0..<4).map { $0 == step ? 1 : 0 }, shape: [1, 4, 1])
      return abs(attention(query + change) - output).max(along: 2).min().scalar
    }
    return SectionResult(figures: [
      MultiHeadFigures.keyOrder: largestDifference(
        attention(query, key: key),
        attention(query, key: key.slices(at: keyOrder, along: 1))),
      MultiHeadFigures.queryOrder: largestDifference(
        attention(query.slices(at: order, along: 1)), output.slices(at: order, along: 1)),
      MultiHeadFigures.reach: Double(changes.min()!),
    ])
  }
}
