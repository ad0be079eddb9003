import GannetNN
import GannetTensor

/// A Vision Transformer (Dosovitskiy et al., 2021; Dive into Deep Learning, section 11.8): patches of
/// the image and a class token, learned positions, layers with norms before their sublayers, and a
/// linear layer on the class token. Names are torchvision's.
public final class VisionTransformer: Layer, NamedParts {
  public static let partNames = [
    "positions": "encoder.pos_embedding", "blocks": "encoder", "head": "heads.head",
  ]

  /// `[1, 1, E]`.
  public let classToken: Parameter
  /// The convolution that embeds patches; its kernel and stride are a patch.
  public let convProj: Conv2D
  /// The positions of the class token and the patches, `[1, patches + 1, E]`.
  public let positions: Parameter
  /// The dropout of the embedded patches.
  public let dropout: Dropout
  /// The Transformer's layers and the last norm.
  public let blocks: TransformerEncoder
  /// The classification layer; it can be replaced by another.
  public var head: any Layer
  /// The height and width of images.
  public let imageSize: Int

  /// A network of square images.
  ///
  /// - Parameters:
  ///   - imageSize: Height and width of the images, a multiple of `patchSize`.
  ///   - patchSize: Height and width of a patch.
  ///   - inputChannels: The channels of the images.
  ///   - classCount: The number of classes.
  ///   - layers: The number of layers.
  ///   - settings: The settings of the layers.
  ///   - embeddingDropout: The probability of dropping an element of the embedded patches.
  ///   - positionInitializer: The initializer of the positions.
  public init(
    imageSize: Int, patchSize: Int, inputChannels: Int, classCount: Int, layers: Int,
    settings: TransformerSettings, embeddingDropout: Float,
    positionInitializer: Initializer = .normal(standardDeviation: 1)
  ) {
    guard patchSize > 0, imageSize % patchSize == 0 else {
      fail("VisionTransformer: images of \(imageSize) are not cut into patches of \(patchSize)")
    }
    let side = imageSize / patchSize
    classToken = Parameter(Tensor(zeros: [1, 1, settings.size]))
    convProj = Conv2D(
      inputChannels, settings.size, kernelSize: Size2D(patchSize, patchSize),
      stride: Size2D(patchSize, patchSize))
    positions = Parameter(positionInitializer([1, side * side + 1, settings.size]))
    dropout = Dropout(embeddingDropout)
    var settings = settings
    settings.normalization = .pre
    blocks = TransformerEncoder(
      layers, settings,
      names: TransformerNames(
        layer: [
          "selfAttn": "self_attention", "norm1": "ln_1", "norm2": "ln_2", "feedForward": "mlp",
        ],
        feedForward: ["linear1": "0", "linear2": "3"]),
      partNames: ["layers": "layers.encoder_layer_*", "norm": "ln"])
    head = Linear(settings.size, classCount)
    self.imageSize = imageSize
  }

  /// The book's network: 6,457,866 parameters for grey images of 96x96 and ten classes.
  public static func book(
    imageSize: Int = 96, patchSize: Int = 16, size: Int = 512, layers: Int = 2, heads: Int = 8,
    feedForwardSize: Int = 2_048, dropout: Float = 0.1, classCount: Int = 10
  ) -> VisionTransformer {
    var settings = TransformerSettings(
      size, heads: heads, feedForwardSize: feedForwardSize, dropout: dropout, activation: .gelu,
      hasAttentionBias: false, attentionInitializer: .fanInUniform)
    settings.attentionResultDropout = 0
    return VisionTransformer(
      imageSize: imageSize, patchSize: patchSize, inputChannels: 1, classCount: classCount,
      layers: layers, settings: settings, embeddingDropout: dropout)
  }

  /// The network whose weights torchvision has as `vit_b_16`: 86,567,656 parameters for colour images
  /// of 224x224 and 1,000 classes.
  public static func base16(
    imageSize: Int = 224, classCount: Int = 1_000, dropout: Float = 0
  ) -> VisionTransformer {
    VisionTransformer(
      imageSize: imageSize, patchSize: 16, inputChannels: 3, classCount: classCount, layers: 12,
      settings: TransformerSettings(
        768, heads: 12, feedForwardSize: 3_072, dropout: dropout, activation: .gelu,
        epsilon: 1e-6),
      embeddingDropout: dropout, positionInitializer: .normal(standardDeviation: 0.02))
  }

  /// `[N, C, H, W]` to scores, `[N, classCount]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    head(blocks.first(1, of: embedded(x)).squeezed(at: 1))
  }

  /// The scores together with each layer's attention weights, `[N, H, T, T]`; the first place is the
  /// class token's.
  public func withWeights(_ x: Tensor) -> (scores: Tensor, weights: [Tensor]) {
    let (y, weights) = blocks.withWeights(embedded(x))
    return (head(y.sliced(0..<1, along: 1).squeezed(at: 1)), weights)
  }

  /// The embedded patches of images, `[N, C, H, W]` to `[N, patches, E]`.
  public func patches(_ x: Tensor) -> Tensor {
    guard x.rank == 4, x.shape[2] == imageSize, x.shape[3] == imageSize else {
      failShape("VisionTransformer", x.shape, expected: "[N, C, \(imageSize), \(imageSize)]")
    }
    let y = convProj(x)
    return y.permuted([0, 2, 3, 1]).reshaped(
      to: [y.shape[0], y.shape[2] * y.shape[3], y.shape[1]])
  }

  private func embedded(_ x: Tensor) -> Tensor {
    let patches = patches(x)
    let token = classToken.value.expanded(to: [patches.shape[0], 1, patches.shape[2]])
    return dropout(concatenate([token, patches], along: 1) + positions.value)
  }
}
