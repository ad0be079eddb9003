#if MPI
import Gannet
import GannetMPI

/// Compares the operations of the ranks with what each computes alone, for no, one and odd numbers of
/// elements.
struct OperationProbe {
  let world: World

  private var ranks: Range<Int> { 0..<world.rankCount }

  func run() {
    // The last two are on both sides of the largest sum that takes one exchange.
    for count in [0, 1, 3, 7, 1_001, 16_384, 16_385, 40_003] { sum(count) }
    for counts in [[0, 0], [1, 0], [3, 7], [0, 1_001]] { gather(counts) }
    for count in [0, 1, 1_001] { broadcast(count) }
    check(world.allGather([], for: "no numbers") == [], "gathered none")
    check(world.allGather([Double(world.rank)], for: "ranks") == ranks.map(Double.init), "gathered")
    average()
    if world.isFirst { print("model operations agree") }
  }

  private func check(_ isRight: Bool, _ what: String) {
    if !isRight { fatalError("rank \(world.rank): \(what) differs") }
  }

  private func numbers(_ count: Int, of rank: Int) -> [Float] {
    var stream = RandomStream(seed: UInt64(rank) + 1)
    return Tensor(uniform: [count], low: -1, high: 1, using: &stream).scalars
  }

  private func sum(_ count: Int) {
    var terms = ranks.map { numbers(count, of: $0) }
    var own = terms[world.rank]
    own.withUnsafeMutableBufferPointer {
      world.beginAllReduce($0, for: "a sum")
      world.finishAllReduces()
    }
    while terms.count > 1 {
      terms = stride(from: 0, to: terms.count, by: 2).map { first in
        first + 1 < terms.count ? zip(terms[first], terms[first + 1]).map(+) : terms[first]
      }
    }
    check(own == terms[0], "the sum of \(count)")
  }

  /// The ranks have the numbers of `counts` by turns.
  private func gather(_ counts: [Int]) {
    let counts = ranks.map { counts[$0 % counts.count] }
    let all = ranks.map { numbers(counts[$0], of: $0) }
    var values = all.enumerated().flatMap { rank, numbers in
      rank == world.rank ? numbers : numbers.map { _ in .nan }
    }
    values.withUnsafeMutableBufferPointer {
      world.allGather($0, counts: counts, for: "numbers by rank")
    }
    check(values == all.flatMap { $0 }, "gathered \(counts)")
  }

  private func broadcast(_ count: Int) {
    let root = world.rankCount - 1
    var values = numbers(count, of: world.rank)
    values.withUnsafeMutableBytes { world.broadcast($0, from: root, for: "numbers") }
    check(values == numbers(count, of: root), "broadcast of \(count)")
  }

  /// Gradients of no, one and several elements, of which one rank or all lack some.
  private func average() {
    let model = OddParameters()
    let average = GradientAverage(of: model.parameters, over: world)
    for _ in 0..<2 {
      for parameter in model.parameters { parameter.gradient = nil }
      let weight = Float(world.rank + 1)
      var loss = (model.one.value * weight).sum() + (model.odd.value * weight).sum()
      loss = loss + model.none.value.sum()
      if world.isFirst { loss = loss + model.ofFirst.value.sum() }
      average.backward(loss)
      let mean = Float(ranks.reduce(0) { $0 + $1 + 1 }) / Float(world.rankCount)
      func isClose(_ parameter: Parameter, to value: Float) -> Bool {
        guard let gradient = parameter.gradient, gradient.shape == parameter.value.shape else {
          return false
        }
        return gradient.scalars.allSatisfy { abs($0 - value) < 1e-5 }
      }
      check(isClose(model.one, to: mean), "the gradient of one element")
      check(isClose(model.odd, to: mean), "the gradient of odd sizes")
      check(isClose(model.none, to: 0), "the gradient of no element")
      check(isClose(model.ofFirst, to: 1 / Float(world.rankCount)), "the gradient of rank 0")
      check(model.unused.gradient == nil, "the gradient of nothing")
    }
  }
}

private final class OddParameters: Module {
  let one = Parameter(Tensor(ones: [1]))
  let none = Parameter(Tensor(ones: [0, 4]))
  let odd = Parameter(Tensor(ones: [5, 1, 3]))
  let ofFirst = Parameter(Tensor(ones: [7]))
  let unused = Parameter(Tensor(ones: [2]))
}
#endif
