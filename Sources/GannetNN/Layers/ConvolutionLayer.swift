import GannetTensor

/// The weight and the settings of a convolution: those of ``Conv1D``, ``Conv2D``,
/// ``TransposedConv1D`` and ``TransposedConv2D``.
///
/// `Size` and `Padding` are `Int` and `Padding1D` for sequences, `Size2D` and `Padding2D` for images.
public class ConvolutionLayer<Size, Padding> {
  /// `[O, C / groups, k]` of sequences, `[O, C / groups, kh, kw]` of images; in a transposed
  /// convolution C and O / groups come first.
  public let weight: Parameter
  /// `[O]`, or nil in a layer without bias.
  public let bias: Parameter?
  /// The stride: the distance of neighbouring windows, in a transposed convolution that of
  /// neighbouring input elements in the result.
  public let stride: Size
  /// The padding of the input; in a transposed convolution, the elements removed from the edges of the
  /// result.
  public let padding: Padding
  /// The distance of kernel elements.
  public let dilation: Size
  /// The number of groups of channels, which are convolved separately.
  public let groups: Int
  /// The algorithm of the convolution.
  public let algorithm: ConvolutionAlgorithm

  init(
    weight: Tensor, bias: Tensor?, stride: Size, padding: Padding, dilation: Size, groups: Int,
    algorithm: ConvolutionAlgorithm
  ) {
    self.weight = Parameter(weight)
    self.bias = bias.map(Parameter.init)
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.algorithm = algorithm
  }
}

/// Stops unless `groups` divides the channels on both sides of a layer.
func checkGroups(_ layer: String, _ inputChannels: Int, _ outputChannels: Int, _ groups: Int) {
  guard groups >= 1, inputChannels % groups == 0, outputChannels % groups == 0 else {
    fail("\(layer): \(inputChannels) to \(outputChannels) channels don't make \(groups) groups")
  }
}
