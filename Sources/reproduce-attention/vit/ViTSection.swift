import Gannet
import Reproduction

extension Section {
  /// A Vision Transformer of two layers on Fashion-MNIST, and the patches that its class token attends
  /// to.
  static let vit = Section(
    "vit", title: "Vision Transformer", reference: "11.8, vision-transformer", seconds: 6_000,
    epochs: 10, published: ViTFigures.all
  ) { context in
    try context.seeded {
      var result = withoutGradients { shapes }
      let task = try ImageTask(context, batchSize: 128, side: 96, quick: (256, 128))
      let model = VisionTransformer.book()
      result.add(try task.result(of: model, ViTFigures.training, title: "Vision Transformer"))
      if let batch = task.validation.first(where: { _ in true }) {
        result.add(attention(of: model, to: batch.images[0..<4]))
      }
      return result
    }
  }

  /// The book's tests of the parts.
  private static var shapes: SectionResult {
    var result = SectionResult()
    let model = VisionTransformer(
      imageSize: 96, patchSize: 16, inputChannels: 3, classCount: 10, layers: 0,
      settings: TransformerSettings(512, heads: 8), embeddingDropout: 0)
    let images = Tensor(normal: [4, 3, 96, 96])
    let patches = model.patches(images)
    result.add(ViTFigures.patches, patches.shape)
    // The pixels of each patch as a vector.
    let pixels = images.reshaped(to: [4, 3, 6, 16, 6, 16]).permuted([0, 2, 4, 1, 3, 5])
      .reshaped(to: [4, 36, 3 * 16 * 16])
    result[ViTFigures.linear] = largestDifference(
      patches,
      linear(
        pixels, weight: model.convProj.weight.value.reshaped(to: [512, 3 * 16 * 16]),
        bias: model.convProj.bias?.value))
    let layer = TransformerEncoderLayer(
      24, heads: 8, feedForwardSize: 48, activation: .gelu, normalization: .pre)
    result.add(ViTFigures.block, layer(Tensor(ones: [2, 100, 24])).shape)
    return result
  }

  /// The weights by which the class token attends to the patches, the mean over the heads.
  private static func attention(
    of model: VisionTransformer, to images: Tensor
  ) -> SectionResult {
    let weights = model.evaluating { model.withWeights(images).weights }
    let side = model.imageSize / model.convProj.weight.shape[2]
    let panels = images.unstacked().enumerated().flatMap { index, image in
      [Panel("image \(index + 1)", heatMap: .picture(image[0].unstacked().map(\.numbers)))]
        + weights.enumerated().map { layer, weights in
          let token = weights[index].mean(along: 0)[0]
          let patches = token[1..<side * side + 1].reshaped(to: [side, side])
          return Panel(
            "layer \(layer + 1)", heatMap: HeatMap(patches.unstacked().map(\.numbers)))
        }
    }
    return SectionResult(
      figures: [
        ViTFigures.rows: weights.map(\.largestDifferenceFromSumOne).max()!
      ],
      plots: [
        Plot(
          "attention", title: "The class token's attention to the patches", panels: panels,
          columns: weights.count + 1)
      ])
  }
}
