#if ONNX
import Foundation
import GannetData
import GannetONNX
import GannetTensor
import TestSupport
import Testing

/// Operators that files of others have, beside their definitions.
@Suite("ONNX operators of other exporters")
struct ReadOperatorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("images at the places of an affine grid, with gradients")
  func grids() throws {
    let x = Tensor(hash: 1, [1, 2, 4, 5])
    let identity = Tensor([[[1, 0, 0], [0, 1, 0]]])
    let grid = try results("AffineGrid", [identity], constants: [[1, 2, 4, 5]])[0]
    for mode in ["nearest", "linear", "cubic"] {
      let found = try results("GridSample", [x, grid], ["mode": .string(mode)])
      expectClose(found[0], x, tolerance: 1e-5)
    }
    // Half a pixel to the right, the mean of two neighbours; beyond the image, 0 or what padding says.
    let half = try results("GridSample", [x, grid + Tensor([0.2, 0])])[0]
    let next = x.sliced(1..<5, along: 3).padded(before: [0, 0, 0, 0], after: [0, 0, 0, 1])
    expectClose(half, (x + next) / 2, tolerance: 1e-5)
    let mirrored = try results(
      "GridSample", [x, grid + Tensor([2, 0])],
      ["mode": .string("nearest"), "padding_mode": .string("reflection")])[0]
    expectClose(mirrored, x.flipped(along: 3))
    let model = OperatorSample(
      "GridSample", [[1, 2, 4, 5], [1, 2, 3, 2]], ["mode": .string("cubic")]
    ).model
    let read = try model.read(folder)
    expectGradients([x, Tensor(hash: 2, [1, 2, 3, 2])]) { inputs in
      try! read(["x0": inputs[0], "x1": inputs[1]])["y0"]!
    }
    expectFault("a coordinate for each of one to three axes") {
      _ = try results("GridSample", [x, Tensor(hash: 2, [1, 2, 3, 3])])
    }
  }

  @Test("boxes that overlap better ones are dropped")
  func suppression() throws {
    let boxes = Tensor([[[0, 0, 2, 2], [0, 0, 2, 1.8], [5, 5, 6, 6], [2, 2, 0, 0]]])
    let scores = Tensor([[[0.5, 0.9, 0.3, 0.4]]])
    var model = NodeModel(inputs: ["boxes", "scores", "overlap"], outputs: ["y"])
    model.add("most", [3])
    model.add("NonMaxSuppression", ["boxes", "scores", "most", "overlap"])
    let y = try #require(
      try model.read(folder)(["boxes": boxes, "scores": scores, "overlap": Tensor(0.5)])["y"])
    #expect(y.shape == [2, 3] && y.scalars == [0, 0, 1, 0, 0, 2])
    expectFault("a score of each") {
      _ = try results("NonMaxSuppression", [boxes, scores[0]])
    }
  }

  @Test("regions of a plane are means of its values")
  func regions() throws {
    let columns = Tensor((0..<8).map { Float($0) }).expanded(to: [1, 1, 8, 8])
    let y = try results(
      "RoiAlign", [columns, Tensor([[1, 1, 5, 5]])], integers: [IntTensor([0])],
      ["output_height": .int(2), "output_width": .int(2)])[0]
    // Pixel j is from j to j + 1: the halves of 1...5 have their middles at 2 and 4.
    expectClose(y, Tensor([1.5, 3.5, 1.5, 3.5], shape: [1, 1, 2, 2]))
    expectFault("an index beyond an axis of size 1") {
      _ = try results(
        "RoiAlign", [columns, Tensor([[1, 1, 5, 5]])], integers: [IntTensor([1])])
    }
  }

  @Test("updates of one element are combined by pairs, and the last one wins without a reduction")
  func scattering() throws {
    let data = Tensor([2, 3, 4])
    let (places, updates) = (IntTensor([1, 0, 1, 1, -2]), Tensor([5, 6, -7, 2, 1]))
    func scattered(_ reduction: String) throws -> [Float] {
      var model = NodeModel(inputs: ["a", "b", "c"], outputs: ["y"])
      model.add("ScatterElements", ["a", "b", "c"], ["y"], ["reduction": .string(reduction)])
      return try #require(
        try model.read(folder)(["a": data, "c": updates], integers: ["b": places])["y"]
      ).scalars
    }
    #expect(try scattered("none") == [6, 1, 4])
    #expect(try scattered("add") == [8, 4, 4])
    #expect(try scattered("mul") == [12, -210, 4])
    #expect(try scattered("max") == [6, 5, 4])
    #expect(try scattered("min") == [2, -7, 4])
    expectFault("reduces by mean") { _ = try scattered("mean") }
  }

  @Test("selections of elements by their values, conditions and places")
  func selections() throws {
    let unique = try results("Unique", [Tensor([3, 1, 3, 2])], count: 4)
    #expect(unique.map(\.scalars) == [[1, 2, 3], [1, 3, 0], [2, 0, 2, 1], [1, 1, 2]])
    // Neighbouring integers that are the same float; NaN equals nothing.
    let large = Int32(1 << 24)
    let integers = try results(
      "Unique", integers: [IntTensor([large + 1, large, large + 1])], count: 4)
    #expect(integers[3].scalars == [1, 2])
    #expect(try results("Unique", [Tensor([.nan, 1, .nan])], count: 1)[0].count == 3)
    #expect(try results("Unique", [Tensor(zeros: [0])], count: 1)[0].count == 0)
    let x = Tensor(hash: 1, [3, 2])
    expectIdentical(
      try results("Compress", [x, Tensor([1, 0, 1])], ["axis": .int(0)])[0],
      concatenate([x.sliced(0..<1, along: 0), x.sliced(2..<3, along: 0)]))
    let turned = try results("ReverseSequence", [x], constants: [[3, 1]])[0]
    let e = x.scalars
    #expect(turned.scalars == [e[4], e[1], e[2], e[3], e[0], e[5]])
    let cut = try results("CenterCropPad", [x], constants: [[2, 4]])[0]
    expectIdentical(
      cut, x.sliced(0..<2, along: 0).padded(before: [0, 1], after: [0, 1]))
    expectFault("a length of at most 3 for each example") {
      _ = try results("ReverseSequence", [x], constants: [[4, 1]])
    }
  }

  @Test("maxima are put back at their places")
  func unpooling() throws {
    let x = Tensor([[[[1, 2, 0, 0], [3, 0, 9, 0]]]])
    let kernel = ["kernel_shape": Onnx_AttributeProto.ints([2, 2]), "strides": .ints([2, 2])]
    let pooled = try results("MaxPool", [x], kernel, count: 2)
    #expect(pooled.map(\.scalars) == [[3, 9], [4, 6]])
    let back = try results(
      "MaxUnpool", [pooled[0]], integers: [IntTensor([4, 6], shape: [1, 1, 1, 2])], kernel)
    #expect(back[0].scalars == [0, 0, 0, 0, 3, 0, 9, 0])
    expectFault("an index beyond an axis of size 8") {
      _ = try results(
        "MaxUnpool", [pooled[0]], integers: [IntTensor([4, 8], shape: [1, 1, 1, 2])], kernel)
    }
    let norms = try results("LpPool", [x], ["kernel_shape": .ints([2, 2]), "p": .int(1)])
    #expect(norms[0].scalars == [6, 11, 9])
  }

  @Test("norms by neighbouring channels, by lines and by channels of a batch")
  func norms() throws {
    let x = Tensor(hash: 1, [2, 3, 2])
    let around = stack([x[0][0] * x[0][0] + x[0][1] * x[0][1], x[0][1] * x[0][1] * 0], along: 0)
    let y = try results("LRN", [x], ["size": .int(3), "alpha": .float(3), "beta": .float(0.5)])
    expectClose(y[0][0][0], x[0][0] / sqrt(around[0] + 1))
    let lines = try results("LpNormalization", [Tensor([[3, 4], [0, 0]])])
    expectClose(lines[0], Tensor([[0.6, 0.8], [0, 0]]))
    let images = Tensor(hash: 2, [4, 2, 3, 3])
    let normed = try results("MeanVarianceNormalization", [images])[0]
    #expect(abs(normed.mean(along: [0, 2, 3])).max().scalar < 1e-5)
    expectClose((normed * normed).mean(along: [0, 2, 3]), Tensor([1, 1]), tolerance: 1e-5)
    expectFault("the axis 2") {
      _ = try results("LpNormalization", [x[0]], ["axis": .int(2)])
    }
  }

  @Test("loops carry values, join parts, and end")
  func loops() throws {
    let doubled = try results(
      "Loop", constants: [[9], [1], [2]], ["body": OperatorSamples.doubling], count: 2)
    #expect(doubled.map(\.scalars) == [[16], [2, 4, 8]])
    #expect(doubled[1].shape == [3, 1])
    let x = Tensor(hash: 1, [3, 2])
    let sums = try results(
      "Scan", [Tensor([1, 2]), x], ["body": OperatorSamples.sums, "num_scan_inputs": .int(1)],
      count: 2)
    expectClose(sums[1], x.cumulativeSum(along: 0) + Tensor([1, 2]))
    expectIdentical(sums[0], sums[1][2])
    let endless = Onnx_AttributeProto.graph(
      inputs: ["step", "before", "value"],
      [
        NodeModel.node("Identity", ["before"], ["after"]),
        NodeModel.node("Identity", ["value"], ["kept"]),
      ], outputs: ["after", "kept"])
    expectFault("loops for more steps than a call may take") {
      let sample = OperatorSample("Loop", constants: [[.max], [1], [1]], ["body": endless])
      _ = try sample.model.read(folder, largestValue: 1 << 10)()
    }
    let growing = Onnx_AttributeProto.graph(
      inputs: ["step", "before", "value"],
      [
        NodeModel.node("Identity", ["before"], ["after"]),
        NodeModel.node("Identity", ["value"], ["kept"]),
        NodeModel.node("Identity", ["value"], ["part"]),
      ], outputs: ["after", "kept", "part"])
    expectFault("shape [17, 64], more than the 1024 elements") {
      let values = Array(repeating: Int64(1), count: 64)
      let sample = OperatorSample(
        "Loop", constants: [[1_000], [1], values], ["body": growing], results: 2)
      _ = try sample.model.read(folder, largestValue: 1 << 10)()
    }
  }

  @Test("spectra go there and back, and frames of a signal have theirs")
  func spectra() throws {
    let signal = Tensor(hash: 1, [2, 5, 1])
    let spectrum = try results("DFT", [signal])[0]
    let back = try results("DFT", [spectrum], ["inverse": .int(1)])[0]
    expectClose(back, concatenate([signal, signal * 0], along: 2), tolerance: 1e-5)
    let half = try results("DFT", [signal], ["onesided": .int(1)])[0]
    expectClose(half, spectrum.sliced(0..<3, along: 1))
    expectClose(spectrum[0][0], concatenate([signal[0].sum(along: 0), Tensor([0])]))
    // A cosine of two periods in a frame of 8 is one line of its spectrum, of half the frame's size.
    let wave = Tensor((0..<16).map { cos(Float($0) * .pi / 2) }, shape: [1, 16, 1])
    var model = NodeModel(inputs: ["x"], outputs: ["y"])
    model.add("step", [4])
    model.add("length", [8])
    model.add("STFT", ["x", "step", "", "length"])
    let frames = try #require(try model.read(folder)(["x": wave])["y"])
    #expect(frames.shape == [1, 3, 5, 2])
    expectClose(frames[0][1].transposed()[0], Tensor([0, 0, 4, 0, 0]), tolerance: 1e-5)
    expectClose(
      try results("HannWindow", constants: [[4]])[0], Tensor([0, 0.5, 1, 0.5]), tolerance: 1e-6)
    expectFault("an axis before the last") {
      var other = NodeModel(inputs: ["x"], outputs: ["y"])
      other.add("axis", [2])
      other.add("DFT", ["x", "", "axis"])
      _ = try other.read(folder)(["x": signal])
    }
  }

  @Test("sums of products are those of the library, and others an error")
  func sumsOfProducts() throws {
    let (a, b) = (Tensor(hash: 1, [2, 3, 4]), Tensor(hash: 2, [4, 3]))
    func sum(_ equation: String) throws -> Tensor {
      try results("Einsum", [a, b], ["equation": .string(equation)])[0]
    }
    expectClose(try sum("bij, jk -> bik"), matmul(a, b))
    expectClose(try sum("...ij,ji->..."), (a * b.transposed()).sum(along: [1, 2]))
    let faults = [
      "bij,kj->bi": "axes of one letter that have one size", "bij,jk->bb": "each once",
      "bi,jk->bi": "letters for 3 axes", "bij->b": "an equation of its inputs",
      "bij,j1->b": "letters for 2 axes", "->->": "an equation of its inputs",
    ]
    for (equation, message) in faults { expectFault(message) { _ = try sum(equation) } }
  }

  @Test("products along an axis, and operations on bits")
  func products() throws {
    let x = Tensor([2, 3, 4])
    func products(_ attributes: [String: Onnx_AttributeProto]) throws -> [Float] {
      try results("CumProd", [x], constants: [[0]], attributes)[0].scalars
    }
    #expect(try products([:]) == [2, 6, 24])
    #expect(try products(["exclusive": .int(1), "reverse": .int(1)]) == [12, 4, 1])
    let (a, b) = (IntTensor([6, -1]), IntTensor([3, 5]))
    #expect(try results("BitwiseXor", integers: [a, b])[0].scalars == [5, -6])
    let shifted = try results("BitShift", integers: [a, b], ["direction": .string("LEFT")])
    #expect(shifted[0].scalars == [48, -32])
    let matrices = Tensor([2, 1, 4, 3, 1, 2, 2, 4], shape: [2, 2, 2])
    expectClose(try results("Det", [matrices])[0], Tensor([2, 0]), tolerance: 1e-5)
    expectFault("square matrices") { _ = try results("Det", [x]) }
    expectFault("has floats as its input 0") { _ = try results("BitwiseNot", [x]) }
  }

  @Test("blocks are put back into images, and add up where they overlap")
  func folding() throws {
    let x = Tensor([1, 2, 3, 4], shape: [1, 2, 2])
    let line = try results("Col2Im", [x], constants: [[3], [2]])[0]
    #expect(line.scalars == [1, 5, 4] && line.shape == [1, 1, 3])
    // Blocks of 2 x 2 side by side are the image.
    let steps = ["strides": Onnx_AttributeProto.ints([2, 2])]
    let image = Tensor(hash: 1, [1, 1, 4, 6])
    let blocks = image.reshaped(to: [1, 2, 2, 3, 2]).permuted([0, 2, 4, 1, 3])
    expectIdentical(
      try results(
        "Col2Im", [blocks.reshaped(to: [1, 4, 6])], constants: [[4, 6], [2, 2]], steps)[0], image)
    expectFault("columns of 4 elements of 6 blocks") {
      _ = try results("Col2Im", [x], constants: [[4, 6], [2, 2]], steps)
    }
  }

  @Test("inverse functions have their derivatives")
  func inverses() throws {
    let x = Tensor([-0.6, 0.1, 0.7])
    for type in ["Asin", "Acos", "Atan", "Asinh", "Atanh", "Sinh", "Cosh"] {
      let model = try OperatorSample(type, [[3]]).model.read(folder)
      expectGradients([x]) { try! model(["x0": $0[0]])["y0"]! }
    }
    let acosh = try OperatorSample("Acosh", [[3]]).model.read(folder)
    expectGradients([x + 2]) { try! acosh(["x0": $0[0]])["y0"]! }
    expectClose(try results("Atan", [Tensor([1])])[0], Tensor([Float.pi / 4]))
    let swish = try results("Swish", [x], ["alpha": .float(2)])[0]
    expectClose(swish, x * sigmoid(x * 2))
  }
}
#endif
