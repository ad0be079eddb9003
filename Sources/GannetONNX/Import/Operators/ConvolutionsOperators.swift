#if ONNX
import GannetTensor

extension Operator {
  static let convolutions: [String: Operator] = [
    "Conv": Operator(2...3) { node in
      let windows = try Windows(node)
      let groups = try node.int("group", 1)
      return { x in
        let (images, weight) = try windows.images(x)
        let (input, kernel) = (images.shape, Size2D(weight.shape[2], weight.shape[3]))
        try checkGroups(x, groups, input[1], weight.shape[0])
        try x.require(weight.shape[1] * groups == input[1], "kernels of the input's channels")
        try checkBias(x, weight.shape[0])
        let padding = windows.padding(input, kernel)
        let size = windows.size(input, kernel, padding)
        try x.require(size.allSatisfy { $0 > 0 }, "a kernel that fits in the padded input")
        _ = try x.shape([input[0], weight.shape[0]] + size)
        let y = conv2D(
          images, weight: weight, bias: x.optionalTensor(2), stride: windows.stride,
          padding: padding, dilation: windows.dilation, groups: groups)
        return [.tensor(x.rank(0) == 3 ? y.squeezed(at: 2) : y)]
      }
    },
    "ConvTranspose": Operator(2...3) { node in
      let windows = try Windows(node)
      let groups = try node.int("group", 1)
      let additional = try windows.size(node, "output_padding", least: 0) ?? 0
      let wanted = try windows.size(node, "output_shape", least: 1)
      return { x in
        let (images, weight) = try windows.images(x)
        let (input, kernel) = (images.shape, Size2D(weight.shape[2], weight.shape[3]))
        try x.require(weight.shape[0] == input[1], "kernels of the input's channels")
        try checkGroups(x, groups, input[1], input[1])
        try checkBias(x, weight.shape[1] * groups)
        let (stride, dilation) = (windows.stride, windows.dilation)
        try x.require(
          additional.height < max(stride.height, dilation.height)
            && additional.width < max(stride.width, dilation.width),
          "an output padding below the stride")
        try x.require(min(input[2], input[3]) > 0, "an input with elements")
        let padding = try windows.removed(x, input, kernel, additional, wanted)
        let size = windows.transposedSize(input, kernel, additional)
        let result = [size.height - padding.vertical, size.width - padding.horizontal]
        try x.require(result.allSatisfy { $0 > 0 }, "a result with elements")
        _ = try x.shape([input[0], weight.shape[1] * groups] + result)
        let y = transposedConv2D(
          images, weight: weight, bias: x.optionalTensor(2), stride: stride, padding: padding,
          outputPadding: additional, dilation: dilation, groups: groups)
        return [.tensor(x.rank(0) == 3 ? y.squeezed(at: 2) : y)]
      }
    },
  ]

  private static func checkGroups(
    _ x: NodeInputs, _ groups: Int, _ channels: Int, _ outputs: Int
  ) throws {
    try x.require(
      groups > 0 && channels > 0 && outputs > 0 && channels % groups == 0 && outputs % groups == 0,
      "channels that make \(groups) groups")
  }

  private static func checkBias(_ x: NodeInputs, _ channels: Int) throws {
    try x.require(
      x.optional(2).map { $0.shape == [channels] } ?? true, "a bias of \(channels) channels")
  }
}

/// The windows of a convolution, of images or of sequences.
struct Windows {
  let stride: Size2D
  let dilation: Size2D
  private let explicit: Padding2D
  /// How padding is computed: NOTSET where it is explicit.
  private let automatic: String
  private let kernel: [Int]?

