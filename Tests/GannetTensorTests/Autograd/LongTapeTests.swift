import Foundation
import GannetTensor
import TestSupport
import Testing

/// Tapes that would overflow the stack if traversed or freed recursively. Tests run on threads with
/// small stacks, as users' threads are.
@Suite struct LongTapeTests {
  private static let length = 200_000

  private static func chain(_ x: Tensor) -> Tensor {
    var y = x
    for _ in 0..<length / 2 { y = y * 1 + 0 }
    return y
  }

  @Test func backwardThroughALongChain() {
    let x = Tensor([3]).requiringGradient()
    Self.chain(x).backward()
    #expect(x.gradient!.scalars == [1])
  }

  @Test func aLongChainIsKept() {
    let x = Tensor([3]).requiringGradient()
    let y = Self.chain(x)
    y.backward(keepingTape: true)
    y.backward()
    #expect(x.gradient!.scalars == [2])
  }

  /// The closures hold tensors with nodes too, where operands are saved.
  @Test func aLongChainIsDropped() {
    weak var saved: Storage?
    do {
      let x = Tensor([1]).requiringGradient()
      var y = x
      for _ in 0..<Self.length { y = y * y }
      saved = y.storage
      y = Tensor(0)
    }
    #expect(saved == nil)
  }

  @Test func aLongChainOfSecondDerivatives() {
    let x = Tensor([1]).requiringGradient()
    var y = x
    for _ in 0..<20_000 { y = y * 1 }
    let first = gradients(of: y * y, withRespectTo: [x], recording: true)[0]
    let second = gradients(of: first, withRespectTo: [x])[0]
    #expect(second.scalars == [2])
  }

  @Test func aWideTapeIsDroppedInLinearTime() {
    let x = Tensor([0]).requiringGradient()
    var sum = Tensor([0])
    for _ in 0..<50_000 { sum += exp(x) }
    sum.backward()
    #expect(sum.scalar == 50_000)
    #expect(x.gradient!.scalar == 50_000)
  }

  /// The list that frees nodes belongs to a thread; each thread has its own and frees it.
  @Test func threadsFreeTheirTapesApart() async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<20 {
            let x = Tensor([1]).requiringGradient()
            var y = x
            for _ in 0..<2_000 { y = y * y }
          }
        }
      }
    }
    let thread = Thread { _ = Self.chain(Tensor([1]).requiringGradient()) }
    thread.stackSize = 512 << 10
    thread.start()
    while !thread.isFinished { try? await Task.sleep(for: .milliseconds(5)) }
  }
}
