/// The three passes of a convolution, each by its chosen path.
///
/// Images, and their gradients, are channels-last or channel slices; results are channels-last
/// unless they are written into a slice. Weights and their gradients are row-major, `[O, C / groups,
/// kh, kw]`. Nothing is recorded.
package struct Convolution {
  package let geometry: ConvolutionGeometry
  private let paths: ConvolutionPaths

  /// Makes a convolution by `paths`, which must support `geometry`.
  package init(_ geometry: ConvolutionGeometry, by paths: ConvolutionPaths) {
    self.geometry = geometry
    self.paths = paths
  }

  init(_ geometry: ConvolutionGeometry, _ algorithm: ConvolutionAlgorithm) {
    self.init(geometry, by: algorithm == .exact ? .exact : .fastest(for: geometry))
  }

  /// f(x * weight + bias), `[N, O, H', W']`.
  package func result(
    _ x: Tensor, weight: Tensor, bias: Tensor?, activation: Activation
  ) -> Tensor {
    result(x, weight: weight, bias: bias, activation, isRecorded: false).result
  }

  /// f(x * weight + bias) together with the product, which is kept for the backward pass if the
  /// convolution `isRecorded` and the activation's derivative needs it.
  ///
  /// - Parameters:
  ///   - residual: A tensor that is added before the activation; none by default.
  ///   - target: The tensor that the result is written into; a new one by default.
  func result(
    _ x: Tensor, weight: Tensor, bias: Tensor?, _ activation: Activation,
    residual: Tensor? = nil, isRecorded: Bool, into target: Tensor? = nil
  ) -> FusedResult {
    let y = FusedResult(
      into: target ?? Tensor(uninitialized: geometry.outputShape, layout: .channelsLast),
      activation, residual: residual, isRecorded: isRecorded)
    switch paths.result {
    case .columns: ColumnConvolution(geometry).fill(y, x, weight: weight, bias: bias)
    case .direct: DirectConvolution(geometry).fill(y, x, weight: weight, bias: bias)
    case .unfolded: UnfoldedConvolution(geometry).fill(y, x, weight: weight, bias: bias)
    case .winograd(let form):
      WinogradConvolution(form, geometry).fill(y, x, weight: weight, bias: bias)
    }
    return y
  }

  /// The gradient of x, `[N, C, H, W]`, from the product's gradient.
  package func inputGradient(_ dy: Tensor, weight: Tensor) -> Tensor {
    switch paths.inputGradient {
    case .columns: ColumnConvolution(geometry).inputGradient(dy, weight: weight)
    case .direct: DirectConvolution(geometry).inputGradient(dy, weight: weight)
    case .unfolded: UnfoldedConvolution(geometry).inputGradient(dy, weight: weight)
    case .winograd(let form):
      WinogradConvolution(form, geometry).inputGradient(dy, weight: weight)
    }
  }

  /// The gradient of the weight from the product's gradient.
  package func weightGradient(_ dy: Tensor, x: Tensor) -> Tensor {
    switch paths.weightGradient {
    case .columns: ColumnConvolution(geometry).weightGradient(dy, x: x)
    case .direct: DirectConvolution(geometry).weightGradient(dy, x: x)
    case .unfolded: UnfoldedConvolution(geometry).weightGradient(dy, x: x)
    case .winograd(let form): WinogradConvolution(form, geometry).weightGradient(dy, x: x)
    }
  }
}

extension Range<Int> {
  /// The range of elements of a range of rows of `size` elements.
  func scaled(by size: Int) -> Range<Int> { lowerBound * size..<upperBound * size }
}
