/// The sizes of a convolution: from images `[N, C, H, W]` to `[N, O, H', W']`.
package struct ConvolutionGeometry: Hashable, Sendable {
  let batch: Int
  let channels: Int
  let height: Int
  let width: Int
  let outputChannels: Int
  let outputHeight: Int
  let outputWidth: Int
  let kernel: Size2D
  let stride: Size2D
  let padding: Padding2D
  let dilation: Size2D
  let groups: Int

  var groupChannels: Int { channels / groups }
  var groupOutputs: Int { outputChannels / groups }
  /// The number of kernel elements of a channel.
  var taps: Int { kernel.height * kernel.width }
  /// The number of inputs of one output.
  var patchSize: Int { taps * groupChannels }
  /// The number of output pixels in the batch.
  var outputPixels: Int { batch * outputHeight * outputWidth }
  /// The multiplications of one pass.
  var work: Int { outputPixels * outputChannels * patchSize }

  var inputShape: Shape { [batch, channels, height, width] }
  package var outputShape: Shape { [batch, outputChannels, outputHeight, outputWidth] }
  var weightShape: Shape { [outputChannels, groupChannels, kernel.height, kernel.width] }
}

/// Stride, padding, dilation and groups of a convolution.
package struct ConvolutionSettings {
  package internal(set) var stride: Size2D = 1
  package internal(set) var padding: Padding2D = 0
  package internal(set) var dilation: Size2D = 1
  package internal(set) var groups = 1

  package init(
    stride: Size2D = 1, padding: Padding2D = 0, dilation: Size2D = 1, groups: Int = 1
  ) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// Stops unless strides and dilations are positive, paddings are not negative, and `channels`, of
  /// a tensor of `shape`, are divisible by the groups.
  func check(_ operation: StaticString, channels: Int, of shape: Shape) {
    for (name, size) in [("stride", stride), ("dilation", dilation)]
    where min(size.height, size.width) < 1 {
      fail("\(operation): \(name) \(size), expected 1 or more")
    }
    if padding.smallest < 0 { fail("\(operation): padding \(padding), expected 0 or more") }
    if groups < 1 || channels % groups != 0 {
      fail("\(operation): \(channels) channels of shape \(shape) don't make \(groups) groups")
    }
  }

  /// The span of a dilated kernel in pixels.
  func span(_ kernel: Size2D) -> Size2D {
    Size2D((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
  }
}

extension ConvolutionGeometry {
  /// The convolution of images of shape `x` with kernels of shape `weight`, `[O, C / groups, kh,
  /// kw]`.
  ///
  /// Stops where the shapes do not match.
  package init(
    _ operation: StaticString, _ x: Shape, _ weight: Shape, _ settings: ConvolutionSettings
  ) {
    guard x.rank == 4, weight.rank == 4 else { failShapes(operation, x, weight) }
    settings.check(operation, channels: x[1], of: x)
    settings.check(operation, channels: weight[0], of: weight)
    guard weight[1] * settings.groups == x[1] else { failShapes(operation, x, weight) }
    let kernel = Size2D(weight[2], weight[3])
    let (span, padding, stride) = (settings.span(kernel), settings.padding, settings.stride)
    let (spareRows, spareColumns) = (
      x[2] + padding.vertical - span.height, x[3] + padding.horizontal - span.width
    )
    guard kernel.height > 0, kernel.width > 0, spareRows >= 0, spareColumns >= 0 else {
      fail(
        "\(operation): shapes \(x) and \(weight) don't fit: the kernel spans \(span), the padded "
          + "image is \(x[2] + padding.vertical) by \(x[3] + padding.horizontal)")
    }
    self.init(
      batch: x[0], channels: x[1], height: x[2], width: x[3], outputChannels: weight[0],
      outputHeight: spareRows / stride.height + 1, outputWidth: spareColumns / stride.width + 1,
      kernel: kernel, stride: stride, padding: padding, dilation: settings.dilation,
      groups: settings.groups)
  }
}

extension ConvolutionGeometry {
  /// The convolution with mirrored kernels that maps the result's gradient to the input's, if
  /// ``hasMirror``.
  var mirrored: ConvolutionGeometry {
    let (rows, columns) = (
      (kernel.height - 1) * dilation.height, (kernel.width - 1) * dilation.width
    )
    return ConvolutionGeometry(
      batch: batch, channels: outputChannels, height: outputHeight, width: outputWidth,
      outputChannels: channels, outputHeight: height, outputWidth: width, kernel: kernel, stride: 1,
      padding: Padding2D(
        top: rows - padding.top, bottom: height - outputHeight + padding.top,
        left: columns - padding.left, right: width - outputWidth + padding.left),
      dilation: dilation, groups: groups)
  }

  /// Whether the stride is 1 and no side's padding exceeds the kernel's span less 1.
  var hasMirror: Bool { stride == 1 && mirrored.padding.smallest >= 0 }
}

extension ConvolutionGeometry {
  /// Whether each output pixel is a product of the input pixel at its place: 1x1, without stride and
  /// padding.
  var isPointwise: Bool {
    kernel == 1 && stride == 1 && padding == 0 && height == outputHeight && width == outputWidth
  }

  /// The images of the batch below one another as one, where pixels are independent.
  var joined: ConvolutionGeometry {
    guard isPointwise else { return self }
    return ConvolutionGeometry(
      batch: 1, channels: channels, height: batch * height, width: width,
      outputChannels: outputChannels, outputHeight: batch * height, outputWidth: width,
      kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}
