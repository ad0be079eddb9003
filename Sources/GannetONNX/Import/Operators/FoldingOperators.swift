#if ONNX
import GannetTensor

extension Operator {
  static let folding: [String: Operator] = [
    // Inputs: blocks [N, C · elements of a block, blocks], the images' sizes, the blocks' sizes. Elements of
    // blocks that overlap are added.
    "Col2Im": Operator(3...3) { node in
      let pads = try node.ints("pads")
      let (strides, dilations) = (try node.ints("strides"), try node.ints("dilations"))
      let listed = (pads ?? []) + (strides ?? []) + (dilations ?? [])
      guard listed.allSatisfy({ (0...1 << 20).contains($0) }), strides?.contains(0) != true else {
        throw node.fault("has steps of \(listed)")
      }
      return { x in
        let (sizes, block) = (try x.sizes(1), try x.sizes(2))
        let axes = sizes.count
        try x.require(
          (1...6).contains(axes) && block.count == axes
            && (sizes + block).allSatisfy { (1...1 << 20).contains($0) }
            && pads.map { $0.count == 2 * axes } ?? true
            && strides.map { $0.count == axes } ?? true
            && dilations.map { $0.count == axes } ?? true, "sizes and steps of each axis")
        let (pads, ones) = (pads ?? Array(repeating: 0, count: 2 * axes), sizes.map { _ in 1 })
        let (strides, dilations) = (strides ?? ones, dilations ?? ones)
        let padded = (0..<axes).map { sizes[$0] + pads[$0] + pads[axes + $0] }
        let counts = (0..<axes).map { axis in
          let spare = padded[axis] - dilations[axis] * (block[axis] - 1) - 1
          return spare < 0 ? 0 : spare / strides[axis] + 1
        }
        let shape = x.shape(0)
        let elements = try x.shape(block).elementCount
        let blocks = try x.shape(counts).elementCount
        try x.require(
          shape.rank == 3 && !shape.contains(0) && shape[1] % elements == 0 && shape[2] == blocks
            && blocks > 0,
          "columns of \(elements) elements of \(blocks) blocks")
        let (images, channels) = (shape[0], shape[1] / elements)
        _ = try x.shape([images, channels] + padded)
        // For each axis, where the elements of its blocks are, [elements, blocks].
        var places = [0]
        var size = (elements: 1, blocks: 1)
        for axis in 0..<axes {
          let grown = (elements: size.elements * block[axis], blocks: size.blocks * counts[axis])
          places = (0..<grown.elements * grown.blocks).map { index in
            let (element, number) = (index / grown.blocks, index % grown.blocks)
            let before = places[
              element / block[axis] * size.blocks + number / counts[axis]]
            return before * padded[axis] + element % block[axis] * dilations[axis]
              + number % counts[axis] * strides[axis]
          }
          size = grown
        }
        let columns = x[0].reshaped(to: [images * channels, elements * blocks])
        let whole = Tensor(zeros: [images * channels, padded.reduce(1, *)])
          .addingSlices(columns, at: IntTensor(places), along: 1)
          .reshaped(to: [images, channels] + padded)
        return [
          .tensor(
            (0..<axes).reduce(whole) {
              $0.sliced(pads[$1]..<pads[$1] + sizes[$1], along: $1 + 2)
            })
        ]
      }
    }
  ]
}
#endif