  init(_ node: ImportedNode) throws {
    kernel = try node.ints("kernel_shape")
    stride = try Windows.size(node, "strides", least: 1) ?? 1
    dilation = try Windows.size(node, "dilations", least: 1) ?? 1
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

  /// One or two sizes of a node, of which one is that of sequences.
  private static func size(_ node: ImportedNode, _ name: String, least: Int) throws -> Size2D? {
    guard let sizes = try node.ints(name) else { return nil }
    guard (1...2).contains(sizes.count), sizes.allSatisfy({ (least...1 << 20).contains($0) }) else {
      throw node.fault("has \(name) of \(sizes), expected one or two sizes", .unsupported)
    }
    return Size2D(sizes.count == 1 ? least == 0 ? 0 : 1 : sizes[0], sizes.last!)
  }

  func size(_ node: ImportedNode, _ name: String, least: Int) throws -> Size2D? {
    try Windows.size(node, name, least: least)
  }

  /// The input and the kernels; those of sequences, `[N, C, L]`, as images of one row.
  func images(_ x: NodeInputs) throws -> (Tensor, Tensor) {
    let (rank, weight) = (x.rank(0), x.shape(1))
    try x.require(rank == weight.rank, "kernels with as many axes as the input")
    guard rank == 3 || rank == 4 else {
      throw x.fault("has windows of \(rank - 2) axes, expected one or two", .unsupported)
    }
    try x.require(
      kernel.map { $0 == Array(weight.dropFirst(2)) } ?? true, "kernels of \(kernel ?? [])")
    try x.require(weight.dropFirst(2).allSatisfy { $0 > 0 }, "kernels with elements")
    return rank == 4 ? (x[0], x[1]) : (x[0].unsqueezed(at: 2), x[1].unsqueezed(at: 2))
  }

  private func span(_ kernel: Size2D) -> Size2D {
    Size2D((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
  }

  /// The size of a convolution's result; not positive where the kernel does not fit.
  func size(_ input: Shape, _ kernel: Size2D, _ padding: Padding2D) -> [Int] {
    let span = span(kernel)
    let (rows, columns) = (
      input[2] + padding.vertical - span.height, input[3] + padding.horizontal - span.width
    )
    return [
      rows < 0 ? 0 : rows / stride.height + 1, columns < 0 ? 0 : columns / stride.width + 1,
    ]
  }

  /// The size of a transposed convolution's result, before padding is removed.
  func transposedSize(_ input: Shape, _ kernel: Size2D, _ additional: Size2D) -> Size2D {
    let span = span(kernel)
    return Size2D(
      (input[2] - 1) * stride.height + span.height + additional.height,
      (input[3] - 1) * stride.width + span.width + additional.width)
  }

  /// The padding of images of shape `input`.
  func padding(_ input: Shape, _ kernel: Size2D) -> Padding2D {
    switch automatic {
    case "NOTSET": return explicit
    case "VALID": return 0
    default:
      let span = span(kernel)
      func total(_ size: Int, _ span: Int, _ stride: Int) -> Int {
        max(0, ((size + stride - 1) / stride - 1) * stride + span - size)
      }
      return split(
        total(input[2], span.height, stride.height), total(input[3], span.width, stride.width))
    }
  }

  /// The padding that a transposed convolution removes from its result.
  func removed(
    _ x: NodeInputs, _ input: Shape, _ kernel: Size2D, _ additional: Size2D, _ wanted: Size2D?
  ) throws -> Padding2D {
    if wanted == nil, automatic == "NOTSET" { return explicit }
    if wanted == nil, automatic == "VALID" { return 0 }
    let whole = transposedSize(input, kernel, additional)
    let goal = wanted ?? Size2D(input[2] * stride.height, input[3] * stride.width)
    let (rows, columns) = (
      whole.height - (x.rank(0) == 3 ? 1 : goal.height), whole.width - goal.width
    )
    guard min(rows, columns) >= 0 else {
      throw x.fault("has an output shape beyond what its kernels reach", .unsupported)
    }
    return split(rows, columns)
  }

  /// Padding of both sides, of which the odd element is at the end for SAME_UPPER.
  private func split(_ rows: Int, _ columns: Int) -> Padding2D {
    let (top, left) =
      automatic == "SAME_LOWER"
      ? (rows - rows / 2, columns - columns / 2) : (rows / 2, columns / 2)
    return Padding2D(top: top, bottom: rows - top, left: left, right: columns - left)
  }
}
#endif
