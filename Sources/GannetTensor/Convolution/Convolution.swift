/// A convolution's three passes, each by the path that the rule picks.
///
/// Images are channels-last, or ranges of such channels; results are channels-last. Weights and their
/// gradients are row-major, `[O, C / groups, kh, kw]`. Nothing is recorded here.
struct Convolution {
  let geometry: ConvolutionGeometry
  private let algorithm: ConvolutionAlgorithm

  init(_ geometry: ConvolutionGeometry, _ algorithm: ConvolutionAlgorithm) {
    self.geometry = geometry
    self.algorithm = algorithm
  }

  /// f(x * weight + bias), `[N, O, H', W']`.
  func result(_ x: Tensor, weight: Tensor, bias: Tensor?, activation: Activation) -> Tensor {
    ColumnConvolution(geometry).result(x, weight: weight, bias: bias, activation: activation)
  }

  /// The gradient of x, `[N, C, H, W]`, from that of the product.
  func inputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    ColumnConvolution(geometry).inputGradient(dy, weight: weight)
  }

  /// The gradient of the weight from that of the product.
  func weightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
    ColumnConvolution(geometry).weightGradient(dy, x: x)
  }
}
