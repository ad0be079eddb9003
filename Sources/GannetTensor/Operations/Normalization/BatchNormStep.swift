import CGannetKernels

/// A batch norm on the tape.
struct BatchNormStep: FusedStep {
  let operation: StaticString = "batchNorm"
  let norm: BatchNormalization
  let x: Tensor
  let weight: Tensor
  /// The tensor that the activation's derivative is computed from; nil where x will do.
  let kept: Tensor?

  var epilogue: SavedEpilogue {
    guard kept == nil, norm.activation != .identity else {
      return SavedEpilogue(activation: norm.activation, kept: kept)
    }
    return SavedEpilogue(activation: norm.activation, kept: recomputedResult())
  }

  /// The result of a norm without a residual, computed anew.
  func recomputedResult() -> Tensor {
    let y = FusedResult(x.room(), norm.activation)
    norm.normalize(x, nil, into: y)
    return y.result
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    let channels = norm.rows.channels
    let shape: Shape = x.rank == 4 ? [channels, 1, 1] : [channels]
    let source = x.attached(to: inputs[0])
    let factor = weight.attached(to: inputs[1]).reshaped(to: shape)
    let formula =
      norm.usesBatch
      ? NormFormula(
        source, over: x.rank == 4 ? [0, 2, 3] : [0], weight: factor, epsilon: norm.epsilon)
      : NormFormula(
        source, mean: Tensor(norm.means).reshaped(to: shape),
        inverse: Tensor(norm.inverses.map { Float($0) }).reshaped(to: shape), weight: factor)
    let shares = formula.gradients(dy, wanted)
    return [
      shares[0], shares[1]?.reshaped(to: [channels]), shares[2]?.reshaped(to: [channels]),
      wanted(3) { dy },
    ]
  }

  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    var passed = throughActivation(
      x.rank == 2
        ? incoming.contiguous() : kept == nil ? incoming.pixels() : incoming.channelsLast())
    let isFree =
      !wanted[3] && passed.gradient.layout.isDense
      && passed.gradient.ownsStorage()
    let (gradient, sums, products) = passed
    return [
      wanted(0) { inputGradient(gradient, inPlace: isFree, sums, products) },
      wanted(1) { Tensor(zip(products, norm.inverses).map { Float($0 * $1) }) },
      wanted(2) { Tensor(sums.map { Float($0) }) }, wanted(3) { gradient },
    ]
  }

  /// Applies the activation's derivative to the gradient, if that needs a kept tensor, and sums
  /// over each channel the gradient and its product with x less the mean.
  private func throughActivation(
    _ incoming: consuming Tensor
  ) -> (gradient: Tensor, sums: [Double], products: [Double]) {
    let pass = EpilogueGradient(
      incoming, through: SavedEpilogue(activation: norm.activation, kept: kept))
    let rows = norm.rows.with(result: pass.incoming)
    let lanes = LaneSums(lanes: rows.laneCount, kinds: 2, width: rows.width)
    let (upstream, from, y) = (pass.incoming.pointer, x.pointer, kept?.pointer)
    let (target, form) = (pass.gradient.pointer, norm.form(norm.activation, rows))
    if norm.activation.follower != nil {
      rows.forEachLane { lane, part in
        let at = part.offset(rows.width)
        gannet_norm_sums(
          upstream + part.offset(rows.resultStride), from + part.offset(rows.stride),
          y.map { $0 + at }, target + at, form, lanes[lane, 0], lanes[lane, 1], part.rows,
          part.columns)
      }
    } else {
      // In blocks that stay in the cache; the kernel adds 32 rows at a time in single precision.
      let block = max(32, elementwiseChunk / 4 / max(1, rows.width) / 32 * 32)
      rows.forEachLane { lane, part in
        for first in stride(from: 0, to: part.rows, by: block) {
          let count = min(block, part.rows - first)
          let at = part.offset(rows.width) + first * rows.width
          pass(at..<at + count * part.columns)
          gannet_norm_sums(
            target + at, from + part.offset(rows.stride) + first * rows.stride, nil, nil, form,
            lanes[lane, 0], lanes[lane, 1], count, part.columns)
        }
      }
    }
    return withExtendedLifetime((pass, x.storage, lanes)) {
      let sums = lanes.totals(0, period: rows.channels)
      let products = zip(lanes.totals(1, period: rows.channels), zip(sums, norm.excesses)).map {
        $0 + $1.0 * $1.1
      }
      return (pass.gradient, sums, products)
    }
  }

  private func inputGradient(
    _ gradient: Tensor, inPlace: Bool, _ sums: [Double], _ products: [Double]
  ) -> Tensor {
    let (scales, inverses) = (norm.scales, norm.inverses)
    let rows = norm.rows.with(result: gradient)
    let dx = inPlace ? gradient : gradient.room()
    // Coefficients of the gradient through the batch's mean and variance.
    let number = Double(rows.count)
    let slopes = scales.indices.map { channel in
      let variance = inverses[channel] * inverses[channel]
      return norm.usesBatch ? Double(scales[channel]) * products[channel] * variance / number : 0
    }
    let constants = scales.indices.map { channel in
      let mean = norm.usesBatch ? Double(scales[channel]) * sums[channel] / number : 0
      return Float(mean + slopes[channel] * norm.excesses[channel])
    }
    let (constantRow, slopeRow) = (
      rows.repeated(constants), rows.repeated(slopes.map { Float($0) })
    )
    let form = norm.form(kept == nil ? norm.activation : .identity, rows)
    let (dy, from, to) = (gradient.pointer, x.pointer, dx.pointer)
    let (constant, slope) = (constantRow.pointer, slopeRow.pointer)
    rows.forEachPart { part in
      let at = part.offset(rows.width)
      gannet_norm_backward(
        dy + part.offset(rows.resultStride), from + part.offset(rows.stride), to + at, form,
        constant, slope, part.rows, part.columns)
    }
    return withExtendedLifetime((gradient.storage, x.storage, constantRow, slopeRow)) { dx }
  }
}
