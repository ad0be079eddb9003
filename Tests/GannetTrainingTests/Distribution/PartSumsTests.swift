import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Sums over the parts of a batch")
struct PartSumsTests {
  private func total(_ parts: [Tensor?]) -> Tensor? {
    var sums = PartSums()
    for part in parts.dropLast() { sums.add([part]) }
    return sums.total(at: 0, adding: parts.last!)
  }

  @Test("eight parts are added as neighbours, then neighbouring sums")
  func tree() {
    let p = (1...8).map { Tensor(hash: $0, [100]) * Float(1 + 1000 * ($0 % 3)) }
    let expected = ((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7]))
    expectIdentical(total(p)!, expected)
    let inOrder = p.dropFirst().reduce(p[0], +)
    #expect(inOrder.scalars != expected.scalars)
  }

  @Test("a missing part is zeros, also where the others are -0; none is none", arguments: 0..<4)
  func missing(part: Int) {
    var parts = (1...4).map { Tensor?(Tensor(hash: $0, [10])) }
    parts[part] = nil
    let zeros = parts.map { $0 ?? Tensor(zeros: [10]) }
    expectIdentical(total(parts)!, total(zeros)!)
    var negative = [Tensor?](repeating: Tensor([-0.0]), count: 4)
    negative[part] = nil
    #expect(total(negative)!.scalars[0].sign == .plus)
    #expect(total([nil, nil, nil, nil]) == nil)
  }

  @Test("costs are given to the rank with the least so far, in an order of their own")
  func owners() {
    #expect(OptimizerShards.owners(ofCosts: [1, 5, 3, 3], ranks: 2) == [0, 0, 1, 1])
    #expect(OptimizerShards.owners(ofCosts: [2, 2], ranks: 4) == [0, 1])
  }

  @Test("buckets close when they are full, the first one earlier")
  func buckets() {
    let (first, other) = BucketPlan.limits
    let plan = BucketPlan(
      order: [3, 1, 0, 2, 4], sizes: [other, 1, 2 * other, first, first])
    #expect(plan.buckets == [[3], [1], [0], [2], [4]])
    #expect(BucketPlan(order: [1, 0], sizes: [5, 6]).buckets == [[1, 0]])
  }
}
