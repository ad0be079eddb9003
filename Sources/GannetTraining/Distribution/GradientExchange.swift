import GannetNN
import GannetTensor

/// Replaces the gradients of a step's parts by their sum over all parts and ranks, while the last
/// part's backward pass still computes others.
///
///     exchange.begin()
///     for each of the rank's parts { loss.backward(filling: exchange.fill); exchange.endPart() }
///     exchange.finish()
final class GradientExchange {
  private let distribution: any Distribution
  private let parameters: [Parameter]
  private let indices: [ObjectIdentifier: Int]
  /// The number of parts of this rank.
  private let partCount: Int

  /// The parameters in the order in which rank 0 completed their gradients; in the first step of a
  /// set of parameters, the reverse of their own.
  private var order: [Int] = []
  private var plan = BucketPlan(order: [], sizes: [])
  private var isMeasuringOrder = false

  // The state of a step.
  private var sums = PartSums()
  private var partsLeft = 0
  private var buckets: [Bucket] = []
  /// The bucket of each parameter whose gradient is still to be placed.
  private var bucketOf: [Int: Int] = [:]
  private var placed: [Int] = []
  private var begunCount = 0

  init(of parameters: Parameters, over distribution: any Distribution, partCount: Int) {
    self.distribution = distribution
    self.partCount = partCount
    self.parameters = Array(parameters)
    indices = Dictionary(
      uniqueKeysWithValues: parameters.enumerated().map { (ObjectIdentifier($1.node), $0) })
  }

  /// Begins a step, whose gradients have been cleared.
  func begin() {
    let variable = parameters.indices.filter { !parameters[$0].isFrozen }
    isMeasuringOrder = order.sorted() != variable
    if isMeasuringOrder { setOrder(variable.reversed()) }
    sums = PartSums()
    partsLeft = partCount
    buckets = plan.buckets.map { Bucket($0.map { ($0, parameters[$0].shape.elementCount) }) }
    bucketOf = [:]
    for (number, bucket) in plan.buckets.enumerated() {
      for index in bucket { bucketOf[index] = number }
    }
    placed = []
    begunCount = 0
  }

  /// Notes that a backward pass has completed a leaf's gradient; in that of the last part, the
  /// exchange of a full bucket begins.
  func fill(_ leaf: Node) {
    guard partsLeft == 1, let index = indices[ObjectIdentifier(leaf)] else { return }
    place(index)
  }

  /// Ends a part, also one without examples.
  func endPart() {
    if partsLeft > 1 {
      sums.add(parameters.map { $0.takeGradient() })
    } else {
      for index in order { place(index) }
    }
    partsLeft -= 1
  }

  /// Waits for all sums, and makes them the parameters' gradients; a parameter that has none in any
  /// part has none.
  func finish() {
    distribution.finishAllReduces()
    for bucket in buckets {
      for (index, gradient) in bucket.gradients {
        parameters[index].gradient = gradient?.reshaped(to: parameters[index].shape)
      }
    }
    buckets = []
    guard isMeasuringOrder else { return }
    var order = placed.map(Int32.init)
    order.withUnsafeMutableBytes {
      distribution.broadcast($0, from: 0, for: "the order of the gradients")
    }
    setOrder(order.map(Int.init))
  }

  private func setOrder(_ order: [Int]) {
    self.order = order
    plan = BucketPlan(order: order, sizes: parameters.map(\.shape.elementCount))
  }

  private func place(_ index: Int) {
    guard let number = bucketOf.removeValue(forKey: index) else { return }
    placed.append(index)
    let gradient = sums.total(at: index, adding: parameters[index].takeGradient())
    buckets[number].put(gradient, of: index)
    while begunCount < buckets.count, buckets[begunCount].isFull {
      distribution.beginAllReduce(
        buckets[begunCount].memory,
        for: "the sum of the gradients, bucket \(begunCount + 1) of \(buckets.count)")
      begunCount += 1
    }
  }
}

/// Gradients side by side, each followed by a mark of whether there is one.
private struct Bucket {
  private let values: Tensor
  /// The place of each parameter's gradient.
  private var places: [(index: Int, range: Range<Int>)] = []
  private var missingCount: Int

  init(_ sizes: [(index: Int, count: Int)]) {
    var end = 0
    for (index, count) in sizes {
      places.append((index, end..<end + count))
      end += count + 1
    }
    missingCount = sizes.count
    values = Tensor(uninitialized: [end])
  }

  var isFull: Bool { missingCount == 0 }

  var memory: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: values.pointer, count: values.count)
  }

  mutating func put(_ gradient: Tensor?, of index: Int) {
    let range = places.first { $0.index == index }!.range
    let memory = memory
    if let gradient {
      gradient.withScalars { _ = memory[range].update(fromContentsOf: $0) }
    } else {
      memory[range].update(repeating: 0)
    }
    memory[range.upperBound] = gradient == nil ? 0 : 1
    missingCount -= 1
  }

  /// Each parameter's gradient.
  var gradients: [(index: Int, gradient: Tensor?)] {
    places.map { ($0.index, memory[$0.range.upperBound] > 0 ? values[$0.range] : nil) }
  }
}

extension Parameter {
  /// Removes and returns the gradient.
  fileprivate func takeGradient() -> Tensor? {
    defer { gradient = nil }
    return gradient
  }
}
