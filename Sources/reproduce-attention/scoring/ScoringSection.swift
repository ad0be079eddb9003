import Gannet
import Reproduction

extension Section {
  /// Masked softmax, scaled dot products and additive scores on the book's shapes.
  static let scoring = Section(
    "scoring", title: "Attention scoring functions", reference: "11.3, attention-scoring-functions",
    seconds: 1, published: ScoringFigures.all
  ) { context in
    context.seeded {
      var result = maskedSoftmaxes()
      result.add(variances())
      result.add(attentions())
      return result
    }
  }

  /// Two queries over four keys in two examples, by one valid length an example and one a query.
  private static func maskedSoftmaxes() -> SectionResult {
    let scores = Tensor(uniform: [2, 2, 4])
    let both = [[[2, 2], [3, 3]], [[1, 3], [2, 4]]]
    let weights = [
      maskedSoftmax(scores, .validLengths([2, 3])),
      maskedSoftmax(scores, .validLengths([[1, 3], [2, 4]])),
    ]
    var hidden: Float = 0
    for (weights, lengths) in zip(weights, both) {
      for (rows, lengths) in zip(weights.unstacked(), lengths) {
        for (row, length) in zip(rows.unstacked(), lengths) {
          hidden = max(hidden, row.scalars[length...].max() ?? 0)
        }
      }
    }
    var result = SectionResult(figures: [
      ScoringFigures.masked: Double(hidden),
      ScoringFigures.maskedRows: weights.map(\.largestDifferenceFromSumOne).max()!,
    ])
    result.add(ScoringFigures.nothing, maskedSoftmax(scores[0], .validLengths([0]))[0..<1])
    result.add(
      ScoringFigures.product, matmul(Tensor(ones: [2, 3, 4]), Tensor(ones: [2, 4, 6])).shape)
    return result
  }

  /// Products of 256 queries and keys of 512 standard normal features.
  private static func variances() -> SectionResult {
    let products = matmul(
      Tensor(normal: [256, 512]), Tensor(normal: [256, 512]), transposingB: true)
    func variance(_ scores: Tensor) -> Double {
      Double(scores.reshaped(to: [-1]).variance(along: 0, unbiased: false).scalar)
    }
    return SectionResult(figures: [
      ScoringFigures.variance: variance(products * (1 / Float(512).squareRoot())),
      ScoringFigures.unscaled: variance(products) / 512,
    ])
  }

  /// Both attentions on ten keys, of which the examples see 2 and 6: by random keys as in the book, and
  /// by keys that are alike as in its first edition.
  private static func attentions() -> SectionResult {
    let (dot, additive) = (
      DotProductAttention(dropout: 0.5),
      AdditiveAttention(queries: 20, keys: 2, hidden: 8, dropout: 0.1)
    )
    dot.keepsWeights = true
    additive.keepsWeights = true
    let (short, long) = (Tensor(normal: [2, 1, 2]), Tensor(normal: [2, 1, 20]))
    let mask = AttentionMask.validLengths([2, 6])
    let key = Tensor(normal: [2, 10, 2])
    var result = SectionResult()
    dot.eval()
    additive.eval()
    let value = Tensor(normal: [2, 10, 4])
    result.add(
      ScoringFigures.dotShape, dot(query: short, key: key, value: value, mask: mask).shape)
    let found = additive(query: long, key: key, value: value, mask: mask)
    result.add(ScoringFigures.additiveShape, found.shape)
    let hidden = tanh(additive.queryProjection(long) + additive.keyProjection(key))
    let scores = additive.scoreProjection(hidden).transposed(1, 2)
    result[ScoringFigures.formula] = largestDifference(
      matmul(maskedSoftmax(scores, mask), value), found)
    result.plots = [plot("random", "Random keys", dot, additive)]

    let alike = Tensor(ones: [2, 10, 2])
    let rows = Tensor(rangeFrom: 0, to: 40).reshaped(to: [1, 10, 4]).expanded(to: [2, 10, 4])
    result.add(
      ScoringFigures.dotOutput,
      dot(query: short, key: alike, value: rows, mask: mask).squeezed(at: 1))
    result.add(
      ScoringFigures.additiveOutput,
      additive(query: long, key: alike, value: rows, mask: mask).squeezed(at: 1))
    let uniform = stack(
      [2, 6].map { count in Tensor((0..<10).map { $0 < count ? 1 / Float(count) : 0 }) })
    result[ScoringFigures.alike] = [dot.attentionWeights!, additive.attentionWeights!]
      .map { largestDifference($0.squeezed(at: 1), uniform) }.max()
    result.plots.append(plot("alike", "Keys that are alike", dot, additive))
    return result
  }

  private static func plot(
    _ name: String, _ title: String, _ dot: DotProductAttention, _ additive: AdditiveAttention
  ) -> Plot {
    Plot(
      name, title: title,
      panels: [
        Panel(attention: dot.attentionWeights!.squeezed(at: 1), "scaled dot product"),
        Panel(attention: additive.attentionWeights!.squeezed(at: 1), "additive"),
      ])
  }
}
