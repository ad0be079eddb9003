#if ONNX
import GannetTensor

extension Operator {
  static let images: [String: Operator] = [
    "Conv": Operator(2...3) { node in
      let windows = try Windows(node)
      let groups = try node.int("group", 1)
      return { x in
        let (weight, isSequence) = (x[1], x[1].rank == 3)
        let images = windows.images(x[0], x[1].shape.dropFirst(2))
        let kernel = isSequence ? weight.unsqueezed(at: 2) : weight
        let y = conv2D(
          images, weight: kernel, bias: x.optionalTensor(2), stride: windows.stride,
          padding: windows.padding(images.shape, Size2D(kernel.shape[2], kernel.shape[3])),
          dilation: windows.dilation, groups: groups)
        return [.tensor(isSequence ? y.squeezed(at: 2) : y)]
      }
    },
    "ConvTranspose": Operator(2...3) { node in
      guard try node.string("auto_pad", "NOTSET") == "NOTSET", !node.has("output_shape") else {
        throw node.fault("computes its padding", .unsupported)
      }
      let windows = try Windows(node)
      let groups = try node.int("group", 1)
      let additional = try node.ints("output_padding") ?? [0, 0]
      return { x in
        let isSequence = x[1].rank == 3
        let y = transposedConv2D(
          windows.images(x[0], x[1].shape.dropFirst(2)),
          weight: isSequence ? x[1].unsqueezed(at: 2) : x[1], bias: x.optionalTensor(2),
          stride: windows.stride, padding: windows.explicit,
          outputPadding: Size2D(isSequence ? 0 : additional[0], additional.last ?? 0),
          dilation: windows.dilation, groups: groups)
        return [.tensor(isSequence ? y.squeezed(at: 2) : y)]
      }
    },
    "MaxPool": pooling { x, kernel, windows, ceilMode, _ in
      maxPool2D(
        x, kernelSize: kernel, stride: windows.stride, padding: windows.padding(x.shape, kernel),
        ceilMode: ceilMode)
    },
    "AveragePool": pooling { x, kernel, windows, ceilMode, countsPadding in
      averagePool2D(
        x, kernelSize: kernel, stride: windows.stride, padding: windows.padding(x.shape, kernel),
        ceilMode: ceilMode, countsPadding: countsPadding)
    },
    "GlobalAveragePool": .tensors(1...1) { x in
      x[0].mean(along: Axes(2..<max(2, x[0].rank)), keepingAxes: true)
    },
    "GlobalMaxPool": .tensors(1...1) { x in
      x[0].max(along: Axes(2..<max(2, x[0].rank)), keepingAxes: true)
    },
  ]

  private static func pooling(
    _ function:
      @escaping @Sendable (Tensor, Size2D, Windows, _ ceilMode: Bool, _ countsPadding: Bool) ->
      Tensor
  ) -> Operator {
    Operator(1...1) { node in
      let windows = try Windows(node)
      guard let sizes = try node.ints("kernel_shape"), (1...2).contains(sizes.count),
        sizes.allSatisfy({ $0 > 0 })
      else { throw node.fault("has no kernel_shape of one or two sizes", .unsupported) }
      guard node.outputs.count == 1, windows.dilation == 1 else {
        throw node.fault("has dilations, or a second result", .unsupported)
      }
      let kernel = Size2D(sizes.count == 1 ? 1 : sizes[0], sizes.last!)
      let (ceilMode, countsPadding) = (
        try node.bool("ceil_mode"), try node.bool("count_include_pad")
      )
      return { x in
        let images = windows.images(x[0], sizes[...])
        let y = function(images, kernel, windows, ceilMode, countsPadding)
        return [.tensor(sizes.count == 1 ? y.squeezed(at: 2) : y)]
      }
    }
  }
}

/// The windows of a convolution or of pooling, of images or of sequences.
private struct Windows {
  let stride: Size2D
  let dilation: Size2D
  let explicit: Padding2D
  /// How padding is computed: NOTSET where it is explicit.
  private let automatic: String

  init(_ node: ImportedNode) throws {
    func size(_ name: String) throws -> Size2D {
      guard let sizes = try node.ints(name) else { return 1 }
      guard (1...2).contains(sizes.count), sizes.allSatisfy({ $0 > 0 }) else {
        throw node.fault("has \(name) of \(sizes), expected one or two sizes", .unsupported)
      }
      return Size2D(sizes.count == 1 ? 1 : sizes[0], sizes.last!)
    }
    stride = try size("strides")
    dilation = try size("dilations")
    let pads = try node.ints("pads") ?? [0, 0, 0, 0]
    guard [2, 4].contains(pads.count), pads.allSatisfy({ (0...1 << 20).contains($0) }) else {
      throw node.fault("has pads of \(pads)", .unsupported)
    }
    explicit =
      pads.count == 2
      ? Padding2D(top: 0, bottom: 0, left: pads[0], right: pads[1])
      : Padding2D(top: pads[0], bottom: pads[2], left: pads[1], right: pads[3])
    automatic = try node.string("auto_pad", "NOTSET")
    guard ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(automatic) else {
      throw node.fault("has auto_pad \(automatic)", .unsupported)
    }
  }

  /// `x`, or sequences `[N, C, L]` as images of one row.
  func images(_ x: Tensor, _ kernel: some Collection<Int>) -> Tensor {
    guard x.rank == kernel.count + 2, x.rank == 3 || x.rank == 4 else {
      fail("ONNXModel: windows of \(Array(kernel)) on shape \(x.shape)")
    }
    return x.rank == 3 ? x.unsqueezed(at: 2) : x
  }

  /// The padding of images of `shape`.
  func padding(_ shape: Shape, _ kernel: Size2D) -> Padding2D {
    switch automatic {
    case "NOTSET": return explicit
    case "VALID": return 0
    default:
      func total(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
        let span = (kernel - 1) * dilation + 1
        return max(0, ((size + stride - 1) / stride - 1) * stride + span - size)
      }
      let rows = total(shape[2], kernel.height, stride.height, dilation.height)
      let columns = total(shape[3], kernel.width, stride.width, dilation.width)
      let (top, left) =
        automatic == "SAME_UPPER"
        ? (rows / 2, columns / 2) : (rows - rows / 2, columns - columns / 2)
      return Padding2D(top: top, bottom: rows - top, left: left, right: columns - left)
    }
  }
}
#endif
