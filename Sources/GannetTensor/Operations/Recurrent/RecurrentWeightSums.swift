import CGannetKernels

/// Accumulates the gradients of one direction's weights step by step, while their factors are in
/// the cache.
///
/// It is for large batches and small weights; for large weights, one product over all steps is
/// faster. Each lane is a part of the batch with its own sums, which are added up at the end.
struct RecurrentWeightSums {
  /// The number of rows of the batch in a step.
  static let rowCount = 32
  /// The number of rows whose products are added before the first move to double precision.
  private static let productLimit = 8_192

  /// The number of lanes, by the layer's sizes; 0 if the sums are not used.
  static func laneCount(_ layer: RecurrentComputation) -> Int {
    guard layer.directions == 1, layer.constantShare == nil,
      layer.gateSize * (layer.units + layer.features) <= 1 << 15
    else {
      return 0
    }
    return layer.batch < 2 * rowCount ? 0 : min(Lanes.maximumCount, layer.batch / rowCount)
  }

  private let layer: RecurrentComputation
  private let vocabulary: RecurrentVocabulary?
  /// The gradient of the input's weight, `[gates · H, I]`, or of a vocabulary's table, `[columns,
  /// gates · H]`.
  private let input: LongSums
  private let state: LongSums
  /// The gradients of the input's bias, unless derived from the tokens' sums, and of the separate
  /// state part.
  private let biases: LaneSums
  private let ownBlock: GateBlock?

  init(_ layer: RecurrentComputation, _ vocabulary: RecurrentVocabulary?) {
    self.layer = layer
    self.vocabulary = vocabulary
    let gateSize = layer.gateSize
    func products(_ columns: Int) -> LongSums {
      LongSums(
        Tensor(zeros: [gateSize, columns]), rows: 1, limit: RecurrentWeightSums.productLimit)
    }
    input =
      vocabulary.map {
        LongSums(
          Tensor(zeros: [$0.count, gateSize]), rows: $0.count, limit: RecurrentVocabulary.rowLimit)
      } ?? products(layer.features)
    state = products(layer.units)
    biases = LaneSums(lanes: 1, kinds: 2, width: gateSize)
    ownBlock = layer.equations.separateBlock
  }

  /// Adds a step's share for `count` rows of the batch from `first` on.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the step's parts.
  ///   - before: The state before the step; nil for zeros.
  ///   - parts: The step's parts, of which one may take the state's place in a product.
  func add(
    _ gradient: gannet_matrix, before: gannet_matrix?, parts: gannet_matrix, time: Int, first: Int,
    count: Int
  ) {
    let (units, gateSize) = (layer.units, layer.gateSize)
    func addProducts(_ block: GateBlock, _ source: gannet_matrix) {
      gannet_add_products(
        gradient.from(block.part * units), source,
        gannet_matrix(start: state.start + block.gates.lowerBound * units * units, ld: units),
        count, block.gates.count * units, units)
    }
    if let before {
      state.prepareAll(count)
      for block in layer.equations.stateBlocks { addProducts(block, before) }
      if let block = layer.equations.innerBlock, let factor = block.factor {
        addProducts(block, parts.from(factor * units))
      }
    }
    if let ownBlock {
      gannet_accumulate_rows(
        gradient.start + ownBlock.part * units, gradient.ld, biases[0, 1], count, units)
    }
    let place = time * layer.batch + first
    if let vocabulary {
      vocabulary.add(
        gradient.start, stride: gradient.ld, place..<place + count, to: input)
    } else if case .features(let x) = layer.input {
      let features = layer.features
      input.prepareAll(count)
      gannet_add_products(
        gradient, gannet_matrix(start: x.pointer + place * features, ld: features),
        gannet_matrix(start: input.start, ld: features), count, gateSize, features)
      gannet_accumulate_rows(gradient.start, gradient.ld, biases[0, 0], count, gateSize)
    }
  }

  /// The gradients of the four weights, from the sums of all lanes.
  static func gradients(_ lanes: [RecurrentWeightSums]) -> [Tensor] {
    func total(_ part: KeyPath<RecurrentWeightSums, LongSums>) -> Tensor {
      Lanes.total(lanes.map { $0[keyPath: part].total() })
    }
    func totalBias(_ kind: Int) -> Tensor {
      let parts = lanes.map { $0.biases.totals(kind) }
      return Tensor(parts[0].indices.map { index in Float(parts.reduce(0) { $0 + $1[index] }) })
    }
    let (layer, sums, input) = (lanes[0].layer, lanes[0], total(\.input))
    let bias = sums.vocabulary == nil ? totalBias(0) : input.sum(along: 0)
    var stateBias = bias
    if let block = sums.ownBlock {
      let shared = bias.sliced(0..<block.gates.lowerBound * layer.units, along: 0)
      stateBias = concatenate([shared, totalBias(1).sliced(0..<layer.units, along: 0)])
    }
    return [
      sums.vocabulary?.weightGradient(input) ?? input, total(\.state), bias, stateBias,
    ]
  }
}
